import type { PanicRecord, PanicSignature } from "../core/failure.ts";
import { type EventTime, TIME_SOURCES } from "./event_time.ts";

/** One kernel panic: one crash, however many files tell of it. */
export interface PanicEvent {
  /** When it happened, and how we know. */
  readonly time: EventTime;
  /** What its text gave away; `undefined` when nothing known stands there. */
  readonly signature: PanicSignature | undefined;
  /** The same in the form that callers and the ledger hold. */
  readonly record: PanicRecord;
  /** Every report of this crash, best first. */
  readonly sourceFiles: readonly string[];
}

/**
 * Makes one event of all reports of one crash (SPEC 2.5): those that share a boot session UUID, or the same second
 * and pid. Two different boots are never one crash, whatever their seconds say: files restored from a backup share
 * their times.
 *
 * @param events One event a report, in any order.
 * @returns One event a crash, newest first. Each keeps the best time, and the signature that blames the GPU if any.
 */
export function mergePanics(events: readonly PanicEvent[]): PanicEvent[] {
  const merged: PanicEvent[] = [];
  const byBoot = new Map<string, number>();
  const byMoment = new Map<string, number>();
  // Reports that name their boot come first, or one without could stand alone until its crash's second report came.
  const withBoot = events.filter((event) =>
    event.record.bootSessionUuid !== null
  );
  const without = events.filter((event) =>
    event.record.bootSessionUuid === null
  );
  for (const event of [...withBoot, ...without]) {
    const boot = event.record.bootSessionUuid;
    const moment = `${Math.floor(event.record.ts)} ${event.record.pid}`;
    const twin = boot === null ? byMoment.get(moment) : byBoot.get(boot);
    const index = twin ?? merged.length;
    const before = merged[index];
    merged[index] = before === undefined ? event : joined(before, event);
    if (boot !== null) byBoot.set(boot, index);
    byMoment.set(moment, index);
  }
  return merged.sort((a, b) => b.record.ts - a.record.ts);
}

/** One event out of two reports of one crash. */
function joined(a: PanicEvent, b: PanicEvent): PanicEvent {
  const best = weight(b) > weight(a) ? b : a;
  const other = best === a ? b : a;
  const time = timeRank(other.time) < timeRank(best.time)
    ? other.time
    : best.time;
  return {
    time,
    signature: best.signature ?? other.signature,
    record: {
      ...best.record,
      ts: time === best.time ? best.record.ts : other.record.ts,
      bootSessionUuid: best.record.bootSessionUuid ??
        other.record.bootSessionUuid,
      pid: best.record.pid ?? other.record.pid,
      process: best.record.process ?? other.record.process,
      osBuild: best.record.osBuild ?? other.record.osBuild,
      kextVersion: best.record.kextVersion ?? other.record.kextVersion,
    },
    sourceFiles: [...best.sourceFiles, ...other.sourceFiles],
  };
}

/** The report that blames the GPU tells more than one that knows something, which tells more than one that does not. */
function weight(event: PanicEvent): number {
  if (event.signature === undefined) return 0;
  return event.signature.stopsGate ? 2 : 1;
}

function timeRank(time: EventTime): number {
  return TIME_SOURCES.indexOf(time.source);
}
