import { plainText } from "../../lib/core/plain_text.ts";
import { parseJetsamEvent } from "../../lib/parse/jetsam_event.ts";
import { classifyFailure } from "../../lib/parse/failure_text.ts";
import { parsePanicReport } from "../../lib/parse/panic_report.ts";
import { parseProcessReport } from "../../lib/parse/process_report.ts";
import { decodeReportBytes } from "../../lib/parse/report_text.ts";
import { FAILURE_TABLES } from "../../lib/registry/failures.ts";

/** One kind of text that would make a careless parser slow. */
export interface HostileKind {
  /** What it is, for a person. */
  readonly name: string;
  /** Makes a text of about that many characters. */
  readonly make: (length: number) => string;
  /** What reads it. */
  readonly parse: (text: string) => unknown;
}

const repeated = (piece: string) => (length: number): string =>
  piece.repeat(Math.ceil(length / piece.length)).slice(0, length);

const inJson = (key: string, piece: string) => (length: number): string =>
  `{"bug_type":"210"}\n{"${key}":"${repeated(piece)(length)}"}`;

const panic = (text: string): unknown => parsePanicReport(text, FAILURE_TABLES);
const crash = (text: string): unknown =>
  parseProcessReport(text, FAILURE_TABLES);
const jetsam = (text: string): unknown =>
  parseJetsamEvent(text, FAILURE_TABLES);
const failure = (text: string): unknown =>
  classifyFailure(text, FAILURE_TABLES);
const words = (text: string): unknown => plainText(text, text.length);
const bytes = (text: string): unknown =>
  decodeReportBytes(new TextEncoder().encode(text));

/** Every kind that is measured. */
export const HOSTILE_KINDS: readonly HostileKind[] = [
  {
    name: "panic: first words only",
    make: inJson("panicString", "panic(cpu 1 caller prepare count "),
    parse: panic,
  },
  {
    name: "panic: backslashes",
    make: inJson("panicString", "\\\\"),
    parse: panic,
  },
  {
    name: "panic: keys without value",
    make: repeated('"panicString" "panicString"   '),
    parse: panic,
  },
  {
    name: "panic: Calendar: rows",
    make: repeated("Calendar: 0x Panicked task IOGPUFamily "),
    parse: panic,
  },
  {
    name: "words: control characters",
    make: repeated("\u0001\u0002"),
    parse: words,
  },
  {
    name: "panic: blanks and line ends",
    make: repeated(" \n\t \n"),
    parse: panic,
  },
  {
    name: "process: Process: lines",
    make: repeated("Process: a [1 \n"),
    parse: crash,
  },
  {
    name: "process: triggered",
    make: repeated('"triggered" : tru "procName":"x'),
    parse: crash,
  },
  {
    name: "jetsam: open braces",
    make: (length) => `"processes":[${repeated("{")(length)}`,
    parse: jetsam,
  },
  {
    name: "jetsam: many records",
    make: (length) =>
      `"processes":[${repeated('{"reason":"vm-x","pid":1},')(length)}`,
    parse: jetsam,
  },
  {
    name: "failure: nearly every cause",
    make: repeated(
      "iogpumemory.cpp prepare count fpendingmemoryse command buffer execution faile libc++abi ",
    ),
    parse: failure,
  },
  {
    name: "failure: source code",
    make: repeated("// prepare count underflow iogpumemory.cpp\n"),
    parse: failure,
  },
  { name: "bytes: zeros", make: repeated("a\0"), parse: bytes },
];

/** How one kind grows. */
export interface Growth {
  /** Which. */
  readonly name: string;
  /** Time for the longer text over the time for half of it. */
  readonly ratio: number;
  /** Milliseconds for the longer text. */
  readonly longMs: number;
  /** Milliseconds for half of it. */
  readonly shortMs: number;
}

/** Shorter than this and the clock measures itself. */
const SHORTEST_MEASURE_MS = 4;

/**
 * Measures how the time grows when a text is doubled.
 *
 * @param kind What to parse.
 * @param options `length` of the longer text in characters, and how many `rounds`.
 */
export function measureGrowth(
  kind: HostileKind,
  options: { readonly length: number; readonly rounds: number },
): Growth {
  const long = kind.make(options.length);
  const short = kind.make(options.length / 2);
  const repeats = repeatsFor(kind, short);
  const longMs: number[] = [];
  const shortMs: number[] = [];
  for (let round = 0; round < options.rounds; round++) {
    shortMs.push(timeParse(kind, short, repeats));
    longMs.push(timeParse(kind, long, repeats));
  }
  // The quickest run of each: whatever made another one slower was not the text.
  const [atLong, atShort] = [Math.min(...longMs), Math.min(...shortMs)];
  return {
    name: kind.name,
    ratio: atLong / atShort,
    longMs: atLong,
    shortMs: atShort,
  };
}

/** Enough calls to be measured; they also warm the compiler up. */
function repeatsFor(kind: HostileKind, text: string): number {
  let repeats = 1;
  while (
    timeParse(kind, text, repeats) * repeats < SHORTEST_MEASURE_MS &&
    repeats < 1 << 20
  ) repeats *= 2;
  return repeats;
}

/** Milliseconds of one call. */
function timeParse(kind: HostileKind, text: string, repeats: number): number {
  const before = performance.now();
  for (let call = 0; call < repeats; call++) kind.parse(text);
  return (performance.now() - before) / repeats;
}
