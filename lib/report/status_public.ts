/** Keys whose values are command lines, breadcrumbs, paths, or name the machine (SAFETY P2). */
const PRIVATE_KEYS: ReadonlySet<string> = new Set([
  "breadcrumb_path",
  "breadcrumb_tail",
  "cmdline",
  "fix",
  "host",
  "path",
  "source_file",
  "what",
]);

/**
 * A path, and what follows it up to where our own words go on: a folder's name may hold blanks. What stands between two
 * words, as in a model's id, is none.
 */
const PATH =
  /(?<![\w/])(?:~[\w.-]{0,64}|\.{1,2})?\/(?:(?!: |; |, |["'`]|\n).)*/g;

/** What stands in place of a path. */
const HIDDEN = "…";

/**
 * Takes out of a picture what is nobody else's business: command lines, breadcrumbs, paths and the machine's identity
 * become `null`, and a path inside of other words becomes `…`.
 *
 * @param sections The picture, as plain values.
 */
export function publicStatus(
  sections: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(sections).map(([key, value]) => [
      key,
      PRIVATE_KEYS.has(key) ? null : withoutPrivate(value),
    ]),
  );
}

function withoutPrivate(value: unknown): unknown {
  if (typeof value === "string") return value.replace(PATH, HIDDEN);
  if (Array.isArray(value)) return value.map(withoutPrivate);
  return isRecord(value) ? publicStatus(value) : value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
