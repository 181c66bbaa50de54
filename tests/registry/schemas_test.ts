import assert from "node:assert/strict";
import { kindOfSchema, SCHEMAS } from "../../lib/registry/schemas.ts";

/** The forms of what `run --report` and `status-write` write: no files of the registry. */
const NO_KIND = ["run_report.schema.json", "status.schema.json"];
const FOLDER = new URL("../../registry/schemas/", import.meta.url);

Deno.test("every schema file has its kind, and is of JSON Schema 2020-12", () => {
  // Kills: a file of the registry that nobody validates.
  const names = [...Deno.readDirSync(FOLDER)].map((entry) => entry.name)
    .filter((name) => !NO_KIND.includes(name)).sort();
  assert.deepEqual(
    names,
    [...SCHEMAS.keys()].map((kind) => `${kind}.schema.json`).sort(),
  );
  for (const [kind, schema] of SCHEMAS) {
    assert.equal(
      schema["$schema"],
      "https://json-schema.org/draft/2020-12/schema",
      kind,
    );
  }
});

Deno.test("kindOfSchema() looks at the last part only", () => {
  // Kills: a copy of the schemas elsewhere that makes good files bad; `no_model` taken for `model`.
  assert.equal(kindOfSchema("../schemas/model.schema.json"), "model");
  assert.equal(
    kindOfSchema("https://example.org/v1/model.schema.json"),
    "model",
  );
  for (
    const text of [
      "model.json",
      "no_model.schema.json",
      "",
      "model.schema.json?x",
    ]
  ) {
    assert.equal(kindOfSchema(text), undefined, text);
  }
});
