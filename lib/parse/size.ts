import { GIB, MIB } from "../core/bytes.ts";

/** No machine has more. */
const MAX_BYTES = 2 ** 50;

/**
 * Reads a size as `--max-footprint` takes it: a whole number with `MiB` or `GiB`. A bare number is none: it has been taken for
 * megabytes, gigabytes and bytes.
 *
 * @param text e.g. `26GiB`.
 * @returns Bytes, or `undefined`.
 */
export function tryParseSize(text: string): number | undefined {
  const match = /^(\d{1,9}) ?([MG])iB$/.exec(text.trim());
  if (match === null) return undefined;
  const bytes = Number(match[1]) * (match[2] === "G" ? GIB : MIB);
  return bytes > 0 && bytes <= MAX_BYTES ? bytes : undefined;
}
