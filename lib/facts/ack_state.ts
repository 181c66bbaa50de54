import { FileError } from "../core/error.ts";
import { type Finding, finding } from "../core/finding.ts";
import { isSane } from "../core/instant.ts";
import { plainText, shellWord } from "../core/plain_text.ts";
import type { Clock } from "../ports/clock.ts";
import { isPlainlyAbsent } from "../ports/file_look.ts";
import type { FileStat, FileStore } from "../ports/file_store.ts";
import type { FirstSight } from "./first_sight.ts";

/** A person's "go on", as far as it can be believed. */
export interface AckState {
  /** When it was said; `undefined` when nobody did, or the time cannot be believed. */
  readonly ackAt: Temporal.Instant | undefined;
  /** What is out of order about it. */
  readonly findings: readonly Finding[];
}

/** What {@linkcode readAck} works with. */
export interface AckPorts {
  /** The disk. */
  readonly store: FileStore;
  /** Now. */
  readonly clock: Clock;
  /** Acks that were seen in the future. */
  readonly firstSight: FirstSight;
}

/**
 * Reads the ack. Only its mtime counts, so an empty file made by `touch` is one.
 *
 * Fails closed: a time ahead of now, or anything but a file, is no ack (SAFETY T2). One that was ahead stays none when
 * its time has come: nobody knows what had happened when it was given.
 */
export function readAck(
  ports: AckPorts,
  path: string | undefined,
): AckState {
  if (path === undefined || isPlainlyAbsent(ports.store, path)) {
    return { ackAt: undefined, findings: [] };
  }
  try {
    const stat = ports.store.stat(path);
    if (stat.kind !== "file") return noAck("it is not a file", path);
    return isFromTheFuture(ports, stat, path)
      ? noAck(`its time lay in the future (${stat.modifiedAt})`, path)
      : { ackAt: stat.modifiedAt, findings: [] };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const isNone = error.problem === "absent" ||
      error.problem === "not-a-folder";
    return isNone
      ? { ackAt: undefined, findings: [] }
      : noAck(error.message, path);
  }
}

function isFromTheFuture(
  ports: AckPorts,
  stat: FileStat,
  path: string,
): boolean {
  const { clock, firstSight } = ports;
  const now = clock.now();
  const key = `ack ${path} ${stat.identity} ${stat.modifiedAt}`;
  if (!isSane(stat.modifiedAt, now)) {
    firstSight.of(key);
    return true;
  }
  if (firstSight.recall(key) !== undefined) return true;
  const { changedAt } = stat;
  // The system's own stamp: a later mtime was set by hand to a time that had not come.
  return changedAt !== undefined && isSane(changedAt, now) &&
    !isSane(stat.modifiedAt, changedAt);
}

function noAck(because: string, path: string): AckState {
  return {
    ackAt: undefined,
    findings: [finding(
      "ack-not-believed",
      `${plainText(path)} does not count as an ack: ${because}`,
      `Give it anew:\n$ rm -r ${shellWord(path)}\n$ metal-guard ack`,
    )],
  };
}
