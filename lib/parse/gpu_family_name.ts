/**
 * Reads the name of a GPU family as people type it: `m4`, `M4`.
 *
 * @returns The name in capitals, or `undefined` for anything that is none.
 */
export function parseFamily(text: string): string | undefined {
  const family = text.slice(0, 20).trim().toUpperCase();
  return /^M[1-9][0-9]?$/.test(family) ? family : undefined;
}
