/** What the clocks say at one moment. */
export interface ClockReading {
  /** The wall clock, epoch milliseconds. It may step. */
  readonly wallMs: number;
  /** Milliseconds since the boot; `undefined` where that clock is unknown. */
  readonly bootMs: number | undefined;
  /** Identity of the boot; `undefined` where it is unknown. */
  readonly bootSessionUuid: string | undefined;
}

/** One hold as the wall clock sees it. */
export interface WallHold {
  /** What names it, e.g. the events it stands on. The same key is the same hold, however often it is judged. */
  readonly key: string;
  /** When it ends by the wall clock, epoch milliseconds. */
  readonly untilMs: number;
}

/** What is left of a hold. */
export interface RemainingHold {
  /** What names it. */
  readonly key: string;
  /** Milliseconds of running time that are left. */
  readonly remainingMs: number;
}

/** What was written down when the gate last held. */
export interface GateClockRecord {
  /** The clocks at that moment. */
  readonly reading: ClockReading;
  /** What was left of each hold at that moment. */
  readonly holds: readonly RemainingHold[];
}

/** More holds than this at once nobody sets; the ones with most left are kept. */
const MOST_HOLDS = 32;

/**
 * Counts down what is left of each hold on the clock that does not step (SAFETY T6).
 *
 * Within one boot the boot clock counts, so that no step of the wall clock ends or prolongs a hold. Across a reboot
 * the time that passed is what the wall clock says, never less than none: a clock that was set back counts as standing
 * still. A hold that is seen for the first time is as long as the wall clock says.
 *
 * Fails closed: a hold that was written down and is no longer to be seen, because the clock has been set ahead of it,
 * goes on; one whose end has come does not begin again.
 *
 * @param record What was written down, if anything.
 * @param now The clocks now.
 * @param holds The holds that the wall clock sees now.
 * @returns Every hold with what is left; 0 for one whose time is over although the wall clock still sees it.
 */
export function stepGateClock(
  record: GateClockRecord | undefined,
  now: ClockReading,
  holds: readonly WallHold[],
): readonly RemainingHold[] {
  const passedMs = record === undefined ? 0 : passedSince(record.reading, now);
  const left = new Map<string, number>();
  for (const hold of record?.holds ?? []) {
    left.set(hold.key, Math.max(0, hold.remainingMs - passedMs));
  }
  const seen = new Set(holds.map((hold) => hold.key));
  for (const { key, untilMs } of holds) {
    if (!left.has(key)) left.set(key, Math.max(0, untilMs - now.wallMs));
  }
  return [...left]
    .map(([key, remainingMs]) => ({ key, remainingMs }))
    .filter(({ key, remainingMs }) => remainingMs > 0 || seen.has(key))
    .sort((a, b) => b.remainingMs - a.remainingMs)
    .slice(0, MOST_HOLDS);
}

/** Running time between two readings, as far as it can be known; never negative. */
function passedSince(before: ClockReading, now: ClockReading): number {
  const byWall = Math.max(0, now.wallMs - before.wallMs);
  if (before.bootMs === undefined || now.bootMs === undefined) return byWall;
  const byBoot = now.bootMs - before.bootMs;
  return isSameBoot(before, now) && byBoot >= 0 ? byBoot : byWall;
}

/** A boot whose identity is unknown is taken for the same one as long as its clock has not started anew. */
function isSameBoot(before: ClockReading, now: ClockReading): boolean {
  return before.bootSessionUuid === undefined ||
    now.bootSessionUuid === undefined ||
    before.bootSessionUuid === now.bootSessionUuid;
}
