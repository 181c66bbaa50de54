import assert from "node:assert/strict";
import { addMs } from "../../lib/core/instant.ts";
import {
  type Orphan,
  ORPHAN_THRESHOLD_MS,
  pairWorkerLines,
  type WorkerLine,
} from "../../lib/policy/orphans.ts";

const NOW = Temporal.Instant.from("2026-11-23T12:00:00Z");

function line(
  tag: string,
  payload: string,
  ageMs: number,
  meta: Readonly<Record<string, string>> = {},
): WorkerLine {
  return {
    at: addMs(NOW, -ageMs),
    localTime: `${ageMs}`,
    tag,
    payload,
    meta: new Map(Object.entries(meta)),
    boot: undefined,
  };
}

function pair(
  lines: readonly WorkerLine[],
  thresholdMs = 0,
): readonly Orphan[] {
  return pairWorkerLines(lines, { now: NOW, thresholdMs });
}

Deno.test("pairWorkerLines() reports a start that is exactly old enough, and none that lies ahead", () => {
  // Kills: `<` at the threshold; a start in the future with an age below zero.
  const at = (ageMs: number): number =>
    pair([line("SUBPROC_PRE", "m", ageMs)], ORPHAN_THRESHOLD_MS).length;
  assert.deepEqual([at(ORPHAN_THRESHOLD_MS), at(ORPHAN_THRESHOLD_MS - 1)], [
    1,
    0,
  ]);
  assert.equal(pair([line("SUBPROC_PRE", "m", -1)]).length, 0);
});

Deno.test("an end takes the start of its pid, else the oldest that names none", () => {
  // Kills: pairing by order alone, which blames the worker that ended in place of the one that hangs.
  const lines = [
    line("SUBPROC_PRE", "m", 9, { pid: "1" }),
    line("SUBPROC_PRE", "m", 8, { pid: "2" }),
    line("SUBPROC_PRE", "m", 7),
  ];
  const left = (post: Readonly<Record<string, string>>): number[] =>
    pair([...lines, line("SUBPROC_POST", "m", 1, post)]).map((one) =>
      one.ageMs
    );
  assert.deepEqual(left({ pid: "2" }), [9, 7]);
  assert.deepEqual(left({}), [9, 8]);
  assert.deepEqual(left({ pid: "3" }), [9, 8]);
  const [one, two] = lines;
  assert.ok(one !== undefined && two !== undefined);
  const foreign = line("SUBPROC_POST", "m", 1, { pid: "3" });
  assert.equal(pair([one, two, foreign]).length, 2);
  assert.deepEqual(
    pair([one, two, line("SUBPROC_POST", "m", 1)]).map((left) => left.ownPid),
    [2],
  );
});

Deno.test("an end whose start lies before the tail takes nothing of another model", () => {
  // Kills: ends counted over all models.
  const lines = [line("SUBPROC_POST", "b", 9), line("SUBPROC_PRE", "a", 8)];
  assert.deepEqual(pair(lines).map((one) => one.modelId), ["a"]);
});

Deno.test("the pid is the start's own, else that of the newest ready line; a token only goes with its own pid", () => {
  // Kills: a worker that was started later ended in place of the orphan (SAFETY I4).
  const ready = (pid: string, token?: string): WorkerLine =>
    line(
      "SUBPROCESS_WORKER",
      `m ready, pid=${pid}`,
      5,
      token === undefined ? {} : { start_token: token },
    );
  const [own] = pair([
    ready("7", "proc:1"),
    ready("8", "proc:2"),
    line("SUBPROC_PRE", "m", 4, { pid: "7" }),
  ]);
  assert.deepEqual([own?.pid, own?.ownPid, own?.readyToken], [7, 7, "proc:1"]);
  const [newest] = pair([
    ready("7"),
    ready("8", "proc:2"),
    line("SUBPROC_PRE", "m", 4),
  ]);
  assert.deepEqual([newest?.pid, newest?.ownPid, newest?.readyToken], [
    8,
    null,
    null,
  ]);
  const [reused] = pair([
    ready("7", "proc:1"),
    ready("7"),
    line("SUBPROC_PRE", "m", 4, { pid: "7" }),
  ]);
  assert.equal(reused?.readyToken, null);
});

Deno.test("a pid that is none is none", () => {
  // Kills: pid 0, which a signal would take for our own group.
  for (const pid of ["0", "-1", "1e3", "01", "99999999999", "", "x"]) {
    const [orphan] = pair([
      line("SUBPROCESS_WORKER", `m ready, pid=${pid}`, 3),
      line("SUBPROC_PRE", "m", 2, { pid }),
    ]);
    assert.deepEqual([orphan?.pid, orphan?.ownPid], [null, null], pid);
  }
});
