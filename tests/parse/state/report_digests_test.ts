import assert from "node:assert/strict";
import {
  encodeReportDigest,
  encodeReportDigests,
  modifiedMsOf,
  type ReportDigest,
  splitReportDigests,
  tryDecodeReportDigest,
} from "../../../lib/parse/state/report_digests.ts";
import { FAILURE_TABLES } from "../../../lib/registry/failures.ts";

const { findSignature } = FAILURE_TABLES;

const DIGEST: ReportDigest = {
  mark: {
    sizeBytes: 1_000_000,
    modifiedMs: 1_767_225_600_123,
    changedMs: 1_767_225_601_000,
    identity: "16777233:42",
  },
  report: {
    isKernelPanic: true,
    signature: findSignature("prepare_count_underflow"),
    abortClass: undefined,
    bootSessionUuid: "5A3B1C00-0000-4000-8000-000000000000",
    calendarAt: Temporal.Instant.fromEpochMilliseconds(1_767_225_590_000),
    headerTimestamp: "2026-01-01 01:00:00.00 +0100",
    pid: 812,
    process: "python3.13",
    osBuild: "25F84",
    iogpuVersion: "130.15.2",
    hasWholePanicText: true,
  },
};

const EMPTY: ReportDigest = {
  mark: { ...DIGEST.mark, changedMs: null },
  report: {
    ...DIGEST.report,
    signature: undefined,
    bootSessionUuid: undefined,
    calendarAt: undefined,
    headerTimestamp: undefined,
    pid: undefined,
    process: undefined,
    osBuild: undefined,
    iogpuVersion: undefined,
  },
};

function lineOf(digest: ReportDigest): string {
  const line = encodeReportDigest("/r/a b.panic", digest);
  assert.ok(line !== undefined);
  return line;
}

Deno.test("a digest reads as it was written, with and without each of its fields", () => {
  // Kills: a time that loses its milliseconds; an absent pid that becomes 0.
  for (const digest of [DIGEST, EMPTY]) {
    assert.deepEqual(
      tryDecodeReportDigest(lineOf(digest), findSignature),
      digest,
    );
  }
});

Deno.test("tryDecodeReportDigest() believes no line that we did not write", () => {
  // Kills: a signature that this program does not know taken for none, so that the gate opens; a field that acts on a
  // terminal; an instant that cannot be made.
  const fields = JSON.parse(lineOf(DIGEST));
  const changes: readonly Readonly<Record<string, unknown>>[] = [
    { signature: "of_tomorrow" },
    { signature: 1 },
    { process: "a\u001b[2J" },
    { process: "x".repeat(600) },
    { calendar: 8.64e15 + 1 },
    { calendar: 1.5 },
    { modified: null },
    { changed: "soon" },
    { size: -1 },
    { identity: 7 },
    { pid: 1.5 },
    { boot: undefined },
  ];
  for (const change of changes) {
    const line = JSON.stringify({ ...fields, ...change });
    const read = tryDecodeReportDigest(line, findSignature);
    if ("boot" in change) assert.equal(read?.report.bootSessionUuid, undefined);
    else assert.equal(read, undefined, line);
  }
  for (const line of ["", "{", "null", "[]", "{}", "7"]) {
    assert.equal(tryDecodeReportDigest(line, findSignature), undefined);
  }
});

Deno.test("splitReportDigests() finds lines by their path, the last one of two, and the revision", () => {
  // Kills: an older line of the same report; the revision of another file taken for this one's.
  const older = lineOf(EMPTY);
  const newer = lineOf(DIGEST);
  const text = encodeReportDigests([older, newer], "r1");
  const { lines, revision } = splitReportDigests(`torn"}\n${text}`);
  assert.deepEqual([...lines], [["/r/a b.panic", newer]]);
  assert.equal(revision, "r1");
  assert.equal(splitReportDigests(newer).revision, undefined);
});

Deno.test("encodeReportDigest() leaves out a path that JSON writes in another form", () => {
  // Kills: a path with a quote that reads as a shorter one, of another report.
  for (
    const path of [
      '/r/a".panic',
      "/r/a\\.panic",
      "/r/a\n.panic",
      "/r/\ud800.panic",
    ]
  ) assert.equal(encodeReportDigest(path, DIGEST), undefined);
  const half = lineOf(DIGEST).replace("a b", "\ud800");
  assert.equal(splitReportDigests(half).lines.size, 0);
});

Deno.test("modifiedMsOf() tells how old a line's report is, and forgets damaged lines first", () => {
  assert.equal(modifiedMsOf(lineOf(DIGEST)), 1_767_225_600_123);
  assert.equal(modifiedMsOf('{"path":"/r/a","modified":"x"}'), 0);
  assert.equal(modifiedMsOf("torn"), 0);
});
