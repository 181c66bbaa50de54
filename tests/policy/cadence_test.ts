import assert from "node:assert/strict";
import {
  type CadenceOptions,
  type CadenceVerdict,
  evaluateCadence,
  GEMMA4_FLOOR_MS,
  longestIntervalMs,
  markLoad,
  SAME_MODEL_INTERVAL_MS,
} from "../../lib/policy/cadence.ts";
import { addMs, HOUR_MS } from "../../lib/core/instant.ts";

const NOW = Temporal.Instant.from("2026-11-23T12:00:00Z");
const OPTIONS: CadenceOptions = {
  sameModelIntervalMs: SAME_MODEL_INTERVAL_MS,
  crossModelIntervalMs: 0,
};
const GEMMA = "mlx-community/gemma-4-26b-a4b-it-4bit";

function ago(ms: number): Temporal.Instant {
  return addMs(NOW, -ms);
}

function ask(
  modelId: string,
  loads: Readonly<Record<string, number>>,
  options: Partial<CadenceOptions> = {},
  damagedAgoMs: number | null = null,
): CadenceVerdict {
  const lastLoadAt = new Map(
    Object.entries(loads).map(([id, ms]) => [id, ago(ms)]),
  );
  const damagedSince = damagedAgoMs === null ? undefined : ago(damagedAgoMs);
  return evaluateCadence({ lastLoadAt, damagedSince }, { modelId, now: NOW }, {
    ...OPTIONS,
    ...options,
  });
}

Deno.test("the same model waits until its interval is over, to the millisecond", () => {
  // Kills: `<=` for `<`, and an interval in seconds taken for milliseconds.
  const early = ask("a", { a: SAME_MODEL_INTERVAL_MS - 1 });
  assert.equal(early.cause, "same_model");
  assert.ok(early.kind === "wait");
  assert.equal(early.until.toString(), addMs(NOW, 1).toString());
  assert.equal(ask("a", { a: SAME_MODEL_INTERVAL_MS }).kind, "proceed");
});

Deno.test("another model passes at once, unless an interval for that is set", () => {
  // Kills: the cross-model pause on by default, or measured against the oldest load.
  assert.equal(ask("b", { a: 0 }).kind, "proceed");
  const cross = ask("b", { a: 90_000, c: 10_000 }, {
    crossModelIntervalMs: 60_000,
  });
  assert.deepEqual([cross.cause, cross.lastModelId, cross.elapsedMs], [
    "cross_model",
    "c",
    10_000,
  ]);
});

Deno.test("gemma-4 waits 90 s after any other model, whatever is set", () => {
  // Kills: a floor that a smaller interval lowers, or that holds for the other model.
  const options = { crossModelIntervalMs: 10_000 };
  assert.equal(
    ask(GEMMA, { a: GEMMA4_FLOOR_MS - 1 }, options).intervalMs,
    GEMMA4_FLOOR_MS,
  );
  assert.equal(ask(GEMMA, { a: GEMMA4_FLOOR_MS }, options).kind, "proceed");
  assert.equal(ask("a", { [GEMMA]: 20_000 }, options).kind, "proceed");
});

Deno.test("both rules at once: the same model names the reason, the later end counts", () => {
  // Kills: a caller that comes back at the end of the one and is refused by the other.
  const both = ask("a", { a: 170_000, b: 0 }, { crossModelIntervalMs: 60_000 });
  assert.equal(both.cause, "same_model");
  assert.ok(both.kind === "wait");
  assert.equal(both.until.toString(), addMs(NOW, 60_000).toString());
});

Deno.test("a damaged record fails closed for the longest interval and no longer", () => {
  // Kills: a torn file taken for an empty one; a lockout without end (SAFETY H2, T3).
  const options = { crossModelIntervalMs: 600_000 };
  assert.equal(longestIntervalMs({ ...OPTIONS, ...options }), 600_000);
  assert.equal(ask("new", {}, options, 599_999).cause, "damaged");
  assert.equal(ask("new", {}, options, 600_000).kind, "proceed");
  const off = { sameModelIntervalMs: 0, crossModelIntervalMs: 0 };
  assert.equal(longestIntervalMs(off), GEMMA4_FLOOR_MS);
});

Deno.test("a name out of a record cannot move the cursor of whoever reads the reason", () => {
  // Kills: a model id with an escape sequence in a log line.
  const cross = ask("b", { "\x1b[2Ja": 0 }, { crossModelIntervalMs: 60_000 });
  assert.match(cross.reason, /^\[2Ja was loaded 0 s ago, which is < 60 s$/);
});

Deno.test("markLoad() drops what is over 4 h old, and nothing that still holds", () => {
  // Kills: a file that grows for ever; a drop at the boundary, or of an entry that a longer interval needs.
  const loads = new Map([
    ["edge", ago(4 * HOUR_MS)],
    ["old", ago(4 * HOUR_MS + 1)],
  ]);
  const load = { modelId: "new", now: NOW };
  assert.deepEqual([...markLoad(loads, load, OPTIONS).keys()], ["edge", "new"]);
  const long = { ...OPTIONS, sameModelIntervalMs: 5 * HOUR_MS };
  assert.deepEqual([...markLoad(loads, load, long).keys()], [
    "edge",
    "old",
    "new",
  ]);
});
