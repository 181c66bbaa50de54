import { epochSeconds } from "../../core/instant.ts";
import { DecodeError } from "../../core/error.ts";
import { FieldReader } from "./field_reader.ts";
import {
  encodeJsonFields,
  isJsonObject,
  type JsonFields,
  type JsonValue,
} from "./json_text.ts";

/** One file of a bundle. */
export interface BundleEntry {
  /** Its name in the folder. */
  readonly name: string;
  /** What it is, e.g. `report`. */
  readonly kind: string;
  /** Where it was copied from, without what is private; `undefined` for what was made here. */
  readonly source: string | undefined;
  /** Its size in bytes; `undefined` while it is not written yet, or when it could not be. */
  readonly sizeBytes: number | undefined;
  /** Whether its end is missing because it was too long. */
  readonly isCut: boolean;
  /** Why it could not be written. */
  readonly failure: string | undefined;
}

/** `bundle.json`: which files of a folder are a post-mortem's, so that a second run replaces those and no others. */
export interface BundleFile {
  /** Whether every file was dealt with; `false` after a crash in between. */
  readonly isComplete: boolean;
  /** When the collecting began. */
  readonly collectedAt: Temporal.Instant;
  /** Version of the program. */
  readonly version: string;
  /** Whether private words were taken out. */
  readonly isRedacted: boolean;
  /** Its files. */
  readonly files: readonly BundleEntry[];
  /** Fields that we do not know. */
  readonly extra: JsonFields;
}

/** More files than this no post-mortem has written. */
const MOST_FILES = 1_000;
const SCHEMA_VERSION = "1.0";

/**
 * Reads the list of a bundle's files.
 *
 * @throws {DecodeError} If it is not that form, or a name in it leads out of the folder.
 */
export function decodeBundle(text: string): BundleFile {
  const fields = FieldReader.open(text, "bundle list");
  const version = fields.text("schema_version");
  if (!version.startsWith("1.")) {
    throw fields.failure("schema_version", "not a form that is known");
  }
  const list: JsonValue = fields.optionalValue("files") ?? [];
  if (!Array.isArray(list)) throw fields.failure("files", "not a list");
  return {
    isComplete: fields.optionalValue("complete") === true,
    collectedAt: fields.epoch("collected_at"),
    version: fields.text("version"),
    isRedacted: fields.optionalValue("redacted") === true,
    files: list.slice(0, MOST_FILES).map((item: JsonValue) => entryOf(item)),
    extra: fields.extra(),
  };
}

/** Writes the list of a bundle's files. */
export function encodeBundle(file: BundleFile): string {
  return encodeJsonFields([
    ["schema_version", SCHEMA_VERSION],
    ["complete", file.isComplete],
    ["collected_at", epochSeconds(file.collectedAt)],
    ["version", file.version],
    ["redacted", file.isRedacted],
    [
      "files",
      file.files.map((entry) => ({
        name: entry.name,
        kind: entry.kind,
        ...(entry.source === undefined ? {} : { source: entry.source }),
        ...(entry.sizeBytes === undefined ? {} : { bytes: entry.sizeBytes }),
        ...(entry.isCut ? { cut: true } : {}),
        ...(entry.failure === undefined ? {} : { failure: entry.failure }),
      })),
    ],
  ], { extra: file.extra });
}

function entryOf(item: JsonValue): BundleEntry {
  if (!isJsonObject(item)) {
    throw new DecodeError("Cannot read the bundle list: not a list of files");
  }
  const fields = new FieldReader(new Map(Object.entries(item)), "bundle list");
  const name = fields.text("name");
  if (!/^[A-Za-z0-9][\w.-]{0,199}$/.test(name)) {
    throw fields.failure("name", "not a name of ours");
  }
  return {
    name,
    kind: fields.text("kind"),
    source: fields.optionalText("source"),
    sizeBytes: fields.optionalCount("bytes"),
    isCut: fields.optionalValue("cut") === true,
    failure: fields.optionalText("failure"),
  };
}
