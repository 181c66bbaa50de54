import assert from "node:assert/strict";
import { waysOut } from "../../lib/policy/cooldown_verdict.ts";
import type { CooldownDecision } from "../../lib/policy/panic_cooldown.ts";

const AT = Temporal.Instant.from("2026-11-23T12:00:00Z");

function decision(
  ...kinds: readonly ("sentinel" | "cooldown" | "lockout" | "suspect")[]
): CooldownDecision {
  return {
    kind: kinds[0] === "suspect" ? "cooldown" : kinds[0] ?? "clear",
    exitCode: kinds.length === 0 ? 0 : 2,
    verdict: { kind: "proceed", reason: "" },
    recentPanics24h: 0,
    recentPanics72h: 0,
    abortCount24h: 0,
    cooldownUntil: null,
    causes: kinds.map((kind) => ({ kind, until: AT })),
    clearAt: null,
  };
}

Deno.test("waysOut() names a way for each cause, and none when nothing waits", () => {
  // Kills: a person who clears the hold and finds the lockout behind it.
  assert.deepEqual(waysOut(decision(), []), []);
  const ways = waysOut(decision("sentinel", "lockout"), []);
  assert.equal(ways.length, 3);
  assert.match(ways[0] ?? "", /metal-guard ack --reason/);
  assert.match(ways[1] ?? "", /metal-guard hold --clear/);
  assert.match(ways[2] ?? "", /METALGUARD_PANIC_GATE_DISABLED=1/);
  assert.match(waysOut(decision("cooldown"), [])[0] ?? "", /--wait/);
  assert.match(waysOut(decision("suspect"), [])[0] ?? "", /--wait/);
});

Deno.test("waysOut() repeats the fix of each thing that could not be read", () => {
  // Kills: exit 3 without a way out.
  const unread = { path: "/x", message: "Cannot read /x", fix: "chmod /x" };
  assert.deepEqual(waysOut(decision(), [unread]), ["chmod /x"]);
  assert.equal(waysOut(decision("cooldown"), [unread]).at(-1), "chmod /x");
});
