import assert from "node:assert/strict";
import { known, unknown } from "../../lib/core/observed.ts";
import {
  figure,
  flag,
  moment,
  reading,
  stateSet,
} from "../../lib/report/metric_samples.ts";

Deno.test("what is not known gives no figure, and 0 is one", () => {
  // Kills: absence told as 0; a real 0 taken for absence.
  for (
    const none of [
      figure(null),
      figure(undefined),
      flag(null),
      flag(undefined),
      moment(null),
      moment(undefined),
      reading(unknown("asleep")),
      stateSet("a", ["b"], null),
      stateSet("a", ["b"], undefined),
    ]
  ) assert.deepEqual(none, []);
  assert.deepEqual(figure(0), [{ value: 0 }]);
  assert.deepEqual(flag(false), [{ value: 0 }]);
  assert.deepEqual(flag(true), [{ value: 1 }]);
  assert.deepEqual(reading(known(0)), [{ value: 0 }]);
  assert.deepEqual(moment(Temporal.Instant.fromEpochMilliseconds(1_500)), [
    { value: 1.5 },
  ]);
});

Deno.test("stateSet() has a figure for each state, one of them 1", () => {
  // Kills: a state that vanishes when it ends, so that an alert on it never resolves.
  assert.deepEqual(stateSet("level", ["low", "high"], "high"), [
    { labels: { level: "low" }, value: 0 },
    { labels: { level: "high" }, value: 1 },
  ]);
});
