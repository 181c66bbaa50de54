/** A schema as JSON has it. */
export type Schema = Readonly<Record<string, unknown>>;

/** One way in which a value breaks its schema. */
export interface SchemaFault {
  /** Place in the value. */
  readonly path: readonly (string | number)[];
  /** Which keyword of JSON Schema is broken. */
  readonly keyword: string;
  /** What the schema holds under that keyword; for a key too many or too few, its name. */
  readonly wants: unknown;
  /** What stands there. */
  readonly value: unknown;
  /** Keys that are known at this place. */
  readonly knownKeys: readonly string[];
}

/** Keywords that say nothing about a value. */
const WORDS: ReadonlySet<string> = new Set([
  "$schema",
  "$defs",
  "title",
  "description",
]);

/**
 * Compares a value with a schema, as JSON Schema 2020-12 says, for the keywords that our schemas use; a test holds it
 * against ajv. ajv itself would add 134 KB to a program whose every start pays for its size.
 *
 * @param schema The whole schema; `$ref` points into its `$defs`.
 * @param value What was read.
 * @returns Every fault.
 * @throws {Error} If the schema uses a keyword that is not known here: a check that is not made must not look made.
 */
export function schemaFaults(
  schema: Schema,
  value: unknown,
): readonly SchemaFault[] {
  return faultsOf({ root: schema, path: [] }, schema, value);
}

interface Place {
  readonly root: Schema;
  readonly path: readonly (string | number)[];
}

function faultsOf(
  place: Place,
  schema: Schema,
  value: unknown,
): readonly SchemaFault[] {
  const knownKeys = Object.keys(asSchema(schema["properties"] ?? {}));
  const fault = (keyword: string, wants: unknown): SchemaFault => ({
    path: place.path,
    keyword,
    wants,
    value,
    knownKeys,
  });
  return Object.entries(schema).flatMap(([keyword, wants]) => {
    if (WORDS.has(keyword)) return [];
    const test = TESTS.get(keyword);
    if (test !== undefined) {
      return test(value, wants) ? [] : [fault(keyword, wants)];
    }
    const walk = WALKS.get(keyword);
    if (walk === undefined) throw new Error(`Keyword ${keyword} is not known`);
    return walk({ place, schema, value, wants, fault });
  });
}

type Test = (value: unknown, wants: unknown) => boolean;

/** Keywords about the value itself. Each holds for values of other types. */
const TESTS: ReadonlyMap<string, Test> = new Map<string, Test>([
  [
    "type",
    (value, wants) => [wants].flat().some((type) => isType(value, type)),
  ],
  ["enum", (value, wants) => Array.isArray(wants) && wants.includes(value)],
  ["const", (value, wants) => value === wants],
  [
    "pattern",
    (value, wants) =>
      typeof value !== "string" || new RegExp(String(wants), "u").test(value),
  ],
  [
    "minLength",
    (value, wants) =>
      typeof value !== "string" || [...value].length >= Number(wants),
  ],
  [
    "maxLength",
    (value, wants) =>
      typeof value !== "string" || [...value].length <= Number(wants),
  ],
  [
    "minimum",
    (value, wants) => typeof value !== "number" || value >= Number(wants),
  ],
  [
    "maximum",
    (value, wants) => typeof value !== "number" || value <= Number(wants),
  ],
  [
    "minItems",
    (value, wants) => !Array.isArray(value) || value.length >= Number(wants),
  ],
  [
    "minProperties",
    (value, wants) =>
      !isObject(value) || Object.keys(value).length >= Number(wants),
  ],
  [
    "uniqueItems",
    (value) =>
      !Array.isArray(value) ||
      new Set(value.map((item) => JSON.stringify(item))).size === value.length,
  ],
]);

interface Walk {
  readonly place: Place;
  readonly schema: Schema;
  readonly value: unknown;
  readonly wants: unknown;
  readonly fault: (keyword: string, wants: unknown) => SchemaFault;
}

/** Keywords about what is below. */
const WALKS: ReadonlyMap<string, (walk: Walk) => readonly SchemaFault[]> =
  new Map([
    ["$ref", ({ place, value, wants }: Walk) => {
      const name = /^#\/\$defs\/(\w+)$/.exec(String(wants))?.[1] ?? "";
      const defs = asSchema(place.root["$defs"]);
      return faultsOf(place, asSchema(defs[name]), value);
    }],
    [
      "properties",
      ({ place, value, wants }: Walk) =>
        Object.entries(asSchema(wants)).flatMap(([key, below]) =>
          isObject(value) && Object.hasOwn(value, key)
            ? faultsOf(under(place, key), asSchema(below), value[key])
            : []
        ),
    ],
    ["additionalProperties", ({ place, schema, value, wants, fault }: Walk) => {
      if (!isObject(value)) return [];
      const known = asSchema(schema["properties"] ?? {});
      const others = Object.keys(value).filter((key) =>
        !Object.hasOwn(known, key)
      );
      return others.flatMap((key) =>
        wants === false
          ? [fault("additionalProperties", key)]
          : faultsOf(under(place, key), asSchema(wants), value[key])
      );
    }],
    [
      "propertyNames",
      ({ place, value, wants, fault }: Walk) =>
        !isObject(value)
          ? []
          : Object.keys(value).filter((key) =>
            faultsOf(place, asSchema(wants), key).length > 0
          ).map((key) => fault("additionalProperties", key)),
    ],
    [
      "required",
      ({ value, wants, fault }: Walk) =>
        !isObject(value)
          ? []
          : [wants].flat().map(String).filter((key) =>
            !Object.hasOwn(value, key)
          ).map((key) => fault("required", key)),
    ],
    [
      "dependentRequired",
      ({ value, wants, fault }: Walk) =>
        !isObject(value)
          ? []
          : Object.entries(asSchema(wants)).flatMap(([key, needed]) =>
            !Object.hasOwn(value, key) ? [] : [needed].flat().map(String)
              .filter((name) => !Object.hasOwn(value, name))
              .map((name) => fault("required", name))
          ),
    ],
    [
      "items",
      ({ place, value, wants }: Walk) =>
        !Array.isArray(value)
          ? []
          : value.flatMap((item, index) =>
            faultsOf(under(place, index), asSchema(wants), item)
          ),
    ],
    ["anyOf", ({ place, value, wants, fault }: Walk) => {
      const branches = [wants].flat().map((branch) =>
        faultsOf(place, asSchema(branch), value)
      );
      if (branches.some((faults) => faults.length === 0)) return [];
      // The branch that was meant is one that fits the type of what stands there.
      const meant = branches.find((faults) =>
        faults.every((one) =>
          one.keyword !== "type" || one.path.length > place.path.length
        )
      );
      return meant ?? branches[0] ?? [fault("anyOf", wants)];
    }],
  ]);

function under(place: Place, key: string | number): Place {
  return { root: place.root, path: [...place.path, key] };
}

function isObject(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function asSchema(value: unknown): Schema {
  if (isObject(value)) return value;
  throw new Error("The schema itself is broken");
}

function isType(value: unknown, type: unknown): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return isObject(value);
    case "integer":
      return Number.isInteger(value);
    case "string":
      return typeof value === "string";
    case "number":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    default:
      throw new Error(`Type ${String(type)} is not known`);
  }
}
