import { asObject, asText, type JsonObject } from "./json.ts";

/** File name of the manifest, beside what it names. */
export const MANIFEST = "manifest.json";

/** SHA-256 of bytes, in lower-case hexadecimal digits. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(
    new Uint8Array(digest),
    (byte) => byte.toString(16).padStart(2, "0"),
  ).join("");
}

/** SHA-256 over names and contents of files, in the order of their names. */
export async function sha256OfFiles(
  folder: string,
  names: readonly string[],
): Promise<string> {
  const lines: string[] = [];
  for (const name of [...names].sort()) {
    lines.push(
      `${name} ${await sha256(Deno.readFileSync(`${folder}/${name}`))}`,
    );
  }
  return await sha256(new TextEncoder().encode(lines.join("\n")));
}

/** What was built from which sources. */
export interface BuildRecord {
  /** Hash of the sources and of the way to build, by target. */
  readonly sources: Readonly<Record<string, string>>;
  /** Hash of each file that was built, by its path below the manifest. */
  readonly files: Readonly<Record<string, string>>;
}

/** Reads a manifest; one that is missing or cannot be read holds nothing. */
export function readManifest(folder: string): BuildRecord {
  let text: string;
  try {
    text = Deno.readTextFileSync(`${folder}/${MANIFEST}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      return { sources: {}, files: {} };
    }
    throw error;
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { sources: {}, files: {} };
  }
  const object = asObject(json);
  return { sources: texts(object["sources"]), files: texts(object["files"]) };
}

function texts(value: unknown): Record<string, string> {
  const all: JsonObject = asObject(value);
  const out: Record<string, string> = {};
  for (const [key, one] of Object.entries(all)) {
    const text = asText(one);
    if (text !== undefined) out[key] = text;
  }
  return out;
}

/** Writes a manifest, its keys in order. */
export function writeManifest(folder: string, record: BuildRecord): void {
  const text = JSON.stringify(
    { sources: sorted(record.sources), files: sorted(record.files) },
    null,
    2,
  );
  Deno.writeTextFileSync(`${folder}/${MANIFEST}`, `${text}\n`);
}

function sorted(
  all: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(all).sort(([a], [b]) => a < b ? -1 : 1),
  );
}

/** Whether every file is there with the hash that the manifest gives it. */
export async function areFilesAsRecorded(
  folder: string,
  record: BuildRecord,
  names: readonly string[],
): Promise<boolean> {
  for (const name of names) {
    const wanted = record.files[name];
    if (wanted === undefined) return false;
    let bytes: Uint8Array<ArrayBuffer>;
    try {
      bytes = Deno.readFileSync(`${folder}/${name}`);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
    if (await sha256(bytes) !== wanted) return false;
  }
  return true;
}
