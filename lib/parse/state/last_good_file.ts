import { epochSeconds } from "../../core/instant.ts";
import { FieldReader } from "./field_reader.ts";
import {
  encodeJsonFields,
  isJsonObject,
  type JsonFields,
} from "./json_text.ts";

/** `last-good.json`: with what a run last ended well, to be compared after a panic. */
export interface LastGoodFile {
  /** When that run ended. */
  readonly endedAt: Temporal.Instant;
  /** The boot it ran in. */
  readonly bootSessionUuid: string | undefined;
  /** The system's build. */
  readonly osBuild: string | undefined;
  /** Version of the GPU driver, `com.apple.iokit.IOGPUFamily`. */
  readonly kextVersion: string | undefined;
  /** The model it served. */
  readonly model: string | undefined;
  /** The Python it ran in, so that the same one is looked at again; never handed out. */
  readonly interpreter: string | undefined;
  /** Versions by package, e.g. `mlx` → `0.31.2`, and that of Python itself. Older records have none. */
  readonly versions: ReadonlyMap<string, string>;
  /** Fields that we do not know. */
  readonly extra: JsonFields;
}

/**
 * Reads the record of the last good run.
 *
 * @throws {DecodeError} If it is not that form.
 */
export function decodeLastGood(text: string): LastGoodFile {
  const fields = FieldReader.open(text, "record of the last good run");
  return {
    endedAt: fields.epoch("ended_at"),
    bootSessionUuid: fields.optionalText("boot_session_uuid"),
    osBuild: fields.optionalText("os_build"),
    kextVersion: fields.optionalText("kext_version"),
    model: fields.optionalText("model"),
    interpreter: fields.optionalText("interpreter"),
    versions: decodeVersions(fields),
    extra: fields.extra(),
  };
}

/** Writes the record of the last good run. */
export function encodeLastGood(file: LastGoodFile): string {
  return encodeJsonFields([
    ["ended_at", epochSeconds(file.endedAt)],
    ["boot_session_uuid", file.bootSessionUuid],
    ["os_build", file.osBuild],
    ["kext_version", file.kextVersion],
    ["model", file.model],
    ["interpreter", file.interpreter],
    ["versions", Object.fromEntries(file.versions)],
  ], { extra: file.extra });
}

function decodeVersions(fields: FieldReader): ReadonlyMap<string, string> {
  const value = fields.optionalValue("versions") ?? {};
  if (!isJsonObject(value)) throw fields.failure("versions", "not an object");
  const versions = new FieldReader(
    new Map(Object.entries(value)),
    "record of the last good run: versions",
  );
  return new Map(
    Object.keys(value).map((name) => [name, versions.text(name)]),
  );
}
