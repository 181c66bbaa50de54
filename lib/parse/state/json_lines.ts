import { DecodeError } from "../../core/error.ts";
import { type JsonFields, tryDecodeJsonFields } from "./json_text.ts";

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
 * @param numberKey Name of a number that every record has. It is looked for before a line is read: a refusal by an error
 *   costs more than a short line, and a damaged file may be nothing but such lines.
 * @param decode Turns one line's fields into a record, or throws {@linkcode DecodeError} to have it skipped.
 */
export function decodeJsonLines<T>(
  text: string,
  numberKey: string,
  decode: (fields: JsonFields) => T,
): JsonLines<T> {
  const records: T[] = [];
  let skippedLines = 0;
  // A damaged file is often one line again and again, and a refusal by `JSON.parse` costs as much as ten lines.
  let refused: string | undefined;
  const needed = new RegExp(`"${numberKey}"\\s*:\\s*-?\\d`);
  for (const line of text.split("\n")) {
    if (/^\s*$/.test(line.slice(0, MAX_LINE_LENGTH))) continue;
    const fields = line !== refused && line.length <= MAX_LINE_LENGTH &&
        needed.test(line)
      ? tryDecodeJsonFields(line)
      : undefined;
    if (fields === undefined) {
      refused = line;
      skippedLines += 1;
      continue;
    }
    try {
      records.push(decode(fields));
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      skippedLines += 1;
    }
  }
  return { records, skippedLines };
}
