/** One file of an archive. */
export interface ZipEntry {
  /** Its path in the archive. */
  readonly path: string;
  /** Its content. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whether it is a program. */
  readonly isExecutable?: boolean;
}

/** 2026-01-01 00:00:00 as DOS writes dates, so that an archive does not depend on the moment. */
const DOS_DATE = ((2026 - 1980) << 9) | (1 << 5) | 1;
const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_HEADER = 0x06054b50;
/** Version 2.0, which knows compression; made on Unix, which knows modes. */
const NEEDS_VERSION = 20;
const MADE_ON_UNIX = (3 << 8) | NEEDS_VERSION;
const NAMES_ARE_UTF8 = 1 << 11;
const DEFLATE = 8;
const REGULAR_FILE = 0o100000;
/** Sizes have four bytes; the form for more is not written here. */
const MOST_BYTES = 0xffffffff;

/**
 * Makes a ZIP archive. The same entries give the same bytes, whatever the day and the folder, and programs keep their mode.
 *
 * @throws {RangeError} If it would be larger than 4 GiB.
 */
export async function zip(
  entries: readonly ZipEntry[],
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = new TextEncoder().encode(entry.path);
    const packed = await deflate(entry.bytes);
    const facts = {
      crc: crc32(entry.bytes),
      packed: packed.length,
      size: entry.bytes.length,
      name: name.length,
    };
    const local = header(30, [
      [LOCAL_HEADER, 4],
      ...common(facts),
    ]);
    const mode = REGULAR_FILE | (entry.isExecutable === true ? 0o755 : 0o644);
    directory.push(
      header(46, [
        [CENTRAL_HEADER, 4],
        [MADE_ON_UNIX, 2],
        ...common(facts),
        [0, 2],
        [0, 2],
        [0, 2],
        [mode * 0x10000, 4],
        [offset, 4],
      ]),
      name,
    );
    parts.push(local, name, packed);
    offset += local.length + name.length + packed.length;
    if (offset > MOST_BYTES) throw new RangeError("The archive is too large");
  }
  const directoryBytes = directory.reduce((sum, one) => sum + one.length, 0);
  const end = header(22, [
    [END_HEADER, 4],
    [0, 2],
    [0, 2],
    [entries.length, 2],
    [entries.length, 2],
    [directoryBytes, 4],
    [offset, 4],
  ]);
  return joined([...parts, ...directory, end]);
}

/** A number and its bytes. */
type Field = readonly [value: number, bytes: 2 | 4];

/** What both headers of a file say, in the same order. */
function common(
  facts: {
    readonly crc: number;
    readonly packed: number;
    readonly size: number;
    readonly name: number;
  },
): readonly Field[] {
  return [
    [NEEDS_VERSION, 2],
    [NAMES_ARE_UTF8, 2],
    [DEFLATE, 2],
    [0, 2],
    [DOS_DATE, 2],
    [facts.crc, 4],
    [facts.packed, 4],
    [facts.size, 4],
    [facts.name, 2],
    [0, 2],
  ];
}

/** What is not named is zero. */
function header(
  length: number,
  fields: readonly Field[],
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [value, size] of fields) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return bytes;
}

async function deflate(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream()
    .pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const POLYNOMIAL = 0xedb88320;
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) {
    value = (value & 1) === 0 ? value >>> 1 : (value >>> 1) ^ POLYNOMIAL;
  }
  return value;
});

function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value = (CRC_TABLE[(value ^ byte) & 255] ?? 0) ^ (value >>> 8);
  }
  return (value ^ 0xffffffff) >>> 0;
}

function joined(
  parts: readonly Uint8Array<ArrayBuffer>[],
): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
