import assert from "node:assert/strict";
import {
  breakerJson,
  type BreakerStatus,
  breakerText,
} from "../../lib/report/breaker.ts";
import { textStyle } from "../../lib/report/text_style.ts";

const OPEN: BreakerStatus = {
  isInCooldown: true,
  cooldownUntil: Temporal.Instant.from("2026-11-23T13:00:00Z"),
  cooldownRemainingMs: 3_599_999,
  panicThreshold: 2,
  windowMs: 3_600_000,
  recentPanicCount: 2,
  reason: "2 kernel panics ≥ 2 in 60 min",
  findings: [],
};
const CLOSED: BreakerStatus = {
  ...OPEN,
  isInCooldown: false,
  cooldownUntil: null,
  cooldownRemainingMs: 0,
  recentPanicCount: 0,
  reason: "0 kernel panics < 2 in 60 min",
};
const OPTIONS = {
  timeZone: "UTC",
  style: textStyle({ color: false, emoji: false }),
};

Deno.test("breakerJson() has the Python tool's keys, in seconds", () => {
  // Kills: milliseconds under a key that says `_sec`; a key that a dashboard misses.
  assert.deepEqual(breakerJson(OPEN), {
    in_cooldown: true,
    cooldown_until: 1795438800,
    cooldown_remaining_sec: 3599.999,
    panic_threshold: 2,
    window_sec: 3600,
    recent_panic_count: 2,
    reason: "2 kernel panics ≥ 2 in 60 min",
    findings: [],
  });
  assert.equal(breakerJson(CLOSED)["cooldown_until"], null);
});

Deno.test("breakerText() says why, until when, and how to close it, while it is open", () => {
  // Kills: an open breaker without a way out; advice to close a closed one.
  const open = breakerText(OPEN, OPTIONS);
  for (
    const words of [
      "OPEN",
      "≥ 2",
      "Mon 23 Nov 2026, 13:00 (UTC), in 1 h",
      "breaker --clear",
    ]
  ) {
    assert.ok(open.includes(words), words);
  }
  const closed = breakerText(CLOSED, OPTIONS);
  assert.ok(closed.includes("CLOSED") && !closed.includes("--clear"));
});

Deno.test("breakerText() shows findings with what to do about them", () => {
  // Kills: a damaged record that is passed over in silence.
  const finding = { code: "x", message: "It is torn", fix: "mend it" };
  const text = breakerText({ ...CLOSED, findings: [finding] }, OPTIONS);
  assert.match(text, /It is torn\n\s+mend it\n$/);
});
