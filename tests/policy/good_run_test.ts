import assert from "node:assert/strict";
import { isGoodRun, type RunEnd } from "../../lib/policy/good_run.ts";

const MINUTE_MS = 60_000;

function good(end: Partial<RunEnd>): boolean {
  return isGoodRun({
    exitCode: 0,
    cause: null,
    signal: null,
    ranMs: 5 * MINUTE_MS,
    ...end,
  });
}

Deno.test("isGoodRun() takes an end by itself with 0, however short, and no other", () => {
  // Kills: a crash of today that becomes tomorrow's "with this it worked".
  assert.equal(good({ ranMs: 1 }), true);
  for (const exitCode of [1, 75, 76, 134, 137, 139, 143]) {
    assert.equal(good({ exitCode }), false, `${exitCode}`);
  }
});

Deno.test("isGoodRun() takes a server that was asked to end after it could have loaded its model", () => {
  // Kills: a server's good weeks that are never written down, because servers do not end with 0.
  for (
    const [signal, exitCode] of [
      ["SIGTERM", 0],
      ["SIGTERM", 143],
      ["SIGINT", 130],
      ["SIGINT", 1],
    ] as const
  ) {
    assert.equal(good({ signal, exitCode, ranMs: 2 * MINUTE_MS }), true);
    assert.equal(good({ signal, exitCode, ranMs: 2 * MINUTE_MS - 1 }), false);
  }
  assert.equal(good({ signal: "SIGTERM", exitCode: 137 }), false);
  assert.equal(good({ signal: "SIGQUIT", exitCode: 131 }), false);
});

Deno.test("isGoodRun() takes nothing that the guard ended", () => {
  // Kills: a run that went over its limit, ended with 0, and counts as good.
  assert.equal(good({ cause: "footprint" }), false);
  assert.equal(
    good({ cause: "probe", signal: "SIGTERM", exitCode: 143 }),
    false,
  );
});
