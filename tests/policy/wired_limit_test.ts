import assert from "node:assert/strict";
import { GIB } from "../../lib/core/bytes.ts";
import { known, unknown } from "../../lib/core/observed.ts";
import { evaluateWiredLimit } from "../../lib/policy/wired_limit.ts";

/** 100 MiB for each percent. */
const MEMORY = known(10_000 * 2 ** 20);

Deno.test("evaluateWiredLimit() warns above 85 % of memory, not at it", () => {
  // Kills: `>=`; a share of decimal gigabytes.
  const at = (mib: number): string | undefined =>
    evaluateWiredLimit({ limitMib: known(mib), memoryBytes: MEMORY }).advisory
      ?.code;
  assert.equal(at(8_500), undefined);
  assert.equal(at(8_501), "wired-limit-high");
});

Deno.test("evaluateWiredLimit() fails open: what is not known is no warning, and not the default", () => {
  // Kills: "chosen by macOS" on a machine whose limit nobody could read.
  const gone = unknown<number>("no such name");
  for (
    const facts of [
      { limitMib: gone, memoryBytes: MEMORY },
      { limitMib: known(9_999), memoryBytes: gone },
      { limitMib: known(0), memoryBytes: gone },
    ]
  ) {
    const audit = evaluateWiredLimit(facts);
    assert.deepEqual([audit.mode, audit.advisory], ["unknown", null]);
    assert.deepEqual(audit.ratio, gone);
  }
});

Deno.test("evaluateWiredLimit() says 0 is the system's choice, which has no share", () => {
  // Kills: "0 % of memory".
  const audit = evaluateWiredLimit({ limitMib: known(0), memoryBytes: MEMORY });
  assert.deepEqual([audit.mode, audit.ratio.kind], ["default", "unknown"]);
});

Deno.test("the warning gives a command with a limit that is not warned of", () => {
  // Kills: a recommended value that warns again.
  const memoryBytes = known(64 * GIB);
  const fix = evaluateWiredLimit({ limitMib: known(65_536), memoryBytes })
    .advisory?.fix ?? "";
  const advised = Number(/^\$ .*wired_limit_mb=(\d+)$/m.exec(fix)?.[1]);
  assert.ok(advised > 50_000);
  assert.equal(
    evaluateWiredLimit({ limitMib: known(advised), memoryBytes }).advisory,
    null,
  );
});
