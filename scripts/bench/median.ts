/** The middle of some numbers, `NaN` of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1
    ? upper
    : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** The same things in a random order, so that no two always follow each other. */
export function shuffled<T>(
  things: readonly T[],
  random: () => number = Math.random,
): readonly T[] {
  return things.map((thing) => ({ thing, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ thing }) => thing);
}

/**
 * The value below or at which a part of them lies.
 *
 * @param values At least one.
 * @param part From above 0 to 1.
 * @throws {Error} Without any.
 */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.ceil(part * sorted.length) - 1];
  if (value === undefined) throw new Error("nothing was measured");
  return value;
}
