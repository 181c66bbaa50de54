import assert from "node:assert/strict";
import {
  folderList,
  hoursToMs,
  isOne,
  mode,
  positiveCount,
  secondsToMs,
} from "../../lib/core/knob_value.ts";

Deno.test("values of variables are read on their boundary (SAFETY T7)", () => {
  // Kills: -1 hours, 0 panics, NaN or an empty text taken for a number; `true` for a switch.
  assert.deepEqual([hoursToMs("0"), hoursToMs("0.5"), hoursToMs("-0.1")], [
    0,
    1_800_000,
    undefined,
  ]);
  assert.deepEqual([secondsToMs("1.5"), secondsToMs("Infinity")], [
    1_500,
    undefined,
  ]);
  assert.deepEqual(["0", "1", "1.5", ""].map(positiveCount), [
    undefined,
    1,
    undefined,
    undefined,
  ]);
  assert.deepEqual([isOne(" 1 "), isOne("true"), isOne("")], [
    true,
    false,
    false,
  ]);
  assert.deepEqual([mode("Observer"), mode("off")], ["observer", undefined]);
  assert.deepEqual([folderList("/a::/b"), folderList(":")], [
    ["/a", "/b"],
    undefined,
  ]);
});
