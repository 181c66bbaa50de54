import type { Finding } from "../core/finding.ts";
import { finding } from "../core/finding.ts";
import { addMs, isSane, millisecondsBetween } from "../core/instant.ts";
import { plainText, shellWord } from "../core/plain_text.ts";
import {
  type BreakerFile,
  decodeBreaker,
} from "../parse/state/breaker_file.ts";
import { readAck } from "./ack_state.ts";
import {
  type DatedState,
  type DatedStateKind,
  type DatedStatePorts,
  readDatedState,
} from "./dated_state.ts";
import type { WallStep } from "./wall_step.ts";

/** What the breaker's own files say. */
export interface BreakerRecord {
  /** That it was opened, with times that can be believed. */
  readonly opened: {
    readonly enteredAt: Temporal.Instant;
    readonly until: Temporal.Instant;
    readonly panicCount: number;
  } | undefined;
  /** When a person last closed it by hand. */
  readonly clearedAt: Temporal.Instant | undefined;
  /** When its record was found damaged. */
  readonly damagedSince: Temporal.Instant | undefined;
  /** Whether it holds times ahead of now, which have to be written down anew lest they come to pass (SAFETY T3). */
  readonly hasTimesAhead: boolean;
  /** The file itself. */
  readonly file: DatedState<BreakerFile>;
  /** What is out of order. */
  readonly findings: readonly Finding[];
}

const KIND: DatedStateKind<BreakerFile> = {
  what: "breaker's record",
  code: "breaker-file",
  decode: decodeBreaker,
  fix: "Close it:\n$ metal-guard breaker --clear",
};

/** Where it is written down that a person closed the breaker; like an ack, its mtime counts. */
export function clearedPath(path: string): string {
  return `${path}.cleared`;
}

/**
 * Reads the breaker's record.
 *
 * Fails closed: a damaged one is one; one dated ahead of now counts from when the file was written and keeps its length.
 *
 * @param ports Disk, clock and memory.
 * @param path The record; `undefined` where there is no place for one.
 * @param step How far the wall clock was set since the record was written.
 */
export function readBreakerRecord(
  ports: DatedStatePorts,
  path: string | undefined,
  step?: WallStep,
): BreakerRecord {
  const file = readDatedState(ports, path, KIND);
  const cleared = path === undefined
    ? { ackAt: undefined, findings: [] }
    : readAck(ports, clearedPath(path));
  const findings = [
    ...file.findings,
    ...(path === undefined || cleared.findings.length === 0 ? [] : [finding(
      "breaker-clear-not-believed",
      `${
        plainText(clearedPath(path))
      } does not count: its time lies ahead of now, or it is no file`,
      `Close it anew:\n$ rm -r ${
        shellWord(clearedPath(path))
      }\n$ metal-guard breaker --clear`,
    )]),
  ];
  const record = {
    clearedAt: cleared.ackAt,
    damagedSince: file.damagedSince,
    file,
    findings,
  };
  const { value, writtenAt } = file;
  if (value === undefined || writtenAt === undefined) {
    return { ...record, opened: undefined, hasTimesAhead: false };
  }
  const lengthMs = millisecondsBetween(value.enteredAt, value.cooldownUntil);
  const { panicCount } = value;
  const enteredAt = step?.shift(value.enteredAt) ?? value.enteredAt;
  if (isSane(enteredAt, ports.clock.now())) {
    const opened = {
      enteredAt,
      until: addMs(enteredAt, lengthMs),
      panicCount,
    };
    return { ...record, opened, hasTimesAhead: false };
  }
  return {
    ...record,
    opened: {
      enteredAt: writtenAt,
      until: addMs(writtenAt, lengthMs),
      panicCount,
    },
    hasTimesAhead: true,
    findings: [
      ...findings,
      finding(
        "breaker-time-ahead",
        "The breaker's record is dated ahead of now: it counts from when it was written",
      ),
    ],
  };
}
