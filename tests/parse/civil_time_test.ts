import assert from "node:assert/strict";
import {
  formatCivilTime,
  tryParseCivilTime,
} from "../../lib/parse/civil_time.ts";

function readings(text: string, zone: string): string[] | undefined {
  const found = tryParseCivilTime(text, zone);
  return found === undefined
    ? undefined
    : [found.earlier.toString(), found.later.toString()];
}

Deno.test("tryParseCivilTime() reads every form of the shared files and of macOS", () => {
  // Kills: ` +0100` without colon, fractions, `Z`, a space for the `T`.
  const at = "2026-11-23T04:37:18Z";
  for (
    const text of [
      "2026-11-23T05:37:18+01:00",
      "2026-11-23 05:37:18 +0100",
      "2026-11-23 05:37:18+0100",
      "2026-11-23T04:37:18Z",
      " 2026-11-23T04:37:18 Z ",
    ]
  ) assert.deepEqual(readings(text, "Asia/Tokyo"), [at, at], text);
  assert.deepEqual(readings("2026-11-23 05:37:18.25", "Europe/Paris"), [
    "2026-11-23T04:37:18.25Z",
    "2026-11-23T04:37:18.25Z",
  ]);
});

Deno.test("the doubled hour of autumn has two readings, an hour apart", () => {
  // Kills: a hold that ends an hour early because the first reading was taken.
  assert.deepEqual(readings("2026-10-25T02:30:00", "Europe/Paris"), [
    "2026-10-25T00:30:00Z",
    "2026-10-25T01:30:00Z",
  ]);
});

Deno.test("the hour that spring leaves out lies on both sides of the gap", () => {
  // Kills: a RangeError for a time that a careless writer added two hours to.
  assert.deepEqual(readings("2026-03-29T02:30:00", "Europe/Paris"), [
    "2026-03-29T00:30:00Z",
    "2026-03-29T01:30:00Z",
  ]);
});

Deno.test("what has the shape of a time and is none is undefined", () => {
  // Kills: a throw out of a hostile report.
  for (
    const text of [
      "",
      "2026-13-01T00:00:00",
      "2026-02-30T00:00:00",
      "2026-01-01T24:00:00",
      "2026-01-01T00:61:00",
      "2026-01-01T00:00:00 +9900",
      "2026-01-01",
      "2026-01-01T00:00:00 Z Z",
    ]
  ) assert.equal(readings(text, "UTC"), undefined, text);
});

Deno.test("a local time that was written is read back in its own zone", () => {
  // Kills: a codec that writes with one zone's rules and reads with another's.
  for (const zone of ["UTC", "Asia/Kathmandu", "America/New_York"]) {
    const at = Temporal.Instant.from("2026-07-01T10:20:30Z");
    assert.deepEqual(readings(formatCivilTime(at, zone), zone), [
      at.toString(),
      at.toString(),
    ]);
  }
});
