import assert from "node:assert/strict";
import {
  isStillRunning,
  type LiveGuardRecord,
  readLiveGuards,
} from "../../lib/facts/live_guards.ts";
import { encodeLiveGuard } from "../../lib/parse/state/live_guard_file.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";

const FOLDER = "/s/guards";
const BOOT = "11111111-2222-4333-8444-555555555555";

function text(pid: number): string {
  return encodeLiveGuard({
    pid,
    startToken: { kind: "proc", value: "5" },
    bootSessionUuid: BOOT,
    label: "run",
    model: undefined,
    phase: "idle",
    heartbeatAt: Temporal.Instant.from("2026-11-23T12:00:00Z"),
    kvRequests: [],
    resourceCount: undefined,
    extra: new Map(),
  });
}

function record(pid = 7): LiveGuardRecord {
  const disk = new MemoryFileStore().put(`${FOLDER}/${pid}.json`, text(pid));
  const [found] = readLiveGuards(disk, FOLDER).records;
  assert.ok(found !== undefined);
  return found;
}

Deno.test("readLiveGuards() reads records by name, and reports those that are none", () => {
  // Kills: a temporary file taken for a guard; a record that speaks for another pid.
  const disk = new MemoryFileStore()
    .put(`${FOLDER}/7.json`, text(7))
    .put(`${FOLDER}/8.json`, text(9))
    .put(`${FOLDER}/9.json`, "{")
    .put(`${FOLDER}/.7.json.0123abcd.tmp`, text(7))
    .put(`${FOLDER}/0.json`, text(1))
    .putOther(`${FOLDER}/10.json`);
  const { records, findings } = readLiveGuards(disk, FOLDER);
  assert.deepEqual(
    records.map((one) => [one.pid, one.file?.pid]),
    [[10, undefined], [7, 7], [8, undefined], [9, undefined]],
  );
  assert.equal(findings.length, 3);
});

Deno.test("no folder is no guard; a closed one is told", () => {
  // Kills: an error on every machine where no guard ever ran.
  assert.deepEqual(readLiveGuards(new MemoryFileStore(), FOLDER).findings, []);
  assert.deepEqual(
    readLiveGuards(new MemoryFileStore(), undefined).records,
    [],
  );
  const closed = new MemoryFileStore().putFolder(FOLDER, { mode: 0 });
  assert.equal(
    readLiveGuards(closed, FOLDER).findings[0]?.code,
    "guards-unreadable",
  );
});

Deno.test("isStillRunning() fails closed: what cannot be compared runs", () => {
  // Kills: the record of a living guard swept because of its pid's past (SAFETY I1).
  const now = (
    kind: string,
    value: string,
  ): Parameters<typeof isStillRunning>[1] => ({
    pid: 7,
    startToken: { kind, value },
  });
  const one = record();
  assert.equal(isStillRunning(one, undefined, BOOT), false);
  assert.equal(isStillRunning(one, now("proc", "5"), BOOT), true);
  assert.equal(isStillRunning(one, now("proc", "6"), BOOT), false, "recycled");
  assert.equal(isStillRunning(one, now("ps", "6"), BOOT), true, "another kind");
  assert.equal(isStillRunning(one, now("proc", "5"), "another boot"), false);
  assert.equal(isStillRunning(one, now("proc", "5"), undefined), true);
  const damaged = { ...one, file: undefined };
  assert.equal(isStillRunning(damaged, now("proc", "6"), BOOT), true);
});
