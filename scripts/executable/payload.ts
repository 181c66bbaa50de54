/**
 * Reads what `deno compile` embeds, in the form of Deno 2.9 (`serialize_binary_data_section` of its
 * `cli/standalone/binary.rs`): metadata, npm packages, names, redirects, modules from elsewhere, and a tree of files.
 *
 * @module
 */
import { asList, asObject, asText, type JsonObject } from "../json.ts";
import { ByteReader, ExecutableError } from "./byte_reader.ts";

/** One embedded file. */
export interface EmbeddedFile {
  /** Path below the folder that the program sees. */
  readonly path: string;
  /** Its content. */
  readonly bytes: Uint8Array;
  /** Parts beside its content: what Deno made of it. */
  readonly extras: readonly string[];
}

/** Everything that an executable embeds. */
export interface Payload {
  /** All of its bytes. */
  readonly byteLength: number;
  /** How the program is started: permissions, flags, and what else Deno wrote down. */
  readonly metadata: JsonObject;
  /** Bytes about npm packages; 0 without any. */
  readonly npmBytes: number;
  /** Addresses of modules from elsewhere. */
  readonly remote: readonly string[];
  /** How many redirects there are. */
  readonly redirects: number;
  /** The files. */
  readonly files: readonly EmbeddedFile[];
  /** Paths of symbolic links. */
  readonly links: readonly string[];
}

const MAGIC = "d3n0l4nd";
/** A tree deeper than this is none of ours. */
const DEEPEST = 64;
/** Parts of a file that are no content: kept JavaScript, source map, and the analysis of a CommonJS module. */
const EXTRAS = ["m", "s", "c"] as const;

/**
 * Reads a payload.
 *
 * @throws {ExecutableError} If it is not of that form, or longer or shorter than it says.
 */
export function parsePayload(data: Uint8Array): Payload {
  const reader = new ByteReader(data);
  expectMagic(reader, "beginning");
  const metadata = asObject(json(reader.text(reader.u64()), "metadata"));
  const npmBytes = reader.take(reader.u64()).length;
  const names = readNames(reader);
  const redirects = reader.u32();
  reader.take(redirects * 8);
  const remote = readRemote(reader, names);
  const tree = asList(json(reader.text(reader.u64()), "list of files"));
  const content = reader.take(reader.u64());
  expectMagic(reader, "end");
  if (reader.left > 0) {
    throw new ExecutableError(`${reader.left} bytes follow its end`);
  }
  const files: EmbeddedFile[] = [];
  const links: string[] = [];
  walk(tree, "", { content, files, links });
  return {
    byteLength: data.length,
    metadata,
    npmBytes,
    remote,
    redirects,
    files,
    links,
  };
}

function expectMagic(reader: ByteReader, where: string): void {
  if (reader.text(MAGIC.length) !== MAGIC) {
    throw new ExecutableError(`its payload has no mark at its ${where}`);
  }
}

function json(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ExecutableError(`its ${what} cannot be read`, { cause: error });
  }
}

function readNames(reader: ByteReader): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (let count = reader.u32(); count > 0; count--) {
    const name = reader.text(reader.u32());
    names.set(reader.u32(), name);
  }
  return names;
}

function readRemote(
  reader: ByteReader,
  names: ReadonlyMap<number, string>,
): readonly string[] {
  const remote: string[] = [];
  for (let count = reader.u32(); count > 0; count--) {
    remote.push(names.get(reader.u32()) ?? "a module without a name");
    reader.u8();
    reader.take(reader.u32());
    const flags = reader.u8();
    for (const bit of [1, 2, 4]) {
      if ((flags & bit) !== 0) reader.take(reader.u32());
    }
  }
  return remote;
}

interface Walk {
  readonly content: Uint8Array;
  readonly files: EmbeddedFile[];
  readonly links: string[];
}

function walk(
  entries: readonly unknown[],
  folder: string,
  into: Walk,
): void {
  if (folder.split("/").length > DEEPEST) {
    throw new ExecutableError("its tree of files does not end");
  }
  for (const entry of entries) {
    const [[kind, value] = ["nothing", undefined]] = Object.entries(
      asObject(entry),
    );
    const fields = asObject(value);
    const path = `${folder}${nameIn(fields)}`;
    switch (kind) {
      case "Dir":
        walk(asList(fields["e"]), `${path}/`, into);
        break;
      case "File":
        into.files.push({
          path,
          bytes: slice(into.content, fields["o"], path),
          extras: EXTRAS.filter((key) => key in fields),
        });
        break;
      case "Symlink":
        into.links.push(path);
        break;
      default:
        throw new ExecutableError(`its tree of files holds a ${kind}`);
    }
  }
}

/** A name is one part of a path: nothing that is unpacked leaves the folder it is unpacked into. */
function nameIn(fields: JsonObject): string {
  const name = asText(fields["n"]) ?? "";
  if (!/^[\w.@+ -]{1,200}$/.test(name) || /^\.+$/.test(name)) {
    throw new ExecutableError(`a file in it is called ${JSON.stringify(name)}`);
  }
  return name;
}

function slice(content: Uint8Array, place: unknown, path: string): Uint8Array {
  const [offset, length] = asList(place);
  const isGood = Number.isSafeInteger(offset) && Number.isSafeInteger(length) &&
    typeof offset === "number" && typeof length === "number" && offset >= 0 &&
    length >= 0 && offset + length <= content.length;
  if (!isGood) {
    throw new ExecutableError(`${path} lies outside of what is embedded`);
  }
  return content.subarray(offset, offset + length);
}
