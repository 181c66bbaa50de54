import assert from "node:assert/strict";
import {
  axis,
  isIn,
  PAD,
  rounded,
  stepFor,
  x,
} from "../../lib/report/postmortem_axis.ts";

const AT = Temporal.Instant.from("2026-11-23T12:00:00Z");
const SCALE = {
  from: AT.epochMilliseconds,
  to: AT.epochMilliseconds + 60_000,
  width: 220,
};

Deno.test("x() puts the ends at the edges, and what lies outside too", () => {
  // Kills: a mark that stands outside the drawing.
  const at = (seconds: number): number => x(SCALE, AT.add({ seconds }));
  assert.deepEqual([at(0), at(30), at(60), at(-9), at(99)], [
    PAD,
    110,
    210,
    PAD,
    210,
  ]);
  assert.ok(isIn(SCALE, AT) && !isIn(SCALE, AT.subtract({ milliseconds: 1 })));
  assert.equal(rounded(1.26), 1.3);
});

Deno.test("axis() labels whole steps of local time", () => {
  // Kills: labels of UTC under a local headline; labels that run into each other.
  const markup = (timeZone: string): readonly string[] =>
    [
      ...axis(SCALE, 10, { timeZone }, 30_000).markup.matchAll(
        />(\d\d:\d\d:\d\d)</g,
      ),
    ].map((match) => match[1] ?? "");
  assert.deepEqual(markup("UTC"), ["12:00:00", "12:00:30", "12:01:00"]);
  assert.deepEqual(markup("Asia/Kolkata"), [
    "17:30:00",
    "17:30:30",
    "17:31:00",
  ]);
  assert.equal(stepFor({ ...SCALE, width: 704 }, 704), 10_000);
  assert.equal(stepFor({ ...SCALE, to: SCALE.from + 1_800_000 }, 704), 300_000);
});
