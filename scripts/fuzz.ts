/**
 * Feeds changed texts to every codec and parser, and stops at the first that breaks a promise: nothing is thrown but
 * `DecodeError`, a KiB takes a millisecond at most, and what was read and written reads the same again.
 *
 *     deno task fuzz [--seconds N] [--count N] [--seed N] [--only NAME]
 *
 * @module
 */
import { foundTargets } from "./fuzz/found_targets.ts";
import { lineTargets, reportTargets } from "./fuzz/report_targets.ts";
import {
  complaintText,
  fuzz,
  type FuzzLimits,
  type FuzzTarget,
} from "./fuzz/run.ts";
import { stateTargets } from "./fuzz/state_targets.ts";

/** What was asked for. */
export interface FuzzOptions {
  /** Seed of the first input. */
  readonly seed: number;
  /** When to end. */
  readonly limits: FuzzLimits;
  /** Only targets whose name holds this; a seed means another input then. */
  readonly only: string | undefined;
}

const ROOT = decodeURIComponent(new URL("..", import.meta.url).pathname)
  .replace(/\/$/, "");

/**
 * Every codec and parser that reads foreign text.
 *
 * @throws {Error} If one needs a target that nobody has made.
 */
export async function allTargets(): Promise<readonly FuzzTarget[]> {
  const known = [...stateTargets(), ...lineTargets(), ...reportTargets()];
  const { targets, left } = await foundTargets(ROOT, known);
  if (left.length > 0) {
    const names = left.map(({ path, name }) => `${name} of ${path}`);
    throw new Error(
      `Nobody fuzzes ${names.join(", ")}: make a target in scripts/fuzz/`,
    );
  }
  return [...known, ...targets];
}

const USUAL_SECONDS = 30;

/**
 * Reads the arguments.
 *
 * @param args As typed.
 * @param randomSeed The seed where none is named.
 * @throws {Error} If one is not known or has no good value.
 */
export function parseFuzzArgs(
  args: readonly string[],
  randomSeed: number,
): FuzzOptions {
  let seed = randomSeed;
  let forMs: number | undefined;
  let inputs = Infinity;
  let only: string | undefined;
  for (let at = 0; at < args.length; at += 2) {
    const name = args[at] ?? "";
    const value = args[at + 1];
    if (name === "--only" && value !== undefined) only = value;
    else if (name === "--seconds") forMs = wholeNumber(name, value) * 1_000;
    else if (name === "--count") inputs = wholeNumber(name, value);
    else if (name === "--seed") seed = wholeNumber(name, value);
    else throw new Error(`Unknown argument ${name}`);
  }
  if (forMs === undefined && inputs === Infinity) forMs = USUAL_SECONDS * 1_000;
  const limits = forMs === undefined ? { inputs } : { inputs, forMs };
  return { seed, limits, only };
}

function wholeNumber(name: string, text: string | undefined): number {
  const value = Number(text);
  if (text !== undefined && text !== "" && Number.isSafeInteger(value)) {
    if (value >= 0) return value;
  }
  throw new Error(`${name} wants a whole number from 0`);
}

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

async function main(): Promise<void> {
  Deno.exitCode = await run();
}

async function run(): Promise<number> {
  let options: FuzzOptions;
  try {
    options = parseFuzzArgs(Deno.args, Math.floor(Math.random() * 2 ** 32));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    say(`fuzz: ${error.message}`);
    return 64;
  }
  const { only, seed, limits } = options;
  const targets = (await allTargets()).filter(({ name }) =>
    only === undefined || name.includes(only)
  );
  if (targets.length === 0) {
    say(`fuzz: no target is called ${only}`);
    return 64;
  }
  say(`${targets.length} targets from seed ${seed}`);
  const result = fuzz(targets, seed, limits);
  say(
    `${result.inputs} inputs, ${result.refused} of them refused; the dearest took ${
      result.slowestMsPerKib.toFixed(3)
    } ms a KiB`,
  );
  if (result.complaint === undefined) return 0;
  say(complaintText(result.complaint, only));
  return 1;
}

if (import.meta.main) void main();
