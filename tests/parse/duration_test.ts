import assert from "node:assert/strict";
import { tryParseDuration } from "../../lib/parse/duration.ts";

Deno.test("tryParseDuration() reads what people type", () => {
  // Kills: `m` taken for months, `min` for `m` and a stray `in`, a bare number for milliseconds.
  const cases: readonly (readonly [string, number])[] = [
    ["90s", 90_000],
    ["90", 90_000],
    ["30m", 1_800_000],
    ["30min", 1_800_000],
    ["2h", 7_200_000],
    ["1.5H", 5_400_000],
    ["1d", 86_400_000],
    [" 1h30m ", 5_400_000],
    ["1h 30 min", 5_400_000],
    ["0", 0],
  ];
  for (const [text, ms] of cases) {
    assert.equal(tryParseDuration(text), ms, text);
  }
});

Deno.test("tryParseDuration() refuses what is no span", () => {
  // Kills: `2x` read as 2 s; a sign; hexadecimal; a text whose end is ignored.
  const bad = ["", " ", "h", "2x", "-1h", "+1h", "1h-", "0x10", "1e3", "1,5h"];
  for (const text of [...bad, "∞", "NaN", `${"1".repeat(32)}s`]) {
    assert.equal(tryParseDuration(text), undefined, text);
  }
});
