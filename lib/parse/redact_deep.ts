import type { Redact } from "./redaction.ts";

/**
 * The same value with every text in it redacted. Keys stay, and so does everything that is no text, list or plain object,
 * such as an instant.
 */
export function redactDeep<T>(value: T, redact: Redact): T {
  return walk(value, redact) as T;
}

function walk(value: unknown, redact: Redact): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) {
    return value.map((item: unknown) => walk(item, redact));
  }
  if (typeof value !== "object" || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, walk(item, redact)]),
  );
}
