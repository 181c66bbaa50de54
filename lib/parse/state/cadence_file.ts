import { epochSeconds } from "../../core/instant.ts";
import { FieldReader } from "./field_reader.ts";
import { decodeJsonFields, encodeJsonFields } from "./json_text.ts";

/** `cadence.json`: when each model was last loaded, by model id. */
export type CadenceFile = ReadonlyMap<string, Temporal.Instant>;

/**
 * Reads the cadence file of either tool.
 *
 * @throws {DecodeError} If it is not an object of model ids and epoch seconds; one bad entry spoils all.
 */
export function decodeCadence(text: string): CadenceFile {
  const entries = decodeJsonFields(text, "cadence file");
  const fields = new FieldReader(entries, "cadence file");
  return new Map([...entries.keys()].map((id) => [id, fields.epoch(id)]));
}

/** Writes the cadence file: epoch seconds, keys sorted as the seed's. */
export function encodeCadence(lastLoadAt: CadenceFile): string {
  return encodeJsonFields(
    [...lastLoadAt].map(([id, at]) => [id, epochSeconds(at)]),
    { sortKeys: true },
  );
}
