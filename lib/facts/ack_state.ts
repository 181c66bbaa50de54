import { FileError } from "../core/error.ts";
import { type Finding, finding } from "../core/finding.ts";
import { isSane } from "../core/instant.ts";
import { plainText, shellWord } from "../core/plain_text.ts";
import type { Clock } from "../ports/clock.ts";
import type { FileStore } from "../ports/file_store.ts";

/** A person's "go on", as far as it can be believed. */
export interface AckState {
  /** When it was said; `undefined` when nobody did, or the time cannot be believed. */
  readonly ackAt: Temporal.Instant | undefined;
  /** What is out of order about it. */
  readonly findings: readonly Finding[];
}

/**
 * Reads the ack. Only its mtime counts, so an empty file made by `touch` is one.
 *
 * Fails closed: a time ahead of now, or anything but a file, is no ack (SAFETY T2).
 */
export function readAck(
  ports: { readonly store: FileStore; readonly clock: Clock },
  path: string | undefined,
): AckState {
  if (path === undefined) return { ackAt: undefined, findings: [] };
  try {
    const stat = ports.store.stat(path);
    if (stat.kind !== "file") return noAck("it is not a file", path);
    return isSane(stat.modifiedAt, ports.clock.now())
      ? { ackAt: stat.modifiedAt, findings: [] }
      : noAck(`its time lies in the future (${stat.modifiedAt})`, path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const isNone = error.problem === "absent" ||
      error.problem === "not-a-folder";
    return isNone
      ? { ackAt: undefined, findings: [] }
      : noAck(error.message, path);
  }
}

function noAck(because: string, path: string): AckState {
  return {
    ackAt: undefined,
    findings: [finding(
      "ack-not-believed",
      `${plainText(path)} does not count as an ack: ${because}`,
      `Give it anew: rm -r ${shellWord(path)}, then metal-guard ack`,
    )],
  };
}
