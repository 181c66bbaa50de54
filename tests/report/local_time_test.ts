import assert from "node:assert/strict";
import {
  formatDistance,
  formatLocalTime,
  formatSpan,
} from "../../lib/report/local_time.ts";

const at = (text: string): Temporal.Instant => Temporal.Instant.from(text);

Deno.test("formatLocalTime() says day, time, offset and zone", () => {
  // Kills: a time without its zone, which a traveller reads wrongly.
  const time = at("2026-11-24T04:37:00Z");
  assert.equal(
    formatLocalTime(time, "Europe/Paris"),
    "Tue 24 Nov 2026, 05:37 (UTC+01:00, Europe/Paris)",
  );
  assert.equal(formatLocalTime(time, "UTC"), "Tue 24 Nov 2026, 04:37 (UTC)");
  assert.equal(
    formatLocalTime(time, "+05:30"),
    "Tue 24 Nov 2026, 10:07 (UTC+05:30)",
  );
});

Deno.test("the two passages of the doubled hour look different", () => {
  // Kills: "02:30" twice in a night, an hour apart.
  const zone = "Europe/Paris";
  assert.match(
    formatLocalTime(at("2026-10-25T00:30:00Z"), zone),
    /02:30 \(UTC\+02:00/,
  );
  assert.match(
    formatLocalTime(at("2026-10-25T01:30:00Z"), zone),
    /02:30 \(UTC\+01:00/,
  );
});

Deno.test("an end is rounded up, the past down", () => {
  // Kills: a person who comes back at 12:00 for a hold that ends at 12:00:30.
  const time = at("2026-12-31T23:59:00.001Z");
  assert.equal(formatLocalTime(time, "UTC"), "Fri 1 Jan 2027, 00:00 (UTC)");
  assert.equal(
    formatLocalTime(time, "UTC", "floor"),
    "Thu 31 Dec 2026, 23:59 (UTC)",
  );
});

Deno.test("formatSpan() uses two units and never says less than is left", () => {
  // Kills: "60 s", "0 min", "1 h 60 min", "23 h 60 min", and a day's span that ends early.
  const cases: readonly (readonly [number, string])[] = [
    [-5, "0 s"],
    [0, "0 s"],
    [1, "1 s"],
    [45_000, "45 s"],
    [59_000, "59 s"],
    [59_001, "1 min"],
    [60_000, "1 min"],
    [60_001, "2 min"],
    [3_540_001, "1 h"],
    [4_320_000, "1 h 12 min"],
    [7_199_999, "2 h"],
    [86_340_001, "1 d"],
    [86_400_000, "1 d"],
    [86_400_001, "1 d 1 h"],
    [183_600_000, "2 d 3 h"],
    [183_600_001, "2 d 4 h"],
    [259_199_999, "3 d"],
  ];
  for (const [ms, text] of cases) assert.equal(formatSpan(ms), text, `${ms}`);
});

Deno.test("formatDistance() tells ahead from behind", () => {
  // Kills: "in 22 min" for a panic of 22 minutes ago.
  const now = at("2026-11-24T04:00:00Z");
  assert.equal(formatDistance(now.add({ minutes: 72 }), now), "in 1 h 12 min");
  assert.equal(
    formatDistance(now.subtract({ minutes: 22 }), now),
    "22 min ago",
  );
  assert.equal(formatDistance(now.add({ milliseconds: 999 }), now), "now");
  assert.equal(formatDistance(now.add({ seconds: 1 }), now), "in 1 s");
});
