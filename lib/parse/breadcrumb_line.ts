import { instantFromEpochSeconds, isSane, SECOND_MS } from "../core/instant.ts";
import { formatCivilTime, tryParseCivilTime } from "./civil_time.ts";

/** Room for one line, in UTF-8 bytes without its line break: with it, one block of 4 KiB and so one write. */
const MAX_LINE_BYTES = 4_095;
/** Room for one value of the metadata, so that a long one cannot push out the others. */
const MAX_VALUE_BYTES = 256;
/** Room for all metadata; what is left of the line is the payload's. */
const MAX_META_BYTES = 2_048;
/** A longer line was not written by either tool. In UTF-16 units. */
const MAX_FOREIGN_LENGTH = 65_536;
/** Hex digits of the boot's UUID that a line carries (SAFETY T5). */
const BOOT_DIGITS = 8;

/** What goes into one line of the breadcrumb log. */
export interface Breadcrumb {
  /** When it happens. */
  readonly at: Temporal.Instant;
  /** The local zone: the line shows local time, as the seed's does. */
  readonly timeZone: string;
  /** What happens, e.g. `SUBPROC_PRE`. */
  readonly tag: string;
  /** What it happens to, e.g. a model's name. */
  readonly payload?: string;
  /** Figures beside it; written in the order of their names. */
  readonly meta?: Readonly<Record<string, string | number>>;
}

/** One line of the breadcrumb log, read back. */
export interface ParsedBreadcrumb {
  /** When it was written (SAFETY T5). It may lie ahead of now: the caller judges that. */
  readonly at: Temporal.Instant;
  /** The local time as the line shows it. */
  readonly localTime: string;
  /** e.g. `SUBPROC_PRE`. */
  readonly tag: string;
  /** `undefined` for a line of a tag alone. */
  readonly payload: string | undefined;
  /** Figures beside it, unread. */
  readonly meta: ReadonlyMap<string, string>;
  /** First eight digits of the UUID of the boot that wrote it, upper case; `undefined` on the seed's lines. */
  readonly boot: string | undefined;
}

/**
 * One line, as the log keeps it: control characters, line breaks of every alphabet and marks that turn the direction
 * of writing become spaces; at most `maxLength` UTF-16 units, cut at a character boundary.
 */
function singleLine(text: string, maxLength: number): string {
  return text.slice(0, maxLength)
    // The cut may have halved a character that takes two units.
    .replace(/[\ud800-\udbff]$/, "")
    .replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, " ")
    .toWellFormed();
}

/**
 * The metadata with which a line can be placed without guessing (SAFETY T5): `at`, epoch milliseconds, and `boot`, the
 * first eight digits of the boot's UUID.
 *
 * @param at When it happens: the same instant as the line's.
 * @param bootSessionUuid The running boot; without it `boot` is left out.
 */
export function anchorMeta(
  at: Temporal.Instant,
  bootSessionUuid: string | undefined,
): Readonly<Record<string, string | number>> {
  const boot = bootSessionUuid?.slice(0, BOOT_DIGITS).toUpperCase();
  return boot !== undefined && isBoot(boot)
    ? { at: at.epochMilliseconds, boot }
    : { at: at.epochMilliseconds };
}

/**
 * Writes one line, without its line break: `[YYYY-MM-DD HH:MM:SS] TAG: payload | k=v k=v`, at most 4,095 bytes of UTF-8.
 *
 * The Python reader splits metadata at spaces and lines wherever Unicode breaks them. So spaces inside a value become
 * `_`, a `|` becomes `/`, and control characters become spaces. What is too long is cut at a character boundary:
 * the payload first, since the figures are what a line is placed and paired by.
 */
export function formatBreadcrumb(crumb: Breadcrumb): string {
  const local = formatCivilTime(crumb.at, crumb.timeZone).replace("T", " ");
  const tag = wordOf(crumb.tag).replaceAll(":", "_");
  const head = `[${local}] ${tag || "_"}`;
  const meta = metaText(crumb.meta ?? {});
  const tail = meta === "" ? "" : ` | ${meta}`;
  const room = MAX_LINE_BYTES - byteLength(`${head}: ${tail}`);
  const payload = cutToBytes(cleanText(crumb.payload ?? ""), room).trim();
  return payload === "" ? `${head}${tail}` : `${head}: ${payload}${tail}`;
}

/**
 * Reads one line of either tool. The file is foreign: any text may come, and nothing is thrown.
 *
 * @param line The line, with or without its line break.
 * @param options The local zone, and the wall clock, which decides between the two readings of an ambiguous hour.
 * @returns `undefined` for a line of another form.
 */
export function tryParseBreadcrumb(
  line: string,
  options: { readonly timeZone: string; readonly now: Temporal.Instant },
): ParsedBreadcrumb | undefined {
  if (line.length > MAX_FOREIGN_LENGTH) return undefined;
  const match =
    /^\[(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})\] ([^\s:|\p{Cc}\p{Cf}]+)(?=[\s:]|$)/u
      .exec(line);
  const [head, localTime, tag] = match ?? [];
  if (head === undefined || localTime === undefined || tag === undefined) {
    return undefined;
  }
  const rest = singleLine(line.slice(head.length), MAX_FOREIGN_LENGTH).trim();
  if (rest !== "" && !rest.startsWith(":") && !rest.startsWith("|")) {
    return undefined;
  }
  const { payload, meta } = splitMeta(rest.replace(/^:/, ""));
  const at = placeInTime(localTime, meta.get("at"), options);
  if (at === undefined) return undefined;
  const boot = meta.get("boot")?.toUpperCase();
  return {
    at,
    localTime,
    tag,
    payload: payload === "" ? undefined : payload,
    meta,
    boot: boot !== undefined && isBoot(boot) ? boot : undefined,
  };
}

function placeInTime(
  localTime: string,
  epochMs: string | undefined,
  options: { readonly timeZone: string; readonly now: Temporal.Instant },
): Temporal.Instant | undefined {
  const exact = epochMs !== undefined && /^\d{1,16}$/.test(epochMs)
    ? instantFromEpochSeconds(Number(epochMs) / SECOND_MS)
    : undefined;
  if (exact !== undefined && isSane(exact, options.now)) return exact;
  const readings = tryParseCivilTime(localTime, options.timeZone);
  if (readings === undefined) return undefined;
  return Temporal.Instant.compare(readings.later, options.now) <= 0
    ? readings.later
    : readings.earlier;
}

/** A payload may hold a `|` on lines of old: only a tail that is nothing but `k=v` is metadata. */
function splitMeta(
  text: string,
): { payload: string; meta: ReadonlyMap<string, string> } {
  const bar = text.lastIndexOf("|");
  const words = text.slice(bar + 1).split(" ").filter((word) => word !== "");
  const isMeta = bar >= 0 && words.length > 0 &&
    words.every((word) => word.indexOf("=") > 0);
  if (!isMeta) return { payload: text.trim(), meta: new Map() };
  const pairs = words.map((word): [string, string] => {
    const equals = word.indexOf("=");
    return [word.slice(0, equals), word.slice(equals + 1)];
  });
  return { payload: text.slice(0, bar).trim(), meta: new Map(pairs) };
}

function metaText(meta: Readonly<Record<string, string | number>>): string {
  const pairs: string[] = [];
  let room = MAX_META_BYTES;
  for (const key of Object.keys(meta).sort()) {
    const name = wordOf(key).replaceAll("=", "_");
    const value = wordOf(cutToBytes(String(meta[key]), MAX_VALUE_BYTES));
    const pair = `${name}=${value}`;
    room -= byteLength(pair) + 1;
    if (name !== "" && room >= 0) pairs.push(pair);
  }
  return pairs.join(" ");
}

/** A tag, a name or a value: one word to a reader that splits at spaces. */
function wordOf(text: string): string {
  return cleanText(cutToBytes(text, MAX_VALUE_BYTES)).trim()
    .replace(/\s+/g, "_");
}

function cleanText(text: string): string {
  return singleLine(text, MAX_LINE_BYTES).replaceAll("|", "/");
}

function isBoot(text: string): boolean {
  return /^[0-9A-F]{8}$/.test(text);
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}

/** The longest start of `text` that takes at most `maxBytes` in UTF-8 and ends with a whole character. */
function cutToBytes(text: string, maxBytes: number): string {
  const { read } = new TextEncoder().encodeInto(
    text,
    new Uint8Array(Math.max(0, maxBytes)),
  );
  return text.slice(0, read);
}
