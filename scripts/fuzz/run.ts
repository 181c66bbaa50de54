import { DecodeError } from "../../lib/core/error.ts";
import { mutateText } from "./mutation.ts";
import { Random } from "./random.ts";

/** Something that reads foreign text. */
export interface FuzzTarget {
  /** What it is called in a complaint. */
  readonly name: string;
  /** Exported functions of `lib/parse/` that it calls. */
  readonly covers: readonly string[];
  /** Whether it may refuse a text with `DecodeError`. */
  readonly mayRefuse: boolean;
  /** Texts that it reads well, to start from. */
  readonly samples: readonly string[];
  /** Reads one text, which is what is timed; what it answers looks at the result and throws for what must not be. */
  readonly read: (text: string) => FuzzJudge | undefined;
}

/** Looks at what was read. */
export type FuzzJudge = () => void;

/** An input that broke a promise. */
export interface FuzzComplaint {
  /** Makes the same input again. */
  readonly seed: number;
  /** Who read it. */
  readonly target: string;
  /** What was promised and what happened. */
  readonly message: string;
  /** The input. */
  readonly input: string;
}

/** What a run came to. */
export interface FuzzResult {
  /** Inputs that were read. */
  readonly inputs: number;
  /** Those that were refused with `DecodeError`. */
  readonly refused: number;
  /** The dearest input, in milliseconds a KiB. */
  readonly slowestMsPerKib: number;
  /** The first that broke a promise. */
  readonly complaint: FuzzComplaint | undefined;
}

/** When a run ends. */
export interface FuzzLimits {
  /** Most inputs. */
  readonly inputs: number;
  /** Most milliseconds. @default none */
  readonly forMs?: number;
}

const KIB = 1_024;
/** What a KiB may take (in milliseconds); a shorter text has a whole KiB's. */
const LIMIT_MS_PER_KIB = 1;
/** Another process, or the collector, may have come in between: the quickest of these counts. */
const REPEATS = 30;
/** What is this slow is not repeated that often. */
const LONGEST_REPEATS_MS = 2_000;
const FEWEST_REPEATS = 3;
/** How many inputs go by between two looks at the clock. */
const BATCH = 256;

/** Makes the input of one seed, and says who reads it. */
export function inputOf(
  seed: number,
  targets: readonly FuzzTarget[],
): { readonly target: FuzzTarget; readonly text: string } {
  const random = new Random(seed);
  // Neighbouring seeds begin alike.
  random.next();
  const target = random.pick(targets);
  const sample = random.pick(target.samples);
  const text = mutateText(sample, random, target.samples);
  return { target, text };
}

/**
 * Reads one changed text after the other until one breaks a promise: nothing is thrown but the refusal, and a KiB takes a
 * millisecond at most.
 *
 * @param targets Who reads.
 * @param firstSeed Of the first input; each next one has the next seed.
 * @param limits When to end.
 */
export function fuzz(
  targets: readonly FuzzTarget[],
  firstSeed: number,
  limits: FuzzLimits,
): FuzzResult {
  const startMs = performance.now();
  let [refused, slowestMsPerKib, inputs] = [0, 0, 0];
  for (; inputs < limits.inputs; inputs++) {
    if (
      limits.forMs !== undefined && inputs % BATCH === 0 &&
      performance.now() - startMs >= limits.forMs
    ) break;
    const seed = firstSeed + inputs;
    const { target, text } = inputOf(seed, targets);
    const kib = Math.max(KIB, text.length) / KIB;
    const limitMs = LIMIT_MS_PER_KIB * kib;
    const one = readAgain(target, text, limitMs);
    if (one.isRefused) refused++;
    slowestMsPerKib = Math.max(slowestMsPerKib, one.ms / kib);
    const message = one.threw !== undefined
      ? `threw ${one.threw}`
      : one.ms > limitMs
      ? `took ${one.ms.toFixed(2)} ms for ${kib.toFixed(1)} KiB`
      : undefined;
    if (message !== undefined) {
      const complaint = { seed, target: target.name, message, input: text };
      return { inputs: inputs + 1, refused, slowestMsPerKib, complaint };
    }
  }
  return { inputs, refused, slowestMsPerKib, complaint: undefined };
}

interface Reading {
  readonly ms: number;
  readonly isRefused: boolean;
  readonly threw: string | undefined;
}

/** Reads once; where that took too long, again and again until it once did not. */
function readAgain(
  target: FuzzTarget,
  text: string,
  limitMs: number,
): Reading {
  const startMs = performance.now();
  let one = readOnce(target, text);
  for (let again = 0; again < REPEATS; again++) {
    const isLong = again >= FEWEST_REPEATS &&
      performance.now() - startMs > LONGEST_REPEATS_MS;
    if (one.threw !== undefined || one.ms <= limitMs || isLong) break;
    const next = readOnce(target, text);
    one = { ...next, ms: Math.min(one.ms, next.ms) };
  }
  return one;
}

function readOnce(target: FuzzTarget, text: string): Reading {
  const before = performance.now();
  let judge: FuzzJudge | undefined;
  let threw: string | undefined;
  let isRefused = false;
  try {
    judge = target.read(text);
  } catch (error) {
    isRefused = target.mayRefuse && error instanceof DecodeError;
    if (!isRefused) threw = wordsOf(error);
  }
  const ms = performance.now() - before;
  try {
    judge?.();
  } catch (error) {
    threw = wordsOf(error);
  }
  return { ms, isRefused, threw };
}

function wordsOf(error: unknown): string {
  return error instanceof Error
    ? `${error.name}: ${error.message}`
    : String(error);
}

/** Longest input that is shown whole, in UTF-16 units. */
const MAX_SHOWN = 4_000;

/**
 * A complaint for a person, with what makes its input again.
 *
 * @param complaint What was broken.
 * @param only Part of the names that the run was kept to.
 */
export function complaintText(complaint: FuzzComplaint, only?: string): string {
  const { seed, target, message, input } = complaint;
  // As JSON with ASCII only: a terminal must not obey it.
  const shown = JSON.stringify(input.slice(0, MAX_SHOWN)).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  const cut = input.length > MAX_SHOWN ? ` (${input.length} characters)` : "";
  return `${target} ${message}\nagain: deno task fuzz --seed ${seed} --count 1${
    only === undefined ? "" : ` --only ${only}`
  }\ninput: ${shown}${cut}`;
}
