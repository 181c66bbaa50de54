import type { Redact } from "./redaction.ts";

/**
 * The same value with every text in it redacted. Keys stay, and so does everything that is no text, list or plain object,
 * such as an instant.
 */
export function redactDeep<T>(value: T, redact: Redact): T {
  return walk(value, redact) as T;
}

/**
 * The same object without the words of command lines, whatever they look like: a prompt or a project's name is nobody
 * else's business either (SAFETY P3).
 *
 * @param value Plain values. Every text under the key `cmdline` goes.
 */
export function withoutCommandLines(
  value: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === "cmdline" && typeof item === "string" && item !== ""
        ? "[command line]"
        : isObject(item)
        ? withoutCommandLines(item)
        : item,
    ]),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null &&
    Object.getPrototypeOf(value) === Object.prototype;
}

function walk(value: unknown, redact: Redact): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) {
    return value.map((item: unknown) => walk(item, redact));
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, walk(item, redact)]),
  );
}
