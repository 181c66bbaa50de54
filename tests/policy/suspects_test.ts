import assert from "node:assert/strict";
import { addMs } from "../../lib/core/instant.ts";
import type { WorkerLine } from "../../lib/policy/orphans.ts";
import {
  findSuspects,
  type KnownPanic,
  type SuspectFacts,
} from "../../lib/policy/suspects.ts";

const AT = Temporal.Instant.from("2026-11-23T12:00:00Z");
const OLD = "AAAAAAAA-0000-4000-8000-000000000000";
const NOW = "BBBBBBBB-0000-4000-8000-000000000000";

function pre(
  boot: string | undefined,
  at: Temporal.Instant = AT,
): WorkerLine {
  return {
    at,
    localTime: "",
    tag: "SUBPROC_PRE",
    payload: "org/m",
    meta: new Map(),
    boot,
  };
}

function facts(
  panics: readonly KnownPanic[] = [],
  parts: Partial<SuspectFacts> = {},
): SuspectFacts {
  return {
    bootSessionUuid: NOW,
    bootedAt: addMs(AT, 60_000),
    panics,
    ...parts,
  };
}

function panic(
  bootSessionUuid: string | null,
  isWatchdog = false,
  at: Temporal.Instant = addMs(AT, 5_000),
): KnownPanic {
  return { at, bootSessionUuid, isWatchdog };
}

Deno.test("work of an earlier boot without its end and without a report is suspect, at the line's own time", () => {
  // Kills: a panic that leaves no report and is never noticed.
  assert.deepEqual(findSuspects([pre("AAAAAAAA")], facts()), [{
    at: AT,
    because: "no_end",
    what: "SUBPROC_PRE: org/m",
    boot: "AAAAAAAA",
  }]);
});

Deno.test("work of this boot is no suspect, nor is work whose boot cannot be told", () => {
  // Kills: a gate that closes because something is running.
  assert.deepEqual(findSuspects([pre("BBBBBBBB")], facts()), []);
  const blind = { bootSessionUuid: undefined, bootedAt: undefined };
  assert.deepEqual(findSuspects([pre("AAAAAAAA")], facts([], blind)), []);
  assert.deepEqual(findSuspects([pre(undefined)], facts([], blind)), []);
});

Deno.test("a line that names no boot is of an earlier one when it is older than this one", () => {
  // Kills: lines of the Python tool, which are never judged (SAFETY T5); a second's cut that makes a new line old.
  const bootedAt = addMs(AT, 2_000);
  const suspects = (at: Temporal.Instant): number =>
    findSuspects([pre(undefined, at)], facts([], { bootedAt })).length;
  assert.equal(suspects(addMs(AT, -1)), 1);
  assert.equal(suspects(AT), 0);
});

Deno.test("a report of that boot explains it; one of another boot does not", () => {
  // Kills: one panic that counts twice, as report and as suspect.
  const count = (one: KnownPanic): number =>
    findSuspects([pre("AAAAAAAA")], facts([one])).length;
  assert.equal(count(panic(OLD)), 0);
  assert.equal(count(panic("CCCCCCCC-0000-4000-8000-000000000000")), 1);
  assert.equal(count(panic(null)), 0);
  assert.equal(count(panic(null, false, addMs(AT, -2_001))), 1);
});

Deno.test("a watchdog's report is suspect when GPU work was in flight, at its own time and once", () => {
  // Kills: every hung Mac blamed on the GPU; two workers that make one report two.
  const report = panic(OLD, true);
  const lines = [pre("AAAAAAAA"), pre("AAAAAAAA", addMs(AT, 1_000))];
  assert.deepEqual(
    findSuspects(lines, facts([report])).map((one) => [one.because, one.at]),
    [["watchdog", report.at]],
  );
  assert.deepEqual(findSuspects([], facts([report])), []);
});

Deno.test("one boot is one suspect, by its newest line; the newest suspect comes first", () => {
  // Kills: a boot with four workers counted as four panics.
  const suspects = findSuspects([
    pre("AAAAAAAA", addMs(AT, -9_000)),
    pre("AAAAAAAA", addMs(AT, -1_000)),
    pre("CCCCCCCC", addMs(AT, -500)),
  ], facts());
  assert.deepEqual(
    suspects.map((one) => [one.boot, one.at.toString()]),
    [
      ["CCCCCCCC", addMs(AT, -500).toString()],
      ["AAAAAAAA", addMs(AT, -1_000).toString()],
    ],
  );
});
