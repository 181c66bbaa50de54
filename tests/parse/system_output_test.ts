import assert from "node:assert/strict";
import { known } from "../../lib/core/observed.ts";
import {
  findKextVersion,
  parseSwapUsed,
  parseSysctlOutput,
  tryParseVmStat,
} from "../../lib/parse/system_output.ts";

Deno.test("parseSysctlOutput() takes each name it finds and passes over the rest", () => {
  // Kills: one missing name that costs all the others; an answer to a name nobody asked for.
  const values = parseSysctlOutput(
    "hw.memsize: 34359738368\nhw.model: Mac14,12\nsysctl: unknown oid 'x'\niogpu.wired_limit_mb: \nKERN.X: 1\n",
  );
  assert.deepEqual([...values], [
    ["hw.memsize", "34359738368"],
    ["hw.model", "Mac14,12"],
  ]);
});

Deno.test("tryParseVmStat() counts in the size of a page that it names, never in another", () => {
  // Kills: 4 KiB pages on a machine that has 16 KiB; 0 for a line that is not there.
  const head = "Mach Virtual Memory Statistics: (page size of 16384 bytes)";
  const pages = tryParseVmStat(
    `${head}\nPages free:  10.\nPages stored in compressor: 3\n"Translation faults": 7.\nPages active: -1.\n`,
  );
  assert.deepEqual(pages?.("Pages free"), known(163_840));
  assert.deepEqual(pages?.("Pages stored in compressor"), known(49_152));
  for (const name of ["Pages wired down", "Pages active"]) {
    assert.equal(pages?.(name).kind, "unknown", name);
  }
  assert.equal(tryParseVmStat("Pages free: 10."), undefined);
});

Deno.test("parseSwapUsed() reads the used part and its unit", () => {
  // Kills: `total` taken for `used`; megabytes taken for bytes.
  const text = "total = 23552.00M  used = 22392.56M  free = 1159.44M";
  assert.deepEqual(parseSwapUsed(text), known(Math.round(22_392.56 * 2 ** 20)));
  assert.deepEqual(parseSwapUsed("used = 0.00M"), known(0));
  assert.deepEqual(parseSwapUsed("used = 2.00G"), known(2 ** 31));
  for (const bad of ["", "used = M", "used = 1.00T", "unused = 1.00M"]) {
    assert.equal(parseSwapUsed(bad).kind, "unknown", bad);
  }
});

Deno.test("findKextVersion() finds the extension itself, not one whose name starts alike", () => {
  // Kills: the version of IOGPUFamilyExtra, or of a line that only mentions the bundle.
  const text = "  1 0 0x0 0x0 0x0 com.apple.iokit.IOGPUFamilyExtra (9.9) X\n" +
    "  2 0 0x0 0x0 0x0 com.apple.iokit.IOGPUFamily (130.15.2) X <1>\n";
  assert.equal(
    findKextVersion(text, "com.apple.iokit.IOGPUFamily"),
    "130.15.2",
  );
  assert.equal(findKextVersion(text, "com.apple.AGXG16X"), undefined);
  assert.equal(
    findKextVersion(
      " com.apple.iokit.IOGPUFamily (\u001b[2J)",
      "com.apple.iokit.IOGPUFamily",
    ),
    undefined,
  );
});
