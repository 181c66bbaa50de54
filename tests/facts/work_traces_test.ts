import assert from "node:assert/strict";
import { readWorkTraces } from "../../lib/facts/work_traces.ts";
import { FakeClock } from "../fakes/clock.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";

const clock = new FakeClock("2026-11-23T12:00:00Z");
const PLACES = {
  breadcrumbs: "/s/crumbs.log",
  runs: "/s/runs",
  guards: "/s/guards",
  lock: "/s/lock",
  cadence: "/s/cadence.json",
};
const SECONDS = clock.now().epochMilliseconds / 1_000;

Deno.test("readWorkTraces() reads log, runs, guards, lock and cadence", () => {
  // Kills: a trace that nobody reads; a torn last record that hides the others.
  const store = new MemoryFileStore({ clock })
    .put(PLACES.breadcrumbs, "[2026-11-23 11:00:00] LOAD: x START\nrubbish\n")
    .put(
      "/s/runs/20261123T110000Z-77.jsonl",
      `{"at": ${SECONDS - 100}, "kind": "opened", "limit_bytes": 5}\n` +
        `{"at": ${SECONDS - 99}, "kind": "started", "pid": 78}\n` +
        `{"at": ${SECONDS - 50}, "kind": "terminate", "peak_bytes": 9}\n` +
        `{"at": 17`,
    )
    .put("/s/runs/other.txt", "x")
    .put(
      "/s/guards/9.json",
      `{"pid": 9, "label": "run", "phase": "loading", "heartbeat_at": ${SECONDS}, "kv_requests": [{"request_id": "a", "bytes": 3}, {"request_id": "b", "bytes": 4}]}`,
    )
    .put(
      PLACES.lock,
      '{"pid": 78, "label": "x", "started_at": "2026-11-23T11:00:00Z"}',
    )
    .put(PLACES.cadence, `{"org/model": ${SECONDS - 5}}`);
  const traces = readWorkTraces({ store, clock }, PLACES);
  assert.deepEqual(traces.crumbs.map(({ tag }) => tag), ["LOAD"]);
  const [run] = traces.runs;
  assert.deepEqual(
    [run?.guardPid, run?.pid, run?.endedAt, run?.peakBytes, traces.runs.length],
    [77, 78, null, 9, 1],
  );
  assert.deepEqual(
    traces.guards.map((one) => [one.pid, one.kvBytes, one.requestCount]),
    [[9, 7, 2]],
  );
  assert.equal(traces.lock?.pid, 78);
  assert.deepEqual(traces.loads.map(({ modelId }) => modelId), ["org/model"]);
});

Deno.test("readWorkTraces() has no traces where nothing can be read", () => {
  // Kills: a post-mortem that ends at the first torn file.
  const store = new MemoryFileStore({ clock })
    .put(PLACES.lock, "{").put(PLACES.cadence, "[]")
    .put("/s/runs/20261123T110000Z-77.jsonl", "{}", { mode: 0 });
  const traces = readWorkTraces({ store, clock }, PLACES);
  assert.deepEqual(traces, {
    crumbs: [],
    runs: [],
    guards: [],
    lock: null,
    loads: [],
    findings: [],
  });
  const nowhere = readWorkTraces({ store, clock }, {
    breadcrumbs: null,
    runs: undefined,
    guards: undefined,
    lock: undefined,
    cadence: undefined,
  });
  assert.deepEqual(nowhere, traces);
});

Deno.test("readWorkTraces() passes over lines dated ahead of now", () => {
  // Kills: a line of a clock that ran ahead, shown as the last thing before the panic.
  const store = new MemoryFileStore({ clock }).put(
    PLACES.breadcrumbs,
    "[2026-11-23 12:01:00] LOAD: a\n[2026-11-23 12:01:01] LOAD: b\n",
  );
  const { crumbs } = readWorkTraces({ store, clock }, PLACES);
  assert.deepEqual(crumbs.map(({ payload }) => payload), ["a"]);
});
