/** A longer name is nobody's. */
const MAX_LENGTH = 512;

/** Billions of parameters that a word stands for in names without a number (seed, `size_from_name`). */
const SIZE_WORDS: readonly (readonly [word: string, billions: number])[] = [
  ["mini", 4],
  ["small", 7],
  ["medium", 13],
  ["large", 70],
  ["xl", 13],
];

/** `8B`, `1.1b`, `135M`; neither the `e4b` of Gemma nor the `8x7B` of Mixtral, whose sizes mean something else. */
const PARAMETERS = /(?<![a-z0-9.])(\d{1,6}(?:\.\d{1,4})?)([bm])(?![a-z0-9])/;
/** Words for the width of a quantised weight, in the order in which the seed asks. */
const BITS: readonly (readonly [bits: number, pattern: RegExp])[] = [
  [4, /4-?bit|int4|q4|fp4/],
  [8, /8-?bit|int8|q8|fp8/],
  [3, /3-?bit|int3|q3/],
  [6, /6-?bit|int6|q6/],
  [2, /2-?bit|int2|q2/],
];
/** A name that says nothing about quantisation is taken for 16 bits a weight. */
const PLAIN_BITS = 16;

/**
 * Estimates a model's weights from its name alone.
 *
 * Fails open: a name without a size is `undefined`, so that nobody is refused for a guess.
 *
 * @param name A model's name or path, e.g. `mlx-community/Llama-3.3-70B-Instruct-4bit`.
 * @returns Decimal gigabytes, or `undefined`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { estimateModelSizeGb } from "@metal-guard/core";
 *
 * assert.equal(estimateModelSizeGb("mlx-community/Llama-3.3-70B-Instruct-4bit"), 35);
 * assert.equal(estimateModelSizeGb("my-model"), undefined);
 * ```
 */
export function estimateModelSizeGb(name: string): number | undefined {
  const text = name.slice(0, MAX_LENGTH).toLowerCase();
  const billions = billionsOf(text);
  if (billions === undefined) return undefined;
  const bits = BITS.find(([, pattern]) => pattern.test(text))?.[0] ??
    PLAIN_BITS;
  return billions * bits / 8;
}

function billionsOf(text: string): number | undefined {
  const match = PARAMETERS.exec(text);
  if (match !== null) {
    const count = Number(match[1]);
    return match[2] === "b" ? count : count / 1_000;
  }
  return SIZE_WORDS.find(([word]) => text.includes(word))?.[1];
}
