import assert from "node:assert/strict";
import {
  workerDeathCrumbs,
  type WorkerObituary,
} from "../../lib/report/worker_death.ts";

const DEATH: WorkerObituary = {
  modelId: "org/m",
  pid: 7,
  exitCode: 137,
  signal: "SIGKILL",
  killedBecause: undefined,
  errorClass: undefined,
  frames: [],
  isBusy: false,
};

function lines(more: Partial<WorkerObituary>): readonly string[] {
  return workerDeathCrumbs({ ...DEATH, ...more })
    .map(({ tag, payload }) => `${tag}: ${payload}`);
}

Deno.test("a death closes what was begun, so that nobody looks for an orphan", () => {
  // Kills: an end without a beginning, which would pair with another worker's; a beginning without its end.
  assert.deepEqual(lines({}), ["SUBPROCESS_WORKER: org/m ended by SIGKILL"]);
  assert.deepEqual(lines({ isBusy: true }), [
    "SUBPROCESS_WORKER: org/m ended by SIGKILL",
    "SUBPROC_POST: org/m",
  ]);
  const [crumb] = workerDeathCrumbs(DEATH);
  assert.deepEqual(crumb?.meta, {
    pid: 7,
    ["error_class"]: "unknown",
    ["exit_code"]: 137,
  });
});

Deno.test("an abort tells where it happened; a kill of ours tells why", () => {
  // Kills: a log in which our own kill looks like the system's.
  assert.deepEqual(
    lines({
      signal: "SIGABRT",
      exitCode: 134,
      frames: ["f a.py:1", "g b.py:2"],
    }),
    [
      "SIGABRT: org/m: f a.py:1 < g b.py:2",
      "SUBPROCESS_WORKER: org/m ended by SIGABRT",
    ],
  );
  assert.match(lines({ signal: "SIGABRT" })[0] ?? "", /no stack$/);
  assert.deepEqual(lines({ killedBecause: "no answer within 5 ms" }), [
    "SUBPROCESS_WORKER: org/m ended by SIGKILL (killed: no answer within 5 ms)",
  ]);
  assert.deepEqual(lines({ signal: null, exitCode: 3 }), [
    "SUBPROCESS_WORKER: org/m ended by exit 3",
  ]);
});
