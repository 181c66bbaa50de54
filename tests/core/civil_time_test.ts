import assert from "node:assert/strict";
import { formatCivilTime, formatUtc } from "../../lib/core/civil_time.ts";

const AT = Temporal.Instant.from("2026-10-25T00:59:59.999Z");

Deno.test("formatCivilTime() writes naive local time and drops the fraction", () => {
  // Kills: an offset the Python tool cannot read; rounding 59.999 s up into the next hour.
  assert.equal(formatCivilTime(AT, "Europe/Paris"), "2026-10-25T02:59:59");
  assert.equal(formatCivilTime(AT, "Asia/Kathmandu"), "2026-10-25T06:44:59");
});

Deno.test("formatUtc() ends in Z and drops the fraction", () => {
  // Kills: `cooldown_until_utc` in local time, or with nine digits behind the second.
  assert.equal(formatUtc(AT), "2026-10-25T00:59:59Z");
});
