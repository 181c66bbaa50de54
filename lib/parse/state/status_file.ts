import { FieldReader } from "./field_reader.ts";
import {
  encodeJsonFields,
  isJsonObject,
  type JsonFields,
  type JsonValue,
} from "./json_text.ts";

/** Grows by addition only: what reads "1.0" reads every "1.x". */
const READABLE_SCHEMA = /^1\.\d{1,6}$/;

/** Sections that every snapshot has, and their form. A section whose collector failed may be `null`. */
const SECTIONS: readonly (readonly [
  string,
  (value: JsonValue) => boolean,
])[] = [
  ["memory", isJsonObject],
  ["kv_monitor", isJsonObject],
  ["recent_panics", (value) => isListOf(value, isJsonObject)],
  ["breadcrumb_path", isText],
  ["breadcrumb_tail", (value) => isListOf(value, isText)],
  ["lock", isJsonObject],
  ["mode", isJsonObject],
  ["panic_cooldown", isJsonObject],
];

/** `status.json`: a picture of all layers for other programs. */
export interface StatusFile {
  /** Version of the form, `1.0`. */
  readonly schemaVersion: string;
  /** When the picture was taken. */
  readonly capturedAt: Temporal.Instant;
  /** All else, section by section, in the order of the file. */
  readonly sections: JsonFields;
}

/**
 * Reads a status snapshot of either tool.
 *
 * @throws {DecodeError} If it is not that form, a section is missing, or its schema is not a 1.x.
 */
export function decodeStatusFile(text: string): StatusFile {
  const fields = FieldReader.open(text, "status snapshot");
  const schemaVersion = fields.text("schema_version");
  if (!READABLE_SCHEMA.test(schemaVersion)) {
    throw fields.failure("schema_version", "not 1.x");
  }
  const capturedAt = fields.utc("captured_at");
  const sections = fields.extra();
  for (const [name, fits] of SECTIONS) {
    const section = sections.get(name);
    if (section === undefined) throw fields.failure(name, "missing");
    if (section !== null && !fits(section)) {
      throw fields.failure(name, "of another form");
    }
  }
  return { schemaVersion, capturedAt, sections };
}

/**
 * Writes a status snapshot for people and programs: two spaces a level, the time with `+00:00` and milliseconds, which
 * is what the oldest Python in use can read.
 */
export function encodeStatusFile(file: StatusFile): string {
  return encodeJsonFields([
    ["schema_version", file.schemaVersion],
    [
      "captured_at",
      file.capturedAt.toString({
        timeZone: "UTC",
        fractionalSecondDigits: 3,
      }),
    ],
  ], { extra: file.sections, indent: 2 });
}

function isText(value: JsonValue): boolean {
  return typeof value === "string";
}

function isListOf(
  value: JsonValue,
  fits: (item: JsonValue) => boolean,
): boolean {
  return Array.isArray(value) && value.every(fits);
}
