import assert from "node:assert/strict";
import {
  decodeLiveGuard,
  encodeLiveGuard,
  type LiveGuardFile,
} from "../../../lib/parse/state/live_guard_file.ts";
import { assertRefusesFields, assertRefusesHostile } from "./hostile_texts.ts";

const FILE: LiveGuardFile = {
  pid: 310,
  startToken: { kind: "libproc", value: "17" },
  bootSessionUuid: "0A1B2C3D-0000-4000-8000-000000000000",
  label: "run",
  model: "someone/small-4bit",
  phase: "generating",
  heartbeatAt: Temporal.Instant.from("2026-02-03T08:00:00.5Z"),
  kvRequests: [{ requestId: "a", bytes: 4_000_000_000 }],
  resourceCount: 12,
  extra: new Map([["note", 1]]),
};

Deno.test("decodeLiveGuard() gives back what encodeLiveGuard() wrote", () => {
  // Kills: a field that is written under one name and read under another.
  assert.deepEqual(decodeLiveGuard(encodeLiveGuard(FILE)), FILE);
  const bare = {
    ...FILE,
    startToken: undefined,
    bootSessionUuid: undefined,
    model: undefined,
    kvRequests: [],
    resourceCount: undefined,
  };
  assert.deepEqual(decodeLiveGuard(encodeLiveGuard(bare)), bare);
});

Deno.test("decodeLiveGuard() refuses hostile texts and fields of another form", () => {
  // Kills: a count of 0 where nothing was counted, and a negative cache.
  assertRefusesHostile(decodeLiveGuard);
  assertRefusesFields(decodeLiveGuard, JSON.parse(encodeLiveGuard(FILE)), [
    ["pid", 0],
    ["label", null],
    ["phase", 1],
    ["heartbeat_at", "2026-02-03T08:00:00Z"],
    ["kv_requests", {}],
    ["kv_requests", [1]],
    ["kv_requests", [null]],
    ["kv_requests", [{ request_id: "a" }]],
    ["kv_requests", [{ request_id: "a", bytes: -1 }]],
    ["resource_count", -1],
    ["start_token", 17],
  ]);
});
