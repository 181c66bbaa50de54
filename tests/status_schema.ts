import assert from "node:assert/strict";
import { Ajv2020 } from "ajv/dist/2020.js";

const SCHEMA = new URL(
  "../registry/schemas/status.schema.json",
  import.meta.url,
);
const validate = new Ajv2020({
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  allErrors: true,
}).compile(JSON.parse(Deno.readTextFileSync(SCHEMA)));

/** What of a `status.json` is against its schema; none when it is right. */
export function statusFaults(value: unknown): readonly string[] {
  return validate(value)
    ? []
    : (validate.errors ?? []).map((error) =>
      `${error.instancePath} ${error.message}`
    );
}

/** Reads a `status.json` that has to be right. */
export function readGoodStatus(text: string): Record<string, unknown> {
  const value: Record<string, unknown> = JSON.parse(text);
  assert.deepEqual(statusFaults(value), [], text);
  return value;
}
