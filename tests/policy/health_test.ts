import assert from "node:assert/strict";
import { evaluateHealth } from "../../lib/policy/health.ts";

Deno.test("evaluateHealth() goes from ok to warn at one panic and to critical at five", () => {
  // Kills: `>` for `>=`, and an exit code that does not belong to its word.
  const of = (panicCount: number, hasStaleLock = false): unknown[] =>
    Object.values(evaluateHealth({ panicCount, hasStaleLock }));
  assert.deepEqual(of(0), ["ok", 0]);
  assert.deepEqual(of(1), ["warn", 1]);
  assert.deepEqual(of(4), ["warn", 1]);
  assert.deepEqual(of(5), ["critical", 2]);
});

Deno.test("a stale lock warns, and never calms what is critical", () => {
  // Kills: a branch for the lock that stands before the one for panics.
  assert.equal(
    evaluateHealth({ panicCount: 0, hasStaleLock: true }).exitCode,
    1,
  );
  assert.equal(
    evaluateHealth({ panicCount: 5, hasStaleLock: true }).exitCode,
    2,
  );
});

Deno.test("panics that could not be read warn", () => {
  // Kills: `undefined > 0`, which is a green light.
  assert.equal(
    evaluateHealth({ panicCount: undefined, hasStaleLock: false }).health,
    "warn",
  );
});
