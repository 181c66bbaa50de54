/** A JSON object whose keys are not known to be there. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value as an object, empty when it is none. */
export function asObject(value: unknown): JsonObject {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** The value as a list, empty when it is none. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value as text, `undefined` when it is none. */
export function asText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
