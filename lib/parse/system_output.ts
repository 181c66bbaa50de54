import { known, type Observed, unknown } from "../core/observed.ts";

/**
 * Reads what `sysctl NAME…` prints, one `name: value` a line. Names that the system does not have are not there.
 *
 * @param text Its standard output; lines of another form are passed over.
 */
export function parseSysctlOutput(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.slice(0, MAX_LENGTH).split("\n")) {
    const match = /^([a-z0-9_]{1,40}\.[a-z0-9_.]{1,80}): (.{1,1024})$/.exec(
      line,
    );
    const [, name, value] = match ?? [];
    if (name !== undefined && value !== undefined) {
      values.set(name, value.trim());
    }
  }
  return values;
}

/** None of these programs prints more. */
const MAX_LENGTH = 2 ** 20;

/** One figure that `vm_stat` counts in pages. */
export type VmStatPages = (name: string) => Observed<number>;

/**
 * Reads what `vm_stat` prints.
 *
 * @param text Its standard output.
 * @returns Turns a line's name into bytes, or `undefined` when the size of a page does not stand there.
 */
export function tryParseVmStat(text: string): VmStatPages | undefined {
  const short = text.slice(0, MAX_LENGTH);
  const page = /page size of (\d{4,6}) bytes/.exec(short)?.[1];
  if (page === undefined) return undefined;
  const pages = new Map<string, number>();
  for (const line of short.split("\n")) {
    const match = /^"?([A-Za-z -]{1,60})"?: {1,40}(\d{1,15})\.?$/.exec(line);
    const [, name, count] = match ?? [];
    if (name !== undefined) pages.set(name, Number(count));
  }
  return (name) => {
    const count = pages.get(name);
    return count === undefined
      ? unknown(`vm_stat has no "${name}"`)
      : known(count * Number(page));
  };
}

const UNITS: Readonly<Record<string, number>> = {
  K: 2 ** 10,
  M: 2 ** 20,
  G: 2 ** 30,
};

/**
 * Reads the used part of `vm.swapusage`: `total = 2048.00M  used = 1024.00M  free = …`.
 *
 * @param text The value as `sysctl` prints it.
 * @returns Bytes.
 */
export function parseSwapUsed(text: string): Observed<number> {
  const match = /\bused = (\d{1,12}(?:\.\d{1,6})?)([KMG])\b/.exec(text);
  const [, number, unit = ""] = match ?? [];
  const factor = UNITS[unit];
  return number === undefined || factor === undefined
    ? unknown("vm.swapusage has another form")
    : known(Math.round(Number(number) * factor));
}

/**
 * Finds the version of a kernel extension in what `kextstat` prints.
 *
 * @param text Its standard output: `134  1 0x… 0x… 0x… com.apple.iokit.IOGPUFamily (130.15.2) …`.
 * @param bundleId Whose.
 * @returns `undefined` when it is not loaded.
 */
export function findKextVersion(
  text: string,
  bundleId: string,
): string | undefined {
  for (const line of text.slice(0, MAX_LENGTH).split("\n")) {
    const at = line.indexOf(` ${bundleId} (`);
    if (at < 0) continue;
    const rest = line.slice(at + bundleId.length + 3);
    const version = /^([0-9][0-9A-Za-z.]{0,30})\)/.exec(rest)?.[1];
    if (version !== undefined) return version;
  }
  return undefined;
}
