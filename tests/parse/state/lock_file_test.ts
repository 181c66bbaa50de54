import assert from "node:assert/strict";
import {
  decodeLock,
  encodeLock,
  type LockFile,
  updateLock,
} from "../../../lib/parse/state/lock_file.ts";
import { assertRefusesFields, assertRefusesHostile } from "./hostile_texts.ts";

const SEED =
  '{"pid": 311, "label": "nightly", "started_at": "2026-02-03T09:00:00Z", "cmdline": "python -m job"}';

const OURS: LockFile = {
  ...decodeLock(SEED),
  guardPid: 310,
  startToken: { kind: "proc", value: "12:34" },
  bootSessionUuid: "0A1B2C3D-0000-4000-8000-000000000000",
  nonce: "n1",
  host: "abc",
  extra: new Map([["note", { a: [1] }]]),
};

Deno.test("decodeLock() refuses hostile texts and fields of another form", () => {
  // Kills: pid 0 or -1, which signals a group or everything; a token that cannot be compared taken for none.
  assertRefusesHostile(decodeLock);
  assertRefusesFields(decodeLock, JSON.parse(encodeLock(OURS)), [
    ["pid", 0],
    ["pid", -1],
    ["pid", 1.5],
    ["pid", true],
    ["pid", "311"],
    ["pid", null],
    ["label", 5],
    ["started_at", 1770109200],
    ["started_at", "today"],
    ["cmdline", []],
    ["guard_pid", 0],
    ["start_token", "proc"],
    ["start_token", "proc:"],
    ["start_token", ":12"],
    ["nonce", 1],
    ["host", {}],
    ["boot_session_uuid", 1],
  ]);
});

Deno.test("decodeLock() reads the seed's record, and encodeLock() writes it back to the byte", () => {
  // Kills: a key the seed does not know in a record that it rewrites, and a time without its "Z".
  const file = decodeLock(SEED);
  assert.equal(file.startedAt.toString(), "2026-02-03T09:00:00Z");
  assert.equal(file.commandLine, "python -m job");
  assert.equal(file.nonce, undefined);
  assert.equal(encodeLock(file), SEED);
});

Deno.test("decodeLock() reads a naive time as UTC", () => {
  // Kills: a hold that looks hours older or younger in another zone.
  const text = SEED.replace("09:00:00Z", "09:00:00");
  assert.equal(
    decodeLock(text).startedAt.toString(),
    "2026-02-03T09:00:00Z",
  );
});

Deno.test("encodeLock() carries everything of ours, on one bounded command line", () => {
  // Kills: a token whose value has a colon cut in two; a command line of a megabyte in the record.
  assert.deepEqual(decodeLock(encodeLock(OURS)), OURS);
  const long = { ...OURS, commandLine: `a\nb${"x".repeat(1_000)}` };
  const read = decodeLock(encodeLock(long)).commandLine;
  assert.equal(read.length, 300);
  assert.ok(read.startsWith("a bx"));
});

Deno.test("updateLock() keeps unknown fields of the same nonce only", () => {
  // Kills: another holder's note that passes to us; no nonce on both sides taken for the same hold.
  const next = { ...OURS, label: "later", extra: new Map() };
  assert.deepEqual(updateLock(OURS, next).extra, OURS.extra);
  assert.equal(updateLock(OURS, next).label, "later");
  assert.equal(updateLock(OURS, { ...next, nonce: "n2" }).extra.size, 0);
  const unnamed = { ...OURS, nonce: undefined };
  assert.equal(
    updateLock(unnamed, { ...next, nonce: undefined }).extra.size,
    0,
  );
});

Deno.test("decodeLock() masks the secrets of a command line that another tool wrote down", () => {
  // Kills: a key that the Python metal-guard left in its record, shown by status, lock show and every file made of them.
  const { commandLine } = decodeLock(
    '{"pid": 3, "label": "x", "started_at": "2026-11-20T10:00:00Z", "cmdline": "serve --api-key abc123 --port 80  HF_TOKEN=x1"}',
  );
  assert.equal(commandLine, "serve --api-key *** --port 80  HF_TOKEN=***");
});
