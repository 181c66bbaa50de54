import { epochSeconds } from "../../core/instant.ts";
import { FieldReader } from "./field_reader.ts";
import {
  encodeJsonFields,
  isJsonObject,
  type JsonFields,
  type JsonObject,
  type JsonValue,
} from "./json_text.ts";

/** Metal's recommended limit, as one machine once answered under one system. */
export interface WorkingSet {
  /** Hash of the machine (SAFETY I3). */
  readonly host: string;
  /** e.g. `25F84`: another build may answer otherwise. */
  readonly osBuild: string;
  /** The limit in bytes. */
  readonly limitBytes: number;
  /** When Metal said so. */
  readonly readAt: Temporal.Instant;
}

/** `working-set.json`: a cache, so that Metal need not be asked again. */
export interface WorkingSetFile {
  /** One entry a (machine, system build). */
  readonly entries: readonly WorkingSet[];
  /** Fields that we do not know. */
  readonly extra: JsonFields;
}

/**
 * Reads the cache of working sets.
 *
 * @throws {DecodeError} If it is not that form; a cache that cannot be read is asked for again.
 */
export function decodeWorkingSet(text: string): WorkingSetFile {
  const fields = FieldReader.open(text, "working set cache");
  const list = fields.optionalValue("entries");
  if (!Array.isArray(list)) throw fields.failure("entries", "not a list");
  return {
    entries: list.map((item: JsonValue) => {
      if (!isJsonObject(item)) {
        throw fields.failure("entries", "not a list of objects");
      }
      return decodeEntry(new Map(Object.entries(item)));
    }),
    extra: fields.extra(),
  };
}

/** Writes the cache of working sets. */
export function encodeWorkingSet(file: WorkingSetFile): string {
  return encodeJsonFields([["entries", file.entries.map(encodeEntry)]], {
    extra: file.extra,
  });
}

function decodeEntry(item: JsonFields): WorkingSet {
  const fields = new FieldReader(item, "working set cache's entry");
  return {
    host: fields.text("host"),
    osBuild: fields.text("os_build"),
    limitBytes: fields.count("limit_bytes", 1),
    readAt: fields.epoch("read_at"),
  };
}

function encodeEntry(entry: WorkingSet): JsonObject {
  return {
    host: entry.host,
    os_build: entry.osBuild,
    limit_bytes: entry.limitBytes,
    read_at: epochSeconds(entry.readAt),
  };
}
