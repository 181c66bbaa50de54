import type { WorkerLine } from "./orphans.ts";

/** Which start each end belongs to. */
const STARTS: ReadonlyMap<string, string> = new Map([
  ["SUBPROC_POST", "SUBPROC_PRE"],
  ["RUN_END", "RUN_START"],
]);
const START_TAGS: ReadonlySet<string> = new Set(STARTS.values());

/**
 * Finds starts without their ends. They are paired first in, first out: generates for each model, runs all together. An
 * end that names its pid ends a start of that pid, or one that names none; nothing ends what another boot has started.
 *
 * Fails closed: an end that fits no start ends none.
 *
 * @param lines Lines of the breadcrumb log, oldest first; all that tell neither start nor end are passed over.
 * @returns The starts that are left, in the order of the log for each model.
 */
export function openStarts(
  lines: Iterable<WorkerLine>,
): readonly WorkerLine[] {
  const open = new Map<string, WorkerLine[]>();
  for (const line of lines) {
    if (START_TAGS.has(line.tag)) {
      const key = keyOf(line.tag, line);
      const starts = open.get(key);
      if (starts === undefined) open.set(key, [line]);
      else starts.push(line);
    }
    const ended = STARTS.get(line.tag);
    if (ended !== undefined) endOne(open.get(keyOf(ended, line)) ?? [], line);
  }
  return [...open.values()].flat();
}

function keyOf(startTag: string, line: WorkerLine): string {
  return startTag === "RUN_START" ? startTag : `${startTag} ${line.payload}`;
}

/** Takes away the start that an end belongs to, if it is there: its line may lie before the log's tail. */
function endOne(starts: WorkerLine[], end: WorkerLine): void {
  const pid = pidOfLine(end);
  const find = (wanted: number | null): number =>
    starts.findIndex((start) =>
      pidOfLine(start) === wanted && mayBeOfOneBoot(start, end)
    );
  const sameOrNone = find(pid);
  const index = sameOrNone >= 0
    ? sameOrNone
    : pid === null
    ? starts.findIndex((start) => mayBeOfOneBoot(start, end))
    : find(null);
  if (index >= 0) starts.splice(index, 1);
}

function mayBeOfOneBoot(a: WorkerLine, b: WorkerLine): boolean {
  return a.boot === undefined || b.boot === undefined || a.boot === b.boot;
}

/** The pid that a line names in its figures; `null` when it names none. */
export function pidOfLine(line: WorkerLine): number | null {
  return tryPid(line.meta.get("pid"));
}

/** A pid out of foreign text; `null` when it is none. */
export function tryPid(text: string | undefined): number | null {
  return text !== undefined && /^[1-9]\d{0,9}$/.test(text)
    ? Number(text)
    : null;
}
