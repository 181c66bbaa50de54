import assert from "node:assert/strict";
import { tryParseBreadcrumb } from "../../lib/parse/breadcrumb_line.ts";
import {
  findRunningBefore,
  type WorkTraces,
} from "../../lib/policy/running_before.ts";

const BOOT = "AAAAAAAA-1111-4111-8111-111111111111";
const AT = Temporal.Instant.from("2026-11-23T12:00:00Z");
const NONE: WorkTraces = {
  crumbs: [],
  runs: [],
  guards: [],
  lock: null,
  loads: [],
};
const PANIC = { at: AT, bootSessionUuid: BOOT, pid: 812, since: null };

function ago(seconds: number): Temporal.Instant {
  return AT.subtract({ seconds });
}

function crumbs(...lines: readonly string[]): WorkTraces {
  return {
    ...NONE,
    crumbs: lines.map((text) => {
      const line = tryParseBreadcrumb(text, { timeZone: "UTC", now: AT });
      assert.ok(line !== undefined);
      return line;
    }),
  };
}

Deno.test("findRunningBefore() matches boot and pid of the report to a start without its end", () => {
  // Kills: a model that had ended, or ran in another boot, named as the culprit.
  const { work, model, certainty, lastCrumbs } = findRunningBefore(
    PANIC,
    crumbs(
      "[2026-11-23 11:50:00] SUBPROC_PRE: org/other | boot=BBBBBBBB pid=812",
      "[2026-11-23 11:51:00] SUBPROC_PRE: org/done | boot=AAAAAAAA pid=700",
      "[2026-11-23 11:52:00] SUBPROC_POST: org/done | boot=AAAAAAAA pid=700",
      "[2026-11-23 11:59:00] SUBPROC_PRE: org/model | boot=AAAAAAAA ctx=512 pid=812",
      "[2026-11-23 11:59:30] SUBPROC_PRE: org/side | boot=AAAAAAAA pid=813",
    ),
  );
  assert.deepEqual(
    work.map((one) => [one.what, one.proof, one.pid, one.figures]),
    [
      ["org/model", "boot and pid", 812, ["ctx=512"]],
      ["org/side", "boot", 813, []],
    ],
  );
  assert.deepEqual([model, certainty], ["org/model", "sure"]);
  assert.equal(lastCrumbs.length, 4);
});

Deno.test("findRunningBefore() fails open: without a trace it says unknown", () => {
  // Kills: "nothing was running" where nobody wrote anything down.
  const { work, certainty, model } = findRunningBefore(PANIC, NONE);
  assert.deepEqual([work, certainty, model], [[], "unknown", null]);
});

Deno.test("findRunningBefore() takes a line without a boot by its time alone, and says so", () => {
  // Kills: a line of the Python tool that counts for nothing, or for as much as one that names the boot.
  const line = "[2026-11-23 11:59:00] SUBPROC_PRE: org/model | pid=812";
  const found = findRunningBefore(PANIC, crumbs(line));
  assert.deepEqual([found.certainty, found.work[0]?.proof], ["likely", "time"]);
  const old = crumbs("[2026-11-22 11:59:59] SUBPROC_PRE: org/model");
  assert.equal(findRunningBefore(PANIC, old).certainty, "unknown");
  const edge = crumbs("[2026-11-22 12:00:00] SUBPROC_PRE: org/model");
  assert.equal(findRunningBefore(PANIC, edge).certainty, "likely");
  // The panic before it ended what had begun until then.
  const since = ago(30);
  assert.equal(
    findRunningBefore({ ...PANIC, since }, crumbs(line)).certainty,
    "unknown",
  );
});

Deno.test("findRunningBefore() knows a guard by its last heartbeat, up to a minute", () => {
  // Kills: a guard that died yesterday, still named today; one that missed a beat, forgotten.
  const guard = {
    pid: 900,
    bootSessionUuid: BOOT,
    label: "run",
    model: "org/model",
    phase: "generating",
    heartbeatAt: ago(60),
    kvBytes: 2_000_000,
    requestCount: 2,
  };
  const [work] = findRunningBefore(PANIC, { ...NONE, guards: [guard] }).work;
  assert.deepEqual(
    [work?.what, work?.activity, work?.figures],
    ["org/model", "generating", ["requests=2", "kv_bytes=2000000"]],
  );
  const late = { ...guard, heartbeatAt: ago(61) };
  const other = { ...guard, bootSessionUuid: "B" };
  assert.equal(
    findRunningBefore(PANIC, { ...NONE, guards: [late, other] }).certainty,
    "unknown",
  );
});

Deno.test("findRunningBefore() reads the model out of a worker's lock, and an unended run", () => {
  // Kills: the one file that names the process which had the GPU, passed over.
  const lock = {
    pid: 812,
    bootSessionUuid: BOOT,
    label: "mlx_subprocess_runner:org/model",
    startedAt: ago(10),
  };
  const run = {
    guardPid: 4,
    pid: 5,
    startedAt: ago(100),
    endedAt: null,
    lastAt: ago(50),
    peakBytes: 7,
  };
  const found = findRunningBefore(PANIC, { ...NONE, lock, runs: [run] });
  assert.deepEqual(
    found.work.map((one) => [one.source, one.model, one.proof]),
    [["lock", "org/model", "boot and pid"], ["run", null, "time"]],
  );
  const ended = { ...run, endedAt: ago(0) };
  assert.equal(
    findRunningBefore(PANIC, { ...NONE, runs: [ended] }).certainty,
    "unknown",
  );
});

Deno.test("findRunningBefore() asks the cadence last, and within the hour", () => {
  // Kills: yesterday's model blamed for tonight's panic.
  const load = (seconds: number): WorkTraces => ({
    ...NONE,
    loads: [{ modelId: "org/model", at: ago(seconds) }],
  });
  const found = findRunningBefore(PANIC, load(3_600));
  assert.deepEqual([found.model, found.certainty], ["org/model", "likely"]);
  assert.equal(findRunningBefore(PANIC, load(3_601)).certainty, "unknown");
});
