import { DecodeError, FileError } from "../core/error.ts";
import type { PanicRecord } from "../core/failure.ts";
import {
  decodePostmortem,
  encodePostmortem,
  type PostmortemFile,
} from "../parse/state/postmortem_file.ts";
import type { FileStore } from "../ports/file_store.ts";
import { readStateFile } from "../ports/state_writer.ts";

/** What names a panic for ever: its boot, else its second and pid. */
export function panicKey(record: PanicRecord): string {
  return record.bootSessionUuid ??
    `${Math.floor(record.ts)} ${record.pid ?? "none"}`;
}

/**
 * For which panics a post-mortem has set a hold.
 *
 * Fails closed: of a file that cannot be read nothing is known, so that a hold is set once more.
 */
export function readArmed(
  store: FileStore,
  path: string | undefined,
): PostmortemFile {
  const none: PostmortemFile = { armed: new Map(), extra: new Map() };
  if (path === undefined) return none;
  try {
    const read = readStateFile(store, path);
    return read.kind === "text" ? decodePostmortem(read.text) : none;
  } catch (error) {
    if (error instanceof DecodeError || error instanceof FileError) return none;
    throw error;
  }
}

/** The file with one panic more. */
export function withArmed(
  file: PostmortemFile,
  key: string,
  at: Temporal.Instant,
): string {
  return encodePostmortem({
    ...file,
    armed: new Map([...file.armed, [key, at]]),
  });
}
