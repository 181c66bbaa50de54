import assert from "node:assert/strict";
import {
  decodePanicLedger,
  encodePanicLedgerRecord,
  type PanicLedgerRecord,
} from "../../../lib/parse/state/panic_ledger.ts";

const RECORD: PanicLedgerRecord = {
  ts: 1770105600.2500348,
  signature: "pending_memory_set",
  explanation: "a — b",
  pid: 77,
  sourceFile: "/Library/Logs/DiagnosticReports/one.panic",
  bootSessionUuid: "0A1B2C3D-0000-4000-8000-000000000000",
  process: "python 3",
  osBuild: "25F84",
  kextVersion: "130.15.2",
  firstSeen: Temporal.Instant.from("2026-02-03T08:00:01.5Z"),
  extra: new Map([["note", "kept"]]),
};

Deno.test("encodePanicLedgerRecord() writes the seed's keys first, and reads back whole", () => {
  // Kills: a fraction of `ts` that is lost, so that idempotence by second and source breaks; a lost extra.
  const line = encodePanicLedgerRecord(RECORD);
  assert.ok(line.startsWith(
    '{"ts": 1770105600.2500348, "signature": "pending_memory_set", ' +
      '"explanation": "a \\u2014 b", "pid": 77, "source_file": "/Library/',
  ));
  assert.equal(line.includes("\n"), false);
  assert.deepEqual(decodePanicLedger(`${line}\n`), {
    records: [RECORD],
    skippedLines: 0,
  });
  const plain = encodePanicLedgerRecord({ ...RECORD, firstSeen: undefined });
  assert.equal(plain.includes("first_seen"), false);
});

Deno.test("decodePanicLedger() skips and counts lines without a time, and reads the rest", () => {
  // Kills: `ts: true` as 1970, a torn last line that hides the others, a crash on nesting.
  const text = [
    '{"ts": 1, "signature": "unknown"}',
    "null",
    "[1]",
    "42",
    '{"signature": "unknown"}',
    '{"ts": true}',
    '{"ts": "1770105600"}',
    '{"ts": NaN}',
    '{"ts": 1e999}',
    '{"ts": 1e300}',
    `{"ts": 1, "x": ${"[".repeat(60_000)}`,
    "",
    '{"ts": 2, "pid": 1}',
    '{"ts": 3, "sign',
  ].join("\n");
  const { records, skippedLines } = decodePanicLedger(text);
  assert.deepEqual(records.map((record) => record.ts), [1, 2]);
  assert.equal(skippedLines, 11);
});

Deno.test("decodePanicLedger() keeps a panic whose other fields are damaged", () => {
  // Kills: a kernel panic that does not count because its explanation is a number.
  const line = JSON.stringify({
    ts: -5,
    signature: null,
    explanation: 4,
    pid: "77",
    source_file: [],
    boot_session_uuid: {},
    process: 1,
    os_build: false,
    kext_version: 130,
    first_seen: 1e300,
  });
  assert.deepEqual(decodePanicLedger(line).records, [{
    ts: -5,
    signature: "unknown",
    explanation: null,
    pid: null,
    sourceFile: "",
    bootSessionUuid: null,
    process: null,
    osBuild: null,
    kextVersion: null,
    firstSeen: undefined,
    extra: new Map(),
  }]);
});

Deno.test("decodePanicLedger() takes linear time", () => {
  // Kills: work that grows with the square of the lines. 100,000 lines would then take minutes.
  const started = performance.now();
  const { records } = decodePanicLedger('{"ts": 1}\n'.repeat(100_000));
  assert.equal(records.length, 100_000);
  const tookMs = performance.now() - started;
  assert.ok(tookMs < 5_000, `took ${tookMs} ms`);
});
