/** One library that a slice is bound to. */
export interface BoundLibrary {
  /** Its path. */
  readonly name: string;
  /** Whether its absence is allowed. */
  readonly isWeak: boolean;
}

/** One name that a slice exports. */
export interface ExportFacts {
  /** The name, without its underscore. */
  readonly name: string;
  /** Where it is, in bytes from the slice's begin. */
  readonly offset: number;
}

/** The code signature of a slice. */
export interface SignatureFacts {
  /** E.g. `libmetalguard.dylib`. */
  readonly identifier: string;
  /** Whether nobody vouches for it. */
  readonly isAdhoc: boolean;
  /** Whether the hardened runtime is asked for. */
  readonly isHardened: boolean;
  /** Its entitlements, as a property list; empty without any. */
  readonly entitlements: string;
  /** Size of a page in bytes. */
  readonly pageBytes: number;
  /** Pages that were hashed. */
  readonly pages: number;
  /** Numbers of the pages whose content is not what was signed. */
  readonly brokenPages: readonly number[];
}

/** One architecture's part of a Mach-O file. */
export interface SliceFacts {
  /** `arm64`, `x86_64`, or a number. */
  readonly arch: string;
  /** Where it begins in the file. */
  readonly offset: number;
  /** Its size in bytes. */
  readonly size: number;
  /** Its own name, e.g. `@rpath/libmetalguard.dylib`. */
  readonly installName: string | undefined;
  /** Oldest macOS it is for, e.g. `12.0`. */
  readonly minimumMacos: string | undefined;
  /** What it is bound to. */
  readonly libraries: readonly BoundLibrary[];
  /** What it exports, by name. */
  readonly exports: readonly ExportFacts[];
  /** Its signature. */
  readonly signature: SignatureFacts | undefined;
}

/** The file is no Mach-O file, or is damaged so that it cannot be read. */
export class MachoError extends Error {
  override readonly name = "MachoError";
}

const FAT = 0xcafebabe;
const THIN_64 = 0xfeedfacf;
/** What a Mach-O file is. */
export const FILE_KIND = { executable: 2, dylib: 6 } as const;
const ARCHS: ReadonlyMap<number, string> = new Map([
  [0x0100000c, "arm64"],
  [0x01000007, "x86_64"],
]);
const SUPER_BLOB = 0xfade0cc0;
const CODE_DIRECTORY = 0xfade0c02;
const ENTITLEMENTS = 0xfade7171;
const ADHOC_FLAG = 0x2;
const HARDENED_FLAG = 0x10000;
const SHA256_HASH = 2;
const HASH_BYTES = 32;
/** More commands than any file has. */
const MOST_COMMANDS = 1_000;

/** Load commands that are looked at. */
const COMMAND = {
  loadDylib: 0xc,
  idDylib: 0xd,
  loadWeakDylib: 0x80000018,
  reexportDylib: 0x8000001f,
  codeSignature: 0x1d,
  dyldInfo: 0x22,
  dyldInfoOnly: 0x80000022,
  exportsTrie: 0x80000033,
  buildVersion: 0x32,
  minimumMacos: 0x24,
} as const;

/**
 * Reads a universal file as dyld and the kernel look at it.
 *
 * @param kind What its slices have to be; a dylib.
 * @throws {MachoError} Where it cannot be read.
 */
export async function readMacho(
  bytes: Uint8Array<ArrayBuffer>,
  kind: number = FILE_KIND.dylib,
): Promise<readonly SliceFacts[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (view.getUint32(0) !== FAT) {
      throw new MachoError("The file is no universal Mach-O file");
    }
    const count = view.getUint32(4);
    const slices: SliceFacts[] = [];
    for (let i = 0; i < count; i++) {
      const at = 8 + 20 * i;
      slices.push(
        await readSlice(bytes, {
          cpu: view.getUint32(at),
          offset: view.getUint32(at + 8),
          size: view.getUint32(at + 12),
          align: view.getUint32(at + 16),
          kind,
        }),
      );
    }
    return slices;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new MachoError("The file ends before its parts do", { cause: error });
  }
}

interface FatEntry {
  readonly cpu: number;
  readonly offset: number;
  readonly size: number;
  readonly align: number;
  readonly kind: number;
}

async function readSlice(
  file: Uint8Array<ArrayBuffer>,
  entry: FatEntry,
): Promise<SliceFacts> {
  const arch = ARCHS.get(entry.cpu) ?? String(entry.cpu);
  const page = arch === "arm64" ? 0x4000 : 0x1000;
  if (entry.offset % page !== 0 || entry.offset % 2 ** entry.align !== 0) {
    throw new MachoError(`The ${arch} slice does not begin on a page`);
  }
  if (entry.offset + entry.size > file.length) {
    throw new MachoError(`The ${arch} slice ends behind the file`);
  }
  const bytes = file.subarray(entry.offset, entry.offset + entry.size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (
    view.getUint32(0, true) !== THIN_64 || view.getUint32(4, true) !== entry.cpu
  ) throw new MachoError(`The ${arch} slice is no 64-bit Mach-O of that kind`);
  if (view.getUint32(12, true) !== entry.kind) {
    throw new MachoError(
      `The ${arch} slice is no ${
        entry.kind === FILE_KIND.dylib ? "dylib" : "executable"
      }`,
    );
  }
  const commands = readCommands(view);
  function named(kind: number): string[] {
    return commands.filter((one) => one.kind === kind).map(({ at }) =>
      readText(bytes, at + view.getUint32(at + 8, true))
    );
  }
  const libraries = [
    ...named(COMMAND.loadDylib).map((name) => ({ name, isWeak: false })),
    ...named(COMMAND.reexportDylib).map((name) => ({ name, isWeak: false })),
    ...named(COMMAND.loadWeakDylib).map((name) => ({ name, isWeak: true })),
  ];
  return {
    arch,
    offset: entry.offset,
    size: entry.size,
    installName: named(COMMAND.idDylib)[0],
    minimumMacos: readMinimum(view, commands),
    libraries,
    exports: readExports(bytes, view, commands),
    signature: await readSignature(bytes, view, commands),
  };
}

interface Command {
  readonly kind: number;
  readonly at: number;
}

function readCommands(view: DataView): Command[] {
  const count = view.getUint32(16, true);
  if (count > MOST_COMMANDS) throw new MachoError("Too many load commands");
  const commands: Command[] = [];
  let at = 32;
  for (let i = 0; i < count; i++) {
    commands.push({ kind: view.getUint32(at, true), at });
    const size = view.getUint32(at + 4, true);
    if (size < 8) throw new MachoError("A load command has no size");
    at += size;
  }
  return commands;
}

function readMinimum(
  view: DataView,
  commands: readonly Command[],
): string | undefined {
  for (const { kind, at } of commands) {
    const where = kind === COMMAND.buildVersion
      ? at + 12
      : kind === COMMAND.minimumMacos
      ? at + 8
      : undefined;
    if (where === undefined) continue;
    const version = view.getUint32(where, true);
    return `${version >>> 16}.${(version >>> 8) & 255}`;
  }
  return undefined;
}

function readExports(
  bytes: Uint8Array,
  view: DataView,
  commands: readonly Command[],
): ExportFacts[] {
  for (const { kind, at } of commands) {
    const isInfo = kind === COMMAND.dyldInfo || kind === COMMAND.dyldInfoOnly;
    if (!isInfo && kind !== COMMAND.exportsTrie) continue;
    const where = at + (isInfo ? 40 : 8);
    const offset = view.getUint32(where, true);
    const size = view.getUint32(where + 4, true);
    const found: ExportFacts[] = [];
    walkTrie(bytes.subarray(offset, offset + size), 0, "", found);
    return found.sort((a, b) => a.name < b.name ? -1 : 1);
  }
  return [];
}

/** Longest name in a trie that is still believed; it bounds the recursion too. */
const MOST_NAME = 512;

function walkTrie(
  trie: Uint8Array,
  node: number,
  prefix: string,
  found: ExportFacts[],
): void {
  if (prefix.length > MOST_NAME) throw new MachoError("The exports do not end");
  const [terminal, afterSize] = readUleb(trie, node);
  if (terminal > 0) {
    const [, afterFlags] = readUleb(trie, afterSize);
    const [offset] = readUleb(trie, afterFlags);
    found.push({ name: prefix.replace(/^_/, ""), offset });
  }
  let at = afterSize + terminal;
  const count = trie[at++] ?? 0;
  for (let i = 0; i < count; i++) {
    const edge = readText(trie, at);
    if (edge === "") throw new MachoError("An export has no name");
    const [child, next] = readUleb(trie, at + edge.length + 1);
    at = next;
    walkTrie(trie, child, prefix + edge, found);
  }
}

function readUleb(bytes: Uint8Array, start: number): [number, number] {
  let value = 0;
  for (let i = 0; i < 5; i++) {
    const byte = bytes[start + i];
    if (byte === undefined) break;
    value += (byte & 127) * 128 ** i;
    if (byte < 128) return [value, start + i + 1];
  }
  throw new MachoError("A number in the exports does not end");
}

async function readSignature(
  bytes: Uint8Array<ArrayBuffer>,
  view: DataView,
  commands: readonly Command[],
): Promise<SignatureFacts | undefined> {
  const command = commands.find(({ kind }) => kind === COMMAND.codeSignature);
  if (command === undefined) return undefined;
  const base = view.getUint32(command.at + 8, true);
  if (base + view.getUint32(command.at + 12, true) !== bytes.length) {
    throw new MachoError("The signature does not end the slice");
  }
  if (view.getUint32(base) !== SUPER_BLOB) {
    throw new MachoError("The signature is no signature");
  }
  let signature: Omit<SignatureFacts, "entitlements"> | undefined;
  let entitlements = "";
  for (let i = 0; i < view.getUint32(base + 8); i++) {
    const blob = base + view.getUint32(base + 12 + 8 * i + 4);
    const magic = view.getUint32(blob);
    if (magic === CODE_DIRECTORY) {
      signature ??= await readDirectory(bytes, view, {
        directory: blob,
        limit: base,
      });
    } else if (magic === ENTITLEMENTS) {
      entitlements = new TextDecoder().decode(
        bytes.subarray(blob + 8, blob + view.getUint32(blob + 4)),
      );
    }
  }
  return signature === undefined ? undefined : { ...signature, entitlements };
}

async function readDirectory(
  bytes: Uint8Array<ArrayBuffer>,
  view: DataView,
  { directory, limit }: { readonly directory: number; readonly limit: number },
): Promise<Omit<SignatureFacts, "entitlements">> {
  const flags = view.getUint32(directory + 12);
  const hashes = directory + view.getUint32(directory + 16);
  const identifier = readText(
    bytes,
    directory + view.getUint32(directory + 20),
  );
  const pages = view.getUint32(directory + 28);
  const page = 2 ** view.getUint8(directory + 39);
  if (
    view.getUint8(directory + 36) !== HASH_BYTES ||
    view.getUint8(directory + 37) !== SHA256_HASH
  ) throw new MachoError("The signature does not hash by SHA-256");
  if (
    view.getUint32(directory + 32) !== limit ||
    pages !== Math.ceil(limit / page)
  ) throw new MachoError("The signature does not cover the code");
  const brokenPages: number[] = [];
  for (let i = 0; i < pages; i++) {
    const content = bytes.slice(i * page, Math.min(limit, (i + 1) * page));
    const digest = new Uint8Array(
      await crypto.subtle.digest("SHA-256", content),
    );
    const signed = hashes + HASH_BYTES * i;
    if (!digest.every((byte, k) => byte === bytes[signed + k])) {
      brokenPages.push(i);
    }
  }
  return {
    identifier,
    isAdhoc: (flags & ADHOC_FLAG) !== 0,
    isHardened: (flags & HARDENED_FLAG) !== 0,
    pageBytes: page,
    pages,
    brokenPages,
  };
}

function readText(bytes: Uint8Array, at: number): string {
  const end = bytes.indexOf(0, at);
  if (end < 0) throw new MachoError("A name does not end");
  return new TextDecoder().decode(bytes.subarray(at, end));
}
