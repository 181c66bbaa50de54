import metadata from "./metadata.json" with { type: "json" };
import { asList, asObject, type JsonObject } from "../json.ts";
import { SHIPPED_DENIALS, SHIPPED_PERMISSIONS } from "../permissions.ts";
import { LIBRARY_FOLDER } from "../release/stage.ts";
import type { Payload } from "./payload.ts";

/** What the program may weigh without the dylib, in bytes: it stands in every release and is read at every start. */
export const MOST_PAYLOAD_BYTES = 400_000;

/** Everything that Deno writes down beside permissions, as it has to be. A key that is not here is a problem too. */
const METADATA: JsonObject = metadata;

/** Keys that are judged by themselves, and the one that tells the disk on which it was compiled. */
const JUDGED_ELSEWHERE: ReadonlySet<string> = new Set([
  "code_cache_key",
  "permissions",
  "vfs_case_sensitivity",
]);

/**
 * Judges a payload.
 *
 * @param payload What was read.
 * @param wanted The files that have to be in it, by path, and nothing else.
 * @returns What is wrong, in words; nothing when all is as it has to be.
 */
export function judgePayload(
  payload: Payload,
  wanted: ReadonlyMap<string, Uint8Array>,
): string[] {
  return [
    ...judgeFiles(payload, wanted),
    ...judgePermissions(asObject(payload.metadata["permissions"])),
    ...judgeMetadata(payload.metadata),
    ...judgeSize(payload),
  ];
}

function judgeFiles(
  payload: Payload,
  wanted: ReadonlyMap<string, Uint8Array>,
): string[] {
  const wrong: string[] = [];
  const found = new Map(payload.files.map((file) => [file.path, file]));
  for (const [path, bytes] of wanted) {
    const file = found.get(path);
    if (file === undefined) wrong.push(`${path} is missing`);
    else if (!isSame(file.bytes, bytes)) {
      wrong.push(`${path} is not what these sources make`);
    } else if (file.extras.length > 0) {
      wrong.push(`${path} was changed when it was embedded`);
    }
  }
  for (const { path } of payload.files) {
    if (!wanted.has(path)) wrong.push(`${path} is embedded and not wanted`);
  }
  if (payload.files.length > found.size) wrong.push("a file is there twice");
  for (const path of payload.links) wrong.push(`${path} is a symbolic link`);
  for (const url of payload.remote) wrong.push(`${url} is embedded`);
  if (payload.npmBytes > 0) wrong.push("npm packages are embedded");
  if (payload.redirects > 0) wrong.push("redirects of modules are embedded");
  return wrong;
}

/**
 * Judges the permissions that are built in. `[]` is everything, a list is that much, `null` is nothing.
 *
 * @param found The object in the metadata.
 */
export function judgePermissions(found: JsonObject): string[] {
  const wanted = wantedPermissions();
  const keys = new Set([...Object.keys(found), ...wanted.keys()]);
  const wrong: string[] = [];
  for (const key of keys) {
    const have = found[key] ?? null;
    const want = wanted.get(key) ?? null;
    // Deno writes down the hosts that it would import from by itself; the denial stands above them.
    if (key === "allow_import") continue;
    if (scope(have) === scope(want)) continue;
    wrong.push(
      `${key} is ${wordsOf(have)} and has to be ${wordsOf(want)}`,
    );
  }
  return wrong;
}

function wantedPermissions(): ReadonlyMap<string, unknown> {
  const wanted = new Map<string, unknown>();
  for (const flag of [...SHIPPED_PERMISSIONS, ...SHIPPED_DENIALS]) {
    if (flag === "--no-prompt") {
      wanted.set("prompt", false);
      continue;
    }
    const [name = "", values] = flag.slice(2).split("=", 2);
    wanted.set(name.replace("-", "_"), values?.split(",") ?? []);
  }
  return wanted;
}

function scope(value: unknown): string {
  return Array.isArray(value)
    ? JSON.stringify([...asList(value)].map(String).sort())
    : JSON.stringify(value);
}

function wordsOf(value: unknown): string {
  if (!Array.isArray(value)) return value === null ? "nothing" : String(value);
  return value.length === 0 ? "everything" : value.map(String).join(", ");
}

function judgeMetadata(found: JsonObject): string[] {
  const wrong: string[] = [];
  for (
    const key of new Set([...Object.keys(found), ...Object.keys(METADATA)])
  ) {
    if (JUDGED_ELSEWHERE.has(key)) continue;
    const have = JSON.stringify(found[key]);
    const want = JSON.stringify(METADATA[key]);
    if (have !== want) wrong.push(`${key} is ${have} and has to be ${want}`);
  }
  if (typeof found["code_cache_key"] !== "number") {
    wrong.push("compiled code is not kept, so every start would be slow");
  }
  return wrong;
}

function judgeSize(payload: Payload): string[] {
  const library = payload.files
    .filter(({ path }) => path.startsWith(`${LIBRARY_FOLDER}/`))
    .reduce((sum, { bytes }) => sum + bytes.length, 0);
  const size = payload.byteLength - library;
  return size <= MOST_PAYLOAD_BYTES ? [] : [
    `it embeds ${size} bytes without the dylib, and ${MOST_PAYLOAD_BYTES} are the most`,
  ];
}

/** Whether two pieces of content are the same. */
export function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length &&
    one.every((byte, i) => byte === other[i]);
}
