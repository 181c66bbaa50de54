import { KIB, MIB } from "../core/bytes.ts";
import { FileError } from "../core/error.ts";
import {
  type ParsedBreadcrumb,
  tryParseBreadcrumb,
} from "../parse/breadcrumb_line.ts";
import { tryStat } from "../ports/file_look.ts";
import type { FileStore } from "../ports/file_store.ts";

/** Lines of the log that are looked at (SPEC 6). */
export const ORPHAN_LOG_LINES = 2_000;

/** Enough for 2,000 usual lines; a log of long ones gets a larger read. */
const FIRST_READ_BYTES = 256 * KIB;
/** 2,000 lines of the longest kind. */
const MAX_READ_BYTES = 8 * MIB;
const GROWTH = 4;

/**
 * The last lines of a log, oldest first, also out of `<path>.1` when the log has just been moved aside. However large
 * the log is, only its tail is read.
 *
 * Fails open: a log that is absent, no file or unreadable has no lines.
 *
 * @param store Where it lies.
 * @param path The log.
 * @param count How many lines.
 */
export function readLastLines(
  store: FileStore,
  path: string,
  count: number = ORPHAN_LOG_LINES,
): readonly string[] {
  const lines = lastLinesOf(store, path, count);
  return lines.length >= count
    ? lines
    : [...lastLinesOf(store, `${path}.1`, count - lines.length), ...lines];
}

/**
 * Understands the lines that tell of workers; all others are passed over unread.
 *
 * @param lines Lines of the log, oldest first.
 * @param options The local zone and the wall clock.
 */
export function parseWorkerLines(
  lines: readonly string[],
  options: { readonly timeZone: string; readonly now: Temporal.Instant },
): readonly ParsedBreadcrumb[] {
  return lines.flatMap((line) => {
    if (!line.includes("SUBPROC")) return [];
    return tryParseBreadcrumb(line, options) ?? [];
  });
}

function lastLinesOf(
  store: FileStore,
  path: string,
  count: number,
): readonly string[] {
  // A FIFO would never end.
  if (tryStat(store, path)?.kind !== "file") return [];
  for (let limit = FIRST_READ_BYTES;; limit *= GROWTH) {
    const lines = tailOf(store, path, limit);
    if (
      lines.isWhole || lines.lines.length >= count || limit >= MAX_READ_BYTES
    ) return lines.lines.slice(-count);
  }
}

function tailOf(
  store: FileStore,
  path: string,
  limit: number,
): { readonly lines: readonly string[]; readonly isWhole: boolean } {
  try {
    const bytes = store.readTail(path, limit);
    const lines = new TextDecoder().decode(bytes).split("\n");
    const isWhole = bytes.length < limit;
    // Cut off from its beginning, the first is no line; after the last line break, the last is none.
    if (!isWhole) lines.shift();
    if (lines.at(-1) === "") lines.pop();
    return { lines, isWhole };
  } catch (error) {
    if (error instanceof FileError) return { lines: [], isWhole: true };
    throw error;
  }
}
