/**
 * Finds what `deno compile` put into an executable, as its runtime finds it when it starts: in a note of an ELF file, in a
 * section of a Mach-O file for arm64, behind a mark at the end of one for x86_64. Read from libsui 0.16.4, which
 * Deno 2.9 embeds with.
 *
 * @module
 */
import { ByteReader, ExecutableError } from "./byte_reader.ts";

/** What was found, and where. */
export interface FoundPayload {
  /** `arm64`, `x86_64`, or a number. */
  readonly arch: string;
  /** Whether it is a Mach-O file. */
  readonly isMac: boolean;
  /** The payload. */
  readonly data: Uint8Array;
}

/** What Deno calls its payload. */
const SECTION = "d3n0l4nd";
const SEGMENT = "__SUI";
const FAT_BIG_ENDIAN = 0xcafebabe;
const MACHO_64 = 0xfeedfacf;
const ELF_BIG_ENDIAN = 0x7f454c46;
const SEGMENT_COMMAND = 0x19;
const ELF_NOTE = 4;
/** More slices, program headers or load commands than any file has. */
const MOST_PARTS = 1_000;
const ARM64 = "arm64";
const MAC_ARCHS: ReadonlyMap<number, string> = new Map([
  [0x0100000c, ARM64],
  [0x01000007, "x86_64"],
]);
const ELF_ARCHS: ReadonlyMap<number, string> = new Map([
  [0xb7, ARM64],
  [0x3e, "x86_64"],
]);
/** Stands before the payload of an x86_64 Mach-O file: this text, four bytes, and the payload's length. */
const MARK = new TextEncoder().encode("<~sui-data~>");
const MARK_END = [0xef, 0xbe, 0xad, 0xde];

/**
 * Finds the payload of each architecture.
 *
 * @param bytes The executable.
 * @throws {ExecutableError} If it is no executable, or one of its parts holds no payload.
 */
export function findPayloads(bytes: Uint8Array): readonly FoundPayload[] {
  if (bytes.length < 64) throw new ExecutableError("it is no executable");
  const view = viewOf(bytes);
  const magic = view.getUint32(0);
  if (magic === FAT_BIG_ENDIAN) {
    return slicesOf(bytes).map((slice) => findMacho(slice));
  }
  if (magic === ELF_BIG_ENDIAN) return [findElf(bytes)];
  if (view.getUint32(0, true) === MACHO_64) return [findMacho(bytes)];
  throw new ExecutableError("it is neither an ELF nor a Mach-O file");
}

/** The parts of a universal file. */
function slicesOf(bytes: Uint8Array): readonly Uint8Array[] {
  const view = viewOf(bytes);
  const count = bounded(view.getUint32(4));
  return Array.from({ length: count }, (_, i) => {
    const at = 8 + 20 * i;
    if (at + 20 > bytes.length) {
      throw new ExecutableError("it ends before its list of slices does");
    }
    return part(bytes, view.getUint32(at + 8), view.getUint32(at + 12));
  });
}

function findElf(bytes: Uint8Array): FoundPayload {
  const header = new ByteReader(bytes);
  header.at = 0x12;
  const machine = header.u16();
  const arch = ELF_ARCHS.get(machine) ?? String(machine);
  header.at = 0x20;
  const table = header.u64();
  header.at = 0x36;
  const size = header.u16();
  const count = bounded(header.u16());
  for (let i = 0; i < count; i++) {
    const row = new ByteReader(bytes);
    row.at = table + i * size;
    if (row.u32() !== ELF_NOTE) continue;
    row.at = table + i * size + 8;
    const offset = row.u64();
    row.at = table + i * size + 32;
    const data = findNote(part(bytes, offset, row.u64()));
    if (data !== undefined) return { arch, isMac: false, data };
  }
  throw new ExecutableError("it is an ELF file without a payload of Deno");
}

/** A note's content is the length of a name, the name, and the payload. */
function findNote(notes: Uint8Array): Uint8Array | undefined {
  const reader = new ByteReader(notes);
  while (reader.left >= 12) {
    const ownerBytes = reader.u32();
    const contentBytes = reader.u32();
    reader.at += 4;
    reader.take(padded(ownerBytes));
    const start = reader.at;
    const content = new ByteReader(reader.take(contentBytes));
    if (content.left > 2 + SECTION.length) {
      const nameBytes = content.u16();
      if (nameBytes === SECTION.length && content.text(nameBytes) === SECTION) {
        return content.take(content.left);
      }
    }
    reader.at = Math.min(start + padded(contentBytes), notes.length);
  }
  return undefined;
}

function findMacho(bytes: Uint8Array): FoundPayload {
  const header = new ByteReader(bytes);
  if (header.u32() !== MACHO_64) {
    throw new ExecutableError("one of its slices is no 64-bit Mach-O file");
  }
  const cpu = header.u32();
  const arch = MAC_ARCHS.get(cpu) ?? String(cpu);
  const data = arch === ARM64 ? findSection(bytes) : findMarked(bytes);
  if (data === undefined) {
    throw new ExecutableError(
      `its part for ${arch} holds no payload of Deno`,
    );
  }
  return { arch, isMac: true, data };
}

function findSection(bytes: Uint8Array): Uint8Array | undefined {
  const reader = new ByteReader(bytes);
  reader.at = 16;
  const count = bounded(reader.u32());
  let at = 32;
  for (let i = 0; i < count; i++) {
    reader.at = at;
    const command = reader.u32();
    const size = reader.u32();
    if (size < 8) throw new ExecutableError("a load command has no size");
    if (command === SEGMENT_COMMAND && fixedText(reader) === SEGMENT) {
      reader.at = at + 64;
      const sections = bounded(reader.u32());
      for (let k = 0; k < sections; k++) {
        reader.at = at + 72 + 80 * k;
        if (fixedText(reader) !== SECTION) continue;
        reader.at = at + 72 + 80 * k + 40;
        const bytesInside = reader.u64();
        return part(bytes, reader.u32(), bytesInside);
      }
    }
    at += size;
  }
  return undefined;
}

/** From the end, as the runtime does: what is signed later stands behind it. */
function findMarked(bytes: Uint8Array): Uint8Array | undefined {
  for (
    let at = bytes.lastIndexOf(MARK_END[0] ?? 0);
    at >= MARK.length;
    at = bytes.lastIndexOf(MARK_END[0] ?? 0, at - 1)
  ) {
    const start = at - MARK.length;
    const isMark = MARK_END.every((byte, i) => bytes[at + i] === byte) &&
      MARK.every((byte, i) => bytes[start + i] === byte);
    if (!isMark) continue;
    const reader = new ByteReader(bytes);
    reader.at = at + MARK_END.length;
    const length = reader.u64();
    return reader.take(length);
  }
  return undefined;
}

function fixedText(reader: ByteReader): string {
  return reader.text(16).split("\0", 1)[0] ?? "";
}

function part(bytes: Uint8Array, offset: number, length: number): Uint8Array {
  if (offset + length > bytes.length) {
    throw new ExecutableError("it ends before its parts do");
  }
  return bytes.subarray(offset, offset + length);
}

function bounded(count: number): number {
  if (count > MOST_PARTS) throw new ExecutableError("it has too many parts");
  return count;
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
