import { epochSeconds } from "../../core/instant.ts";
import { FieldReader } from "./field_reader.ts";
import { decodeJsonLines, type JsonLines } from "./json_lines.ts";
import { encodeJsonFields, type JsonFields } from "./json_text.ts";

/** One line of `runs/<time>-<pid>.jsonl`: something a supervisor decided or saw, written down before it acts. */
export interface RunRecord {
  /** When. */
  readonly at: Temporal.Instant;
  /** What, e.g. `signal-sent`; the supervisor's own word. */
  readonly kind: string;
  /** Its figures; never `at` or `kind`, which are taken. */
  readonly details: JsonFields;
}

/**
 * Reads a supervisor's records. Never fails: after a kill −9 the last line may be torn, and the others still tell.
 *
 * @returns The records in the order of the file, and the number of lines that are none.
 */
export function decodeRunRecords(text: string): JsonLines<RunRecord> {
  return decodeJsonLines(text, "at", (line) => {
    const fields = new FieldReader(line, "run record");
    return {
      at: fields.epoch("at"),
      kind: fields.text("kind"),
      details: fields.extra(),
    };
  });
}

/** Writes one record without its line break. */
export function encodeRunRecord(record: RunRecord): string {
  return encodeJsonFields([
    ["at", epochSeconds(record.at)],
    ["kind", record.kind],
  ], { extra: record.details });
}
