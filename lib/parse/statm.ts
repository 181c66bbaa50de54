/** No machine has more pages. */
const MAX_PAGES = 2 ** 40;

/**
 * Reads how many pages of a process are in memory out of `/proc/<pid>/statm`.
 *
 * @param text The file.
 * @returns `undefined` when it has another form.
 */
export function tryParseResidentPages(text: string): number | undefined {
  const pages = /^\d{1,15} (\d{1,15}) \d/.exec(text)?.[1];
  if (pages === undefined) return undefined;
  const count = Number(pages);
  return count > MAX_PAGES ? undefined : count;
}
