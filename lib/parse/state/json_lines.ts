import { DecodeError } from "../../core/error.ts";
import { decodeJsonFields, type JsonFields } from "./json_text.ts";

/** A longer line was written by neither tool. In UTF-16 units. */
const MAX_LINE_LENGTH = 65_536;

/** What a file of lines held. */
export interface JsonLines<T> {
  /** The records, in the order of the file. */
  readonly records: readonly T[];
  /** Lines that are no record: torn, foreign, or damaged. A finding when not zero. */
  readonly skippedLines: number;
}

/**
 * Reads a file of one JSON object a line. Never fails: one torn line must not hide the others.
 *
 * @param text The file, or its tail. Empty lines count as nothing.
 * @param what Name of the file for messages.
 * @param decode Turns one line's fields into a record, or throws {@linkcode DecodeError} to have it skipped.
 */
export function decodeJsonLines<T>(
  text: string,
  what: string,
  decode: (fields: JsonFields) => T,
): JsonLines<T> {
  const records: T[] = [];
  let skippedLines = 0;
  for (const line of text.split("\n")) {
    if (/^\s*$/.test(line.slice(0, MAX_LINE_LENGTH))) continue;
    try {
      if (line.length > MAX_LINE_LENGTH) {
        throw new DecodeError(`Cannot read a line of the ${what}: too long`);
      }
      records.push(decode(decodeJsonFields(line, what)));
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      skippedLines += 1;
    }
  }
  return { records, skippedLines };
}
