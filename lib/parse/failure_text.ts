import type { ErrorClass, PanicSignature } from "../core/failure.ts";
import {
  isMention,
  isReport,
  type MentionMarks,
  tellsOfEvent,
} from "./failure_mention.ts";
import { hasGpuOwner } from "./gpu_owner.ts";
import {
  compilePattern,
  findPattern,
  type Pattern,
  type PatternData,
} from "./token_match.ts";

/** A kernel panic's cause, and how to know it. */
export interface SignatureRow {
  /** What callers get. */
  readonly signature: PanicSignature;
  /** Any of these. Empty for what is never a kernel panic by itself. */
  readonly match: readonly Pattern[];
  /** Whether a GPU driver as owner of the backtrace is enough. */
  readonly byOwner: boolean;
  /** Whether it names no cause, so that it does not count when a text lists many causes. */
  readonly isGeneric: boolean;
  /** The narrow test of the Python metal-guard, if it has one. */
  readonly narrow: readonly Pattern[];
}

/** A class of failure, and how to know it from an abort's text. */
export interface ErrorClassRow {
  /** What callers get. */
  readonly errorClass: ErrorClass;
  /** Any of these. Empty for kernel classes: those are known by their signature. */
  readonly match: readonly Pattern[];
  /** Whether it names no cause, or only follows from another failure. */
  readonly isGeneric: boolean;
  /** The narrow test of the Python metal-guard, if it has one. */
  readonly narrow: readonly Pattern[];
}

/** Everything that tells one failure's text from another. First match wins in each list. */
export interface FailureTables {
  /** Kernel panics. */
  readonly signatures: readonly SignatureRow[];
  /** Classes, in the order in which they are tried. */
  readonly classes: readonly ErrorClassRow[];
  /** Classes that the Python metal-guard knows, in its order. */
  readonly narrowClasses: readonly ErrorClassRow[];
  /** How documentation and source code give themselves away. */
  readonly mentions: MentionMarks;
  /** One of these words stands in the statement of every kernel panic that has a signature. */
  readonly statementWords: RegExp;
  /** Changes with the data and with the program that reads reports by it. */
  readonly revision: string;
  /** The signature of a name, without making any pattern ready. */
  readonly findSignature: (id: string) => PanicSignature | undefined;
}

/** What {@linkcode detectPanicSignature} answers. */
export interface NarrowSignature {
  /** e.g. `prepare_count_underflow`. */
  readonly name: string;
  /** One line of explanation. */
  readonly explanation: string;
}

/** Longest text that is looked at, in characters. What matters stands at the start of a report. */
const LONGEST_TEXT = 1 << 20;
/** A text with this many causes, or this many of panics and aborts together, lists strings: no failure has them all. */
const LISTING = { causes: 4, mixed: 3 };
/** How often a mention is passed over before a pattern is given up. */
const MOST_MENTIONS = 16;

/**
 * The narrow detection of the Python metal-guard: it answers as that does, also for texts of an abort.
 *
 * @returns `undefined` when it would not know the text either.
 */
export function detectPanicSignature(
  text: string,
  tables: FailureTables,
): NarrowSignature | undefined {
  const lower = lowered(text);
  const row = tables.signatures.find((row) => holdsAny(lower, row.narrow));
  return row === undefined ? undefined : {
    name: row.signature.id,
    explanation: row.signature.explanation,
  };
}

/**
 * The classes of the Python metal-guard, in its order and no others.
 *
 * @returns `undefined` when it would not know the text either.
 */
export function classifyMlxError(
  text: string,
  tables: FailureTables,
): ErrorClass | undefined {
  const lower = lowered(text);
  return tables.narrowClasses.find((row) => holdsAny(lower, row.narrow))
    ?.errorClass;
}

/** Whether the Python metal-guard would call the text a kernel panic's. */
export function isKernelPanicSignature(
  text: string,
  tables: FailureTables,
): boolean {
  return classifyMlxError(text, tables)?.severity === "kernel_panic";
}

/** Whether the Python metal-guard would call the text an abort's. */
export function isProcessAbortSignature(
  text: string,
  tables: FailureTables,
): boolean {
  const found = classifyMlxError(text, tables);
  return found !== undefined && found.severity !== "kernel_panic";
}

/**
 * Whether a GPU ran out of memory, as the Python metal-guard judges before it retries.
 *
 * @param text An error's message.
 */
export function isMetalOom(text: string): boolean {
  const lower = lowered(text);
  return OUT_OF_MEMORY.some((data) =>
    findPattern(lower, compilePattern(data)) >= 0
  );
}

const OUT_OF_MEMORY: readonly PatternData[] = [
  { all: ["fpendingmemoryset"] },
  { all: ["kiogpucommandbuffercallbackerroroutofmemory"] },
  { all: ["impactinginteractivity"] },
  { sequence: ["command buffer execution failed", "insufficient memory"] },
];

/** Whether the gate of the Python metal-guard would stop for this text. Ours stops for more. */
export function isNarrowGateMatch(text: string): boolean {
  const lower = lowered(text);
  return UNDERFLOW.some((data) =>
    findPattern(lower, compilePattern(data)) >= 0
  );
}

const UNDERFLOW: readonly PatternData[] = [
  { all: ["prepare~count~underflow", "iogpumemory.cpp"] },
  { all: ["prepare~count~underflow", "completememory()"] },
];

/**
 * The cause of a kernel panic, from its text.
 *
 * Fails closed within reason: the statement alone is enough, in any layout. Source code, and texts that list the
 * strings of many failures, are refused.
 *
 * @returns `undefined` when the text names no cause that is known.
 */
export function matchPanicSignature(
  text: string,
  tables: FailureTables,
): PanicSignature | undefined {
  const lower = lowered(text);
  const row = tables.signatures.find((row) =>
    holdsSignature(lower, text, row, tables.mentions)
  );
  return row === undefined || isListing(lower, tables)
    ? undefined
    : row.signature;
}

/**
 * As {@linkcode matchPanicSignature}, for a report in the kernel's own form: nothing in it is documentation.
 *
 * @param statement What was said when the kernel stopped.
 * @param whole The text that holds the backtrace.
 */
export function matchReport(
  statement: string,
  whole: string,
  tables: FailureTables,
): PanicSignature | undefined {
  const lower = lowered(statement);
  // Asked 2,000 times in one run, mostly in vain: one search for all words costs a sixth of one search a word.
  const mayHold = tables.statementWords.test(lower);
  return tables.signatures.find((row) =>
    (mayHold && holdsAny(lower, row.match)) ||
    (row.byOwner && hasGpuOwner(whole))
  )?.signature;
}

/** Every cause a text names, best first: two panics may stand in one text. */
export function matchAllPanicSignatures(
  text: string,
  tables: FailureTables,
): readonly PanicSignature[] {
  const lower = lowered(text);
  const rows = tables.signatures.filter((row) =>
    holdsSignature(lower, text, row, tables.mentions)
  );
  if (isListing(lower, tables)) return [];
  const named = rows.filter((row) => !row.isGeneric);
  return (named.length > 0 ? named : rows).map((row) => row.signature);
}

/**
 * The class of a failure that the machine survived.
 *
 * @returns `undefined` for texts of no abort that is known, for source code, and for lists of many strings.
 */
export function classifyAbort(
  text: string,
  tables: FailureTables,
): ErrorClass | undefined {
  const lower = lowered(text);
  for (const row of tables.classes) {
    if (!happened(lower, row.match, tables.mentions)) continue;
    return isListing(lower, tables) ? undefined : row.errorClass;
  }
  return undefined;
}

/**
 * The class of any failure. In one text a kernel panic's class wins over an abort's.
 *
 * @returns `undefined` for texts of no failure that is known.
 */
export function classifyFailure(
  text: string,
  tables: FailureTables,
): ErrorClass | undefined {
  return matchPanicSignature(text, tables)?.errorClass ??
    classifyAbort(text, tables);
}

/** Whether the text lists the strings of many failures, as documentation does and no failure. */
export function isListingOfFailures(
  text: string,
  tables: FailureTables,
): boolean {
  return isListing(lowered(text), tables);
}

function lowered(text: string): string {
  return (text.length > LONGEST_TEXT ? text.slice(0, LONGEST_TEXT) : text)
    .toLowerCase();
}

function holdsAny(lower: string, patterns: readonly Pattern[]): boolean {
  return patterns.some((pattern) => findPattern(lower, pattern) >= 0);
}

function holdsSignature(
  lower: string,
  whole: string,
  row: SignatureRow,
  marks: MentionMarks,
): boolean {
  return happened(lower, row.match, marks) ||
    (row.byOwner && hasGpuOwner(whole));
}

/** Whether any pattern holds where something happened, rather than where it is spoken of. */
function happened(
  lower: string,
  patterns: readonly Pattern[],
  marks: MentionMarks,
): boolean {
  for (const pattern of patterns) {
    let at = findPattern(lower, pattern);
    for (let tries = 0; at >= 0 && tries < MOST_MENTIONS; tries++) {
      const isReal = !isMention(lower, at, marks) &&
        (!pattern.needsEvent || tellsOfEvent(lower, at, marks));
      if (isReal) return true;
      at = findPattern(lower, pattern, at + 1);
    }
  }
  return false;
}

function isListing(lower: string, tables: FailureTables): boolean {
  if (isReport(lower, tables.mentions)) return false;
  const panics = tables.signatures.filter((row) =>
    !row.isGeneric &&
    (holdsAny(lower, row.match) || holdsAny(lower, row.narrow))
  ).length;
  const aborts =
    tables.classes.filter((row) =>
      !row.isGeneric && row.errorClass.severity !== "kernel_panic" &&
      (holdsAny(lower, row.match) || holdsAny(lower, row.narrow))
    ).length;
  return panics + aborts >= LISTING.causes ||
    (panics > 0 && aborts > 0 && panics + aborts >= LISTING.mixed);
}
