import assert from "node:assert/strict";
import {
  parseDurationFlag,
  parseNumberFlag,
  switchFlag,
} from "../../lib/cli/flags.ts";
import { DAY_MS } from "../../lib/core/instant.ts";

Deno.test("parseDurationFlag() reads up to the limit and not a millisecond more", () => {
  // Kills: a hold of no length, and one of a year.
  assert.equal(parseDurationFlag("30d", 30 * DAY_MS), 30 * DAY_MS);
  for (const bad of ["0", "0s", "", "x", "-1h"]) {
    assert.throws(() => parseDurationFlag(bad, DAY_MS), /such as 90s, 30m/);
  }
  assert.throws(
    () => parseDurationFlag("2592001s", 30 * DAY_MS),
    /at most 30d/,
  );
});

Deno.test("parseNumberFlag() keeps its bounds and refuses what Number() lets through", () => {
  // Kills: an empty text that counts as 0, NaN, ∞, a fraction of a line.
  const whole = { min: 0, max: 20, whole: true };
  assert.equal(parseNumberFlag("0", whole), 0);
  assert.equal(parseNumberFlag("20", whole), 20);
  for (const bad of ["", " ", "-1", "21", "1.5", "NaN", "Infinity", "x"]) {
    assert.throws(() => parseNumberFlag(bad, whole), /whole number from 0 to/);
  }
  assert.equal(parseNumberFlag("1.5", { ...whole, whole: false }), 1.5);
  assert.throws(
    () => parseNumberFlag("NaN", { ...whole, whole: false }),
    SyntaxError,
  );
});

Deno.test("a switch is off unless it is named", () => {
  // Kills: `hold` that clears by default.
  assert.equal(switchFlag("x").default, false);
});
