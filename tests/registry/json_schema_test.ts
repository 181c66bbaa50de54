import assert from "node:assert/strict";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "jsonc-parser";
import { schemaFaults } from "../../lib/registry/json_schema.ts";
import { kindOfSchema, SCHEMAS } from "../../lib/registry/schemas.ts";

const FOLDER = new URL("../fixtures/registry/", import.meta.url).pathname;

/** Changes one value somewhere below, in every way that a careless hand could. */
function* mutations(value: unknown): Generator<unknown> {
  yield* [null, 1, -1.5, "", "x", "http://x", [], {}, true];
  if (Array.isArray(value)) {
    yield [...value, ...value.slice(0, 1)];
    for (const [index, item] of value.entries()) {
      for (const change of mutations(item)) yield value.with(index, change);
    }
  } else if (typeof value === "object" && value !== null) {
    yield { ...value, extra: 1 };
    for (const [key, item] of Object.entries(value)) {
      yield Object.fromEntries(
        Object.entries(value).filter(([name]) => name !== key),
      );
      for (const change of mutations(item)) yield { ...value, [key]: change };
    }
  }
}

Deno.test("schemaFaults() refuses exactly what ajv refuses, over every file and thousands of changes to them", () => {
  // Kills: a keyword that is read otherwise than the standard says.
  const ajv = new Ajv2020({ strict: true, strictRequired: false });
  const validators = new Map(
    [...SCHEMAS].map(([kind, schema]) => [kind, ajv.compile(schema)] as const),
  );
  let compared = 0;
  for (const name of Deno.readDirSync(`${FOLDER}good`)) {
    const value: unknown = parse(
      Deno.readTextFileSync(`${FOLDER}good/${name.name}`),
    );
    assert.ok(
      typeof value === "object" && value !== null && "$schema" in value,
    );
    const kind = kindOfSchema(String(value.$schema));
    assert.ok(kind !== undefined);
    const [schema, validate] = [SCHEMAS.get(kind), validators.get(kind)];
    assert.ok(schema !== undefined && validate !== undefined);
    assert.ok(validate(value), name.name);
    for (const changed of mutations(value)) {
      compared += 1;
      assert.equal(
        schemaFaults(schema, changed).length === 0,
        validate(changed),
        `${name.name}: ${JSON.stringify(changed)}`,
      );
    }
  }
  assert.ok(compared > 2_500, String(compared));
});

Deno.test("schemaFaults() throws for a keyword that it does not know", () => {
  // Kills: a check that somebody writes into a schema and that is never made.
  assert.throws(() => schemaFaults({ multipleOf: 2 }, 3), /multipleOf/);
});

Deno.test("schemaFaults() says of a choice what is wrong with the branch that was meant", () => {
  // Kills: "is no null" told about a mistyped date.
  const schema = {
    anyOf: [{ type: "null" }, { type: "string", pattern: "^a" }],
  };
  assert.deepEqual(schemaFaults(schema, "b").map((one) => one.keyword), [
    "pattern",
  ]);
  assert.deepEqual(schemaFaults(schema, null), []);
  assert.deepEqual(schemaFaults(schema, 1).map((one) => one.keyword), ["type"]);
});

Deno.test("a key that an object only inherits is not there", () => {
  // Kills: `toString` taken for a key that the schema requires.
  const schema = { type: "object", required: ["toString"] };
  assert.equal(schemaFaults(schema, {}).length, 1);
});
