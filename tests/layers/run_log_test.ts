import assert from "node:assert/strict";
import { FileError } from "../../lib/core/error.ts";
import { RunLog } from "../../lib/layers/run_log.ts";
import { decodeRunRecords } from "../../lib/parse/state/run_records.ts";
import type { FileStore } from "../../lib/ports/file_store.ts";
import { FakeClock } from "../fakes/clock.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";
import { FakeLog } from "../fakes/log.ts";

const PATH = "/s/runs/20260101T000000Z-7.jsonl";

function logOver(
  store: FileStore,
  clock: FakeClock,
  reportPath?: string,
): { readonly runLog: RunLog; readonly log: FakeLog } {
  const log = new FakeLog();
  const runLog = new RunLog({ store, clock, log, owner: () => undefined }, {
    folder: "/s/runs",
    pid: 7,
    reportPath,
    renderReport: (records) => records.map(({ kind }) => kind).join(" "),
  });
  return { runLog, log };
}

Deno.test("a decision is synced before its call returns, with all before it; what nothing is done for is not waited for", () => {
  // Kills: a signal whose reason a panic swallows; a start and an end that wait for the disk twice.
  const clock = new FakeClock();
  const store = new MemoryFileStore({ clock }).putFolder("/s");
  const { runLog } = logOver(store, clock);
  const effects: string[] = [];
  store.onEffect = ({ kind }): void => {
    effects.push(kind);
  };
  const syncsOf = (kind: string): readonly string[] => {
    effects.length = 0;
    runLog.record(kind);
    return effects.filter((effect) => effect === "sync");
  };
  runLog.record("opened");
  // The name of a new file is synced once, and not when something is decided.
  assert.ok(effects.includes("sync-folder"));
  for (const kind of ["started", "ended"]) {
    assert.deepEqual(syncsOf(kind), [], kind);
  }
  for (const kind of ["warning", "terminate", "kill", "signal", "finished"]) {
    assert.deepEqual(syncsOf(kind), ["sync"], kind);
    assert.ok(!effects.includes("sync-folder"), kind);
  }
});

Deno.test("each record is on the disk when its call returns, and the report with it", () => {
  // Kills: a decision that a kill −9 swallows.
  const clock = new FakeClock();
  const store = new MemoryFileStore({ clock }).putFolder("/s").putFolder("/r");
  const { runLog } = logOver(store, clock, "/r/report");
  runLog.open();
  assert.equal(store.text("/r/report"), "");
  runLog.record("terminate", { cause: "footprint", peak_bytes: 5 });
  const { records } = decodeRunRecordsOf(store);
  assert.deepEqual(records, ["terminate"]);
  assert.equal(store.text("/r/report"), "terminate");
  runLog.record("kill");
  assert.deepEqual(decodeRunRecordsOf(store).records, ["terminate", "kill"]);
});

function decodeRunRecordsOf(
  store: MemoryFileStore,
): { readonly records: readonly string[] } {
  const decoded = decodeRunRecords(store.text(PATH) ?? "");
  return { records: decoded.records.map(({ kind }) => kind) };
}

Deno.test("run_log fails open: a disk that takes no more is told once and stops nothing", () => {
  // Kills: a full disk that keeps the guard from ending a program.
  const clock = new FakeClock();
  const disk = new MemoryFileStore({ clock }).putFolder("/s");
  disk.open = (path) => {
    throw new FileError("disk-full", path, `Cannot write ${path}: no space`);
  };
  const { runLog, log } = logOver(disk, clock);
  runLog.record("started");
  runLog.record("terminate");
  assert.equal(log.messages.length, 1);
  assert.match(log.messages[0]?.text ?? "", /no space: the run goes on/);
  assert.equal(runLog.records.length, 2);
});

Deno.test("records of more than thirty days are swept, nothing else is", () => {
  // Kills: a folder that grows for ever; a sweep of what is not ours.
  const clock = new FakeClock("2026-03-01T00:00:00Z");
  const store = new MemoryFileStore({ clock }).putFolder("/s/runs");
  const old = "2026-01-29T00:00:00Z";
  const young = "2026-01-30T00:00:00Z";
  const put = (name: string, at: string): void => {
    store.put(`/s/runs/${name}`, "", {
      modifiedAt: Temporal.Instant.from(at),
    });
  };
  put("20260129T000000Z-1.jsonl", old);
  put("20260129T000000Z-1.jsonl.flock", old);
  put("20260130T000000Z-2.jsonl", young);
  put("mine.jsonl", old);
  logOver(store, clock).runLog.open();
  assert.deepEqual(
    store.list("/s/runs").map(({ name }) => name).sort(),
    ["20260130T000000Z-2.jsonl", "mine.jsonl"],
  );
});
