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

/** What was written down while the gate held. */
export interface GateClockRecord {
  /** The clocks when the countdown began in this boot; everything is measured from here, so that no error adds up. */
  readonly reading: ClockReading;
  /** What was left of each hold at that moment. */
  readonly holds: readonly RemainingHold[];
  /** The last look: what the wall clock said, and how much running time had passed since `reading`. */
  readonly last: { readonly wallMs: number; readonly passedMs: number };
  /** Whether the wall clock was set since something holds: then it no longer says what has gone and what has not. */
  readonly wasSet: boolean;
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
 * Fails closed: once the clock was set, a hold that was written down and is no longer to be seen goes on. As long as it
 * was not, what is no longer to be seen is gone. One whose end has come does not begin again.
 *
 * @param record What was written down, if anything.
 * @param now The clocks now.
 * @param holds The holds that the wall clock sees now.
 * @returns Every hold with what is left; 0 for one whose time is over: a clock set back would show it once more.
 */
export function stepGateClock(
  record: GateClockRecord | undefined,
  now: ClockReading,
  holds: readonly WallHold[],
): readonly RemainingHold[] {
  const passedMs = record === undefined ? 0 : passedSince(record, now);
  const left = new Map<string, number>();
  const seen = new Set(holds.map((hold) => hold.key));
  const wasSet = record !== undefined && hasBeenSet(record, now);
  for (const hold of record?.holds ?? []) {
    const remainingMs = Math.max(0, hold.remainingMs - passedMs);
    const isGone = remainingMs > 0 && !wasSet && !seen.has(hold.key);
    if (!isGone) left.set(hold.key, remainingMs);
  }
  for (const { key, untilMs } of holds) {
    if (!left.has(key)) left.set(key, Math.max(0, untilMs - now.wallMs));
  }
  return [...left]
    .map(([key, remainingMs]) => ({ key, remainingMs }))
    .sort((a, b) => b.remainingMs - a.remainingMs)
    .slice(0, MOST_HOLDS);
}

/** Two clocks that differ by no more have not been set apart: the boot clock shows whole seconds on some machines. */
const STEP_TOLERANCE_MS = 2_000;

/** How much running time may pass unrecorded: so much longer a hold may last after a reboot with its clock set back. */
const REFRESH_MS = 60_000;

/** Running time since the record's reading, as far as it can be known; never negative. */
function passedSince(record: GateClockRecord, now: ClockReading): number {
  const { reading, last } = record;
  const byBoot = bootPassed(reading, now);
  if (byBoot === undefined) {
    return last.passedMs + Math.max(0, now.wallMs - last.wallMs);
  }
  // Without a step both say the same, and the wall clock says it to the millisecond.
  return isStep(reading, now)
    ? byBoot
    : Math.max(0, now.wallMs - reading.wallMs);
}

/** Whether the wall clock was set since the record began. */
function hasBeenSet(record: GateClockRecord, now: ClockReading): boolean {
  return record.wasSet || isStep(record.reading, now);
}

/** Running time by the boot clock; `undefined` across a reboot, and where that clock is unknown. */
function bootPassed(
  before: ClockReading,
  now: ClockReading,
): number | undefined {
  if (before.bootMs === undefined || now.bootMs === undefined) return undefined;
  const byBoot = now.bootMs - before.bootMs;
  // A boot whose identity is unknown is taken for the same one as long as its clock has not started anew.
  const isSameBoot = before.bootSessionUuid === undefined ||
    now.bootSessionUuid === undefined ||
    before.bootSessionUuid === now.bootSessionUuid;
  return isSameBoot && byBoot >= 0 ? byBoot : undefined;
}

/**
 * Whether both clocks show by themselves that the machine has run all the time between two readings: another boot would
 * have begun later. Then nobody has to ask for the boot's identity, which takes the start of a program on macOS.
 */
export function isPlainlyOneBoot(
  before: ClockReading,
  now: Pick<ClockReading, "wallMs" | "bootMs">,
): boolean {
  if (before.bootMs === undefined || now.bootMs === undefined) return false;
  const byBoot = now.bootMs - before.bootMs;
  const byWall = now.wallMs - before.wallMs;
  return byBoot >= 0 && Math.abs(byWall - byBoot) <= STEP_TOLERANCE_MS;
}

/** Whether the wall clock was set between two readings of one boot. */
function isStep(before: ClockReading, now: ClockReading): boolean {
  const byBoot = bootPassed(before, now);
  return byBoot !== undefined &&
    Math.abs(now.wallMs - before.wallMs - byBoot) > STEP_TOLERANCE_MS;
}

/**
 * What is to be written down now: a beginning, a step of the wall clock, or that another minute has passed.
 *
 * @param record What was written down, if anything.
 * @param now The clocks now.
 * @param left What {@linkcode stepGateClock} answered.
 * @returns A record that says more than the old one, or `undefined` when that one still says it all.
 */
export function nextRecord(
  record: GateClockRecord | undefined,
  now: ClockReading,
  left: readonly RemainingHold[],
): GateClockRecord | undefined {
  const known = new Set(record?.holds.map((hold) => hold.key));
  const isSameSet = left.length === known.size &&
    left.every(({ key }) => known.has(key));
  const isOneBoot = record !== undefined &&
    bootPassed(record.reading, now) !== undefined;
  const isOver = left.every((hold) => hold.remainingMs === 0) &&
    record?.holds.some((hold) => hold.remainingMs > 0) === true;
  if (record === undefined || !isSameSet || !isOneBoot || isOver) {
    return {
      reading: now,
      holds: left,
      last: { wallMs: now.wallMs, passedMs: 0 },
      wasSet: record !== undefined && hasBeenSet(record, now),
    };
  }
  const passedMs = passedSince(record, now);
  const { last } = record;
  const sinceMs = passedMs - last.passedMs;
  // A step that is not written down would count as time that has passed, once the machine reboots.
  const wasSet =
    Math.abs(now.wallMs - last.wallMs - sinceMs) > STEP_TOLERANCE_MS;
  return sinceMs < REFRESH_MS && !wasSet ? undefined : {
    ...record,
    last: { wallMs: now.wallMs, passedMs },
    wasSet: hasBeenSet(record, now),
  };
}
