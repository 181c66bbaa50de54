import { SECOND_MS } from "../core/instant.ts";
import type { WorkerLine } from "./orphans.ts";

/** What looks like a kernel panic that left no report of its own. */
export interface Suspect {
  /** When: the line's own time, or the watchdog report's. */
  readonly at: Temporal.Instant;
  /** `no_end`: GPU work broke off with its boot; `watchdog`: the machine hung while the GPU worked. */
  readonly because: "no_end" | "watchdog";
  /** What was running, e.g. `SUBPROC_PRE: some/model`. */
  readonly what: string;
  /** First digits of the boot that ended; `null` where the log does not say. */
  readonly boot: string | null;
}

/** A kernel panic, as far as suspicion goes. */
export interface KnownPanic {
  /** When it happened. */
  readonly at: Temporal.Instant;
  /** The boot that ended; `null` where its report does not say. */
  readonly bootSessionUuid: string | null;
  /** Whether its report tells of a watchdog alone, which has many causes. */
  readonly isWatchdog: boolean;
}

/** What {@linkcode findSuspects} judges by. */
export interface SuspectFacts {
  /** The running boot; `undefined` where it is unknown. */
  readonly bootSessionUuid: string | undefined;
  /** When it began; `undefined` where that is unknown. */
  readonly bootedAt: Temporal.Instant | undefined;
  /** Kernel panics of any kind. */
  readonly panics: readonly KnownPanic[];
}

/** A line's time and the boot's are both cut to the second. */
const TOLERANCE_MS = 2 * SECOND_MS;

/**
 * Finds what looks like a kernel panic without a report (SPEC 4.6): GPU work of an earlier boot that never ended, when no
 * report tells of that boot's end; and a watchdog's report, when GPU work was in flight.
 *
 * Fails open: where it cannot be told whether a line is of an earlier boot, it is no suspect, since everything that runs
 * right now has a start without its end.
 *
 * @param open Starts without their ends.
 * @param facts The boot, and the reports.
 * @returns The suspects, newest first, one for each boot and report.
 */
export function findSuspects(
  open: readonly WorkerLine[],
  facts: SuspectFacts,
): readonly Suspect[] {
  const suspects = new Map<string, Suspect>();
  const add = (key: string, suspect: Suspect): void => {
    const known = suspects.get(key);
    const isNewer = known === undefined ||
      Temporal.Instant.compare(known.at, suspect.at) < 0;
    if (isNewer) suspects.set(key, suspect);
  };
  for (const line of open) {
    if (!isOfEarlierBoot(line, facts)) continue;
    const boot = line.boot ?? null;
    const report = facts.panics.find((panic) => endedBy(line, panic));
    if (report === undefined) {
      const key = boot ?? `${line.at.epochMilliseconds}`;
      add(key, { at: line.at, because: "no_end", what: whatOf(line), boot });
    } else if (report.isWatchdog) {
      add(`watchdog ${report.at.epochMilliseconds}`, {
        at: report.at,
        because: "watchdog",
        what: whatOf(line),
        boot,
      });
    }
  }
  return [...suspects.values()].sort((a, b) =>
    Temporal.Instant.compare(b.at, a.at)
  );
}

/** Lines of the Python tool name no boot: one that is older than this boot is of an earlier one (SAFETY T5). */
function isOfEarlierBoot(line: WorkerLine, facts: SuspectFacts): boolean {
  const { bootSessionUuid, bootedAt } = facts;
  if (line.boot !== undefined && bootSessionUuid !== undefined) {
    return !bootSessionUuid.toUpperCase().startsWith(line.boot);
  }
  return bootedAt !== undefined &&
    line.at.epochMilliseconds < bootedAt.epochMilliseconds - TOLERANCE_MS;
}

/** Whether a panic ended the boot that a line is of: by the boot's name, else by coming after it. */
function endedBy(line: WorkerLine, panic: KnownPanic): boolean {
  if (line.boot !== undefined && panic.bootSessionUuid !== null) {
    return panic.bootSessionUuid.toUpperCase().startsWith(line.boot);
  }
  return panic.at.epochMilliseconds >=
    line.at.epochMilliseconds - TOLERANCE_MS;
}

function whatOf(line: WorkerLine): string {
  return line.payload === undefined ? line.tag : `${line.tag}: ${line.payload}`;
}
