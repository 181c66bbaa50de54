import { epochSeconds } from "../../core/instant.ts";
import { FieldReader } from "./field_reader.ts";
import {
  encodeJsonFields,
  isJsonObject,
  type JsonFields,
} from "./json_text.ts";

/** `postmortem.json`: for which panics a post-mortem has set a hold, so that it sets none twice (SAFETY H1). */
export interface PostmortemFile {
  /** When, by the boot that ended, or by what else names the panic. */
  readonly armed: ReadonlyMap<string, Temporal.Instant>;
  /** Fields that we do not know. */
  readonly extra: JsonFields;
}

/** More panics than this are nobody's to remember. */
const MOST_ARMED = 100;

/**
 * Reads for which panics a hold was set.
 *
 * Fails closed by its caller: of a file that cannot be decoded nothing is remembered, and the hold is set once more.
 *
 * @throws {DecodeError} If it is not that form.
 */
export function decodePostmortem(text: string): PostmortemFile {
  const fields = FieldReader.open(text, "record of post-mortems");
  const value = fields.optionalValue("armed") ?? {};
  if (!isJsonObject(value)) throw fields.failure("armed", "not an object");
  const times = new FieldReader(
    new Map(Object.entries(value)),
    "record of post-mortems: armed",
  );
  return {
    armed: new Map(
      Object.keys(value).map((name) => [name, times.epoch(name)]),
    ),
    extra: fields.extra(),
  };
}

/** Writes it; the newest hundred are kept. */
export function encodePostmortem(file: PostmortemFile): string {
  const newest = [...file.armed]
    .toSorted(([, a], [, b]) => Temporal.Instant.compare(a, b))
    .slice(-MOST_ARMED);
  return encodeJsonFields([
    [
      "armed",
      Object.fromEntries(newest.map(([name, at]) => [name, epochSeconds(at)])),
    ],
  ], { extra: file.extra });
}
