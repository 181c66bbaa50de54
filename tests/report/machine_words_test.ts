import assert from "node:assert/strict";
import { known, unknown } from "../../lib/core/observed.ts";
import type { MachineChecks } from "../../lib/policy/machine_checks.ts";
import {
  gpuJson,
  gpuWords,
  inGb,
  inGib,
  machineWords,
  memoryJson,
  memoryWords,
} from "../../lib/report/machine_words.ts";
import {
  fakeGpu,
  fakeMachine,
  type FakeMachineProbe,
} from "../fakes/machine_probe.ts";
import { World } from "../fakes/world.ts";

function checksOf(
  change: (probe: FakeMachineProbe) => void = () => {},
): Promise<MachineChecks> {
  const world = new World();
  change(world.machine.beM4Max());
  return world.guard().checkMachine();
}

Deno.test("memoryWords() says how much of how much, and who says so", async () => {
  // Kills: an estimate told as Metal's word.
  const words = async (wiredLimitMib: number): Promise<string> =>
    memoryWords(
      await checksOf((probe) => {
        probe.machine = known(
          fakeMachine({ wiredLimitMib: known(wiredLimitMib) }),
        );
      }),
    );
  assert.equal(
    await words(0),
    "10.0 GB in use of 103.1 GB (10 %), an estimated limit; metal-guard doctor --metal reads it",
  );
  assert.equal(
    await words(100_000),
    "10.0 GB in use of 104.9 GB (10 %), the limit set in iogpu.wired_limit_mb",
  );
});

Deno.test("memoryWords() and memoryJson() never make a figure of what is unknown", async () => {
  // Kills: "0.0 GB in use of 0.0 GB (NaN %)".
  const noLimit = await checksOf((probe) => {
    probe.machine = unknown("sysctl is gone");
  });
  assert.equal(
    memoryWords(noLimit),
    "10.0 GB in use, limit unknown: sysctl is gone",
  );
  const json = memoryJson(noLimit);
  assert.deepEqual([json["active_gb"], json["limit_gb"], json["active_pct"]], [
    10,
    null,
    null,
  ]);
  assert.equal(json["reason"], "sysctl is gone");
  const nothing = await new World().guard().checkMachine();
  assert.equal(memoryWords(nothing), "unknown: nobody has asked a machine");
});

Deno.test("gpuWords() names the busiest programs and counts the others", async () => {
  // Kills: a line of a hundred programs; a reset that is not told.
  const client = (pid: number): {
    readonly pid: number;
    readonly name: string;
    readonly gpuTimeMs: ReturnType<typeof known<number>>;
  } => ({ pid, name: `p${pid}`, gpuTimeMs: known(1_000 - pid) });
  const checks = await checksOf((probe) => {
    probe.clients = known([1, 2, 3, 4, 5].map(client));
    probe.accelerators = known([fakeGpu({ recoveryCount: known(1) })]);
  });
  assert.equal(
    gpuWords(checks),
    "37 % busy, 1 reset since boot, used by p1 (pid 1), p2 (pid 2), p3 (pid 3), 2 more",
  );
  const idle = await checksOf((probe) => {
    probe.clients = known([]);
  });
  assert.match(gpuWords(idle), /0 resets since boot, used by nobody$/);
});

Deno.test("gpuWords() and gpuJson() tell unknown parts apart", async () => {
  // Kills: "0 % busy" for a driver that has no such figure.
  const checks = await checksOf((probe) => {
    const deviceRatio = unknown<number>("no such property");
    probe.accelerators = known([fakeGpu({ deviceRatio })]);
    probe.clients = unknown("no list");
  });
  assert.equal(
    gpuWords(checks),
    "utilisation unknown, 0 resets since boot, programs unknown",
  );
  assert.deepEqual(gpuJson(checks), {
    utilization_pct: null,
    recovery_count: 0,
    clients: null,
    reason: "no such property",
  });
});

Deno.test("machineWords() says through what the machine was asked, and why not better", async () => {
  // Kills: a dylib that fails for weeks without anybody seeing it.
  const words = machineWords(await checksOf());
  assert.equal(
    words,
    "Apple M4 Max, 128 GiB, macOS 26.5.2 (25F84), GPU driver 130.15.2\nasked through native",
  );
});

Deno.test("nothing hostile reaches the terminal from a process or chip name", async () => {
  // Kills: a program that names itself so that the terminal obeys.
  const evil = "\u001b[2J\u009b\u202e";
  const checks = await checksOf((probe) => {
    probe.machine = known(
      fakeMachine({ chip: known(evil), osBuild: known(evil) }),
    );
    probe.clients = known([{ pid: 1, name: evil, gpuTimeMs: known(1) }]);
    probe.kexts.set("com.apple.iokit.IOGPUFamily", evil);
  });
  for (const text of [gpuWords(checks), machineWords(checks)]) {
    assert.doesNotMatch(text.replaceAll("\n", ""), /[\p{Cc}\u202e]/u);
  }
});

Deno.test("inGb() counts in 1e9, inGib() in 2^30", () => {
  // Kills: a 16 GiB Mac of 17.2 GiB.
  assert.equal(inGb(1_500_000_000), "1.5 GB");
  assert.equal(inGib(17_179_869_184), "16 GiB");
  assert.equal(inGib(17_179_869_184 * 1.5), "24 GiB");
  assert.equal(inGib(2 ** 29), "0.5 GiB");
});
