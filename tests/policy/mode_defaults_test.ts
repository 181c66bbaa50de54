import assert from "node:assert/strict";
import { GB } from "../../lib/core/bytes.ts";
import { modeDefaults } from "../../lib/policy/mode_defaults.ts";

Deno.test("modeDefaults() holds the Python tool's figures for every mode, and for a name that is none", () => {
  // Kills: seconds taken for milliseconds, GB for GiB, one figure of one mode.
  const rows: readonly (readonly [string, readonly number[], boolean])[] = [
    ["server", [60, 60, 10, 4], false],
    ["embedded", [120, 120, 15, 4.5], false],
    ["notebook", [600, 900, 30, 5], false],
    ["cli", [300, 300, 20, 5], false],
    ["subprocess_worker", [300, 300, 20, 5], true],
    ["anything", [300, 300, 20, 5], false],
  ];
  for (const [mode, figures, skipsProcessLock] of rows) {
    const ours = modeDefaults(mode);
    assert.deepEqual([
      ours.generateTimeoutMs / 1_000,
      ours.periodicFlushIntervalMs / 1_000,
      ours.kvCeilingBytes / GB,
      ours.prefillCeilingBytes / GB,
    ], figures);
    assert.deepEqual([ours.mode, ours.skipsProcessLock], [
      mode,
      skipsProcessLock,
    ]);
  }
});

Deno.test("a name like a member of Object has the defaults of cli", () => {
  // Kills: a table that is an object, which knows `constructor`.
  assert.equal(modeDefaults("constructor").kvCeilingBytes, 20 * GB);
});
