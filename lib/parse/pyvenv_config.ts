/** What `pyvenv.cfg` says of a virtual environment. */
export interface PyvenvConfig {
  /** Folder of the Python that it was made from; `undefined` when it names none that is absolute. */
  readonly home: string | undefined;
  /** Whether packages of that Python are seen too. */
  readonly seesSystem: boolean;
  /** Two numbers, e.g. `3.12`. */
  readonly version: string | undefined;
  /** Whether uv made it. */
  readonly isOfUv: boolean;
}

/** Far more than the ten lines it has. */
const MAX_LINES = 200;

/**
 * Reads `pyvenv.cfg`: `key = value` lines, keys in any case. The first of two equal keys counts, as in Python's own reader.
 *
 * @param text The file, or its beginning.
 */
export function parsePyvenvConfig(text: string): PyvenvConfig {
  const values = new Map<string, string>();
  for (const line of text.split("\n", MAX_LINES)) {
    const at = line.indexOf("=");
    if (at < 0) continue;
    const key = line.slice(0, at).trim().toLowerCase();
    if (!values.has(key)) values.set(key, line.slice(at + 1).trim());
  }
  const home = values.get("home");
  const version = values.get("version") ?? values.get("version_info") ?? "";
  return {
    home: home?.startsWith("/") ? home : undefined,
    seesSystem:
      values.get("include-system-site-packages")?.toLowerCase() === "true",
    version: /^3\.\d{1,3}(?![0-9])/.exec(version)?.[0],
    isOfUv: values.has("uv"),
  };
}
