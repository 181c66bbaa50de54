import assert from "node:assert/strict";
import {
  type BreakerSource,
  showBreaker,
} from "../../../lib/cli/commands/breaker.ts";
import { fakeContext } from "../../fakes/cli_context.ts";

function source(removed: readonly string[] = []): BreakerSource {
  return {
    status: () =>
      Promise.resolve({
        isInCooldown: true,
        cooldownUntil: Temporal.Instant.from("2026-11-23T13:00:00Z"),
        cooldownRemainingMs: 3_600_000,
        panicThreshold: 2,
        windowMs: 3_600_000,
        recentPanicCount: 2,
        reason: "2 kernel panics ≥ 2 in 60 min",
        findings: [],
      }),
    clear: () => Promise.resolve(removed),
  };
}

Deno.test("breaker ends with 0 also when open: it tells, panic-gate decides", async () => {
  // Kills: a dashboard's question that a wrapper takes for the gate's answer.
  const context = fakeContext();
  const flags = { json: false, clear: false };
  assert.equal(await showBreaker(context, source(), flags), 0);
  assert.match(context.terminal.out, /^Breaker\s+OPEN/);
});

Deno.test("breaker --json prints one object, and nothing else", async () => {
  // Kills: words for a person in a program's way.
  const context = fakeContext();
  await showBreaker(context, source(), { json: true, clear: false });
  const json = JSON.parse(context.terminal.out);
  assert.deepEqual([json.in_cooldown, json.cooldown_until], [true, 1795438800]);
});

Deno.test("breaker --clear says whether there was anything to close", async () => {
  // Kills: the same words for both; a status printed in place of the act.
  const out = async (
    removed: readonly string[],
    json: boolean,
  ): Promise<string> => {
    const context = fakeContext();
    await showBreaker(context, source(removed), { json, clear: true });
    return context.terminal.out;
  };
  assert.match(
    await out(["/s/breaker.json"], false),
    /is closed until the next/,
  );
  assert.match(await out([], false), /was not open/);
  assert.deepEqual(JSON.parse(await out(["/s/breaker.json"], true)), {
    status: "cleared",
    removed: ["/s/breaker.json"],
  });
  assert.equal(JSON.parse(await out([], true)).status, "absent");
});
