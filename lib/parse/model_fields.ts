import {
  isJsonObject,
  type JsonFields,
  type JsonValue,
} from "./state/json_text.ts";

/** No figure of a model's shape is larger. */
const MAX_COUNT = 1e9;

/**
 * Reads the fields of a model's configuration. Fails open: a field of another form counts as one that is not there, since
 * every maker writes them a little differently.
 */
export class ModelFields {
  readonly #fields: JsonFields;

  /** Wraps one object. */
  constructor(fields: JsonFields) {
    this.#fields = fields;
  }

  /** A whole number from 0 under the first of these names that has one. */
  count(...names: readonly string[]): number | undefined {
    for (const name of names) {
      const value = this.#fields.get(name);
      if (isCount(value)) return value;
    }
    return undefined;
  }

  /** A size in bytes. */
  bytes(name: string): number | undefined {
    const value = this.#fields.get(name);
    return typeof value === "number" && Number.isSafeInteger(value) &&
        value > 0
      ? value
      : undefined;
  }

  /** As {@linkcode ModelFields.count}, from 1. */
  positive(...names: readonly string[]): number | undefined {
    const value = this.count(...names);
    return value === 0 ? undefined : value;
  }

  /** A text. */
  text(name: string): string | undefined {
    const value = this.#fields.get(name);
    return typeof value === "string" ? value : undefined;
  }

  /** A truth value. */
  flag(name: string): boolean | undefined {
    const value = this.#fields.get(name);
    return typeof value === "boolean" ? value : undefined;
  }

  /** A list of whole numbers from 0; `undefined` when anything else is in it. */
  counts(name: string): readonly number[] | undefined {
    const list = this.list(name);
    return list !== undefined && list.every(isCount) ? list : undefined;
  }

  /** A list of texts; `undefined` when anything else is in it. */
  texts(name: string): readonly string[] | undefined {
    const list = this.list(name);
    return list !== undefined &&
        list.every((item): item is string => typeof item === "string")
      ? list
      : undefined;
  }

  /** A list of anything. */
  list(name: string): readonly JsonValue[] | undefined {
    const value = this.#fields.get(name);
    return Array.isArray(value) ? value : undefined;
  }

  /** A list of objects. */
  inners(name: string): readonly ModelFields[] | undefined {
    const list = this.list(name);
    return list !== undefined && list.every(isJsonObject)
      ? list.map((one) => new ModelFields(new Map(Object.entries(one))))
      : undefined;
  }

  /** The fields of an object below. */
  inner(name: string): ModelFields | undefined {
    const value = this.#fields.get(name);
    return value !== undefined && isJsonObject(value)
      ? new ModelFields(new Map(Object.entries(value)))
      : undefined;
  }
}

function isCount(value: JsonValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) &&
    value >= 0 && value <= MAX_COUNT;
}
