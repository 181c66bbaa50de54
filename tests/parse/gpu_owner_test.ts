import assert from "node:assert/strict";
import { hasGpuOwner } from "../../lib/parse/gpu_owner.ts";

const HEAD = "      Kernel Extensions in backtrace:\n";

Deno.test("hasGpuOwner() counts an owner, never a dependency or a loaded driver", () => {
  // Kills: a plain search for the driver's name, which every loaded list answers.
  const nvme = "         com.apple.iokit.IONVMeFamily(2.1)[A]@0x1->0x2\n";
  const dependency =
    "            dependency: com.apple.iokit.IOGPUFamily(130.13)[B]\n";
  const loaded =
    "\nlast started kext at 5: com.apple.x\nloaded kexts:\ncom.apple.iokit.IOGPUFamily\t130.13\ncom.apple.AGXG16X\t351.2\n";
  assert.ok(!hasGpuOwner(HEAD + nvme + dependency + loaded));
  assert.ok(!hasGpuOwner(loaded));
  assert.ok(!hasGpuOwner(`com.apple.iokit.IOGPUFamily(1)\n${HEAD}${nvme}`));
  assert.ok(
    hasGpuOwner(
      `${HEAD}${nvme}${dependency}         com.apple.AGXG16X(351.2)[C]\n`,
    ),
  );
  assert.ok(
    hasGpuOwner(`${HEAD}         com.apple.iokit.IOGPUFamily(130.13)[C]`),
  );
});

Deno.test("hasGpuOwner() reads the list escaped, quoted, and behind its heading", () => {
  // Kills: a list that is only found with real line breaks.
  assert.ok(
    hasGpuOwner(
      "Kernel Extensions in backtrace:\\n\\t com.apple.iokit.IOGPUFamily(1)\\n",
    ),
  );
  assert.ok(
    hasGpuOwner("> Kernel Extensions in backtrace:\n> com.apple.AGXG13X\n"),
  );
  assert.ok(
    hasGpuOwner(
      "Kernel Extensions in backtrace: com.apple.x(1), com.apple.AGXG13X(2)",
    ),
  );
  assert.ok(
    !hasGpuOwner(
      "Kernel Extensions in backtrace: com.apple.AGDCPluginDisplayMetrics(1)",
    ),
  );
});
