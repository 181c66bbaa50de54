import { DecodeError, FileError } from "../core/error.ts";
import { HOUR_MS, millisecondsBetween } from "../core/instant.ts";
import { known, type Observed, unknown } from "../core/observed.ts";
import {
  decodeNativeTrial,
  encodeNativeTrial,
  type NativeTrialFile,
} from "../parse/state/native_trial_file.ts";
import type { Clock } from "../ports/clock.ts";
import { tryStat } from "../ports/file_look.ts";
import type { FileStore } from "../ports/file_store.ts";
import {
  type Owner,
  readStateFile,
  replaceFile,
} from "../ports/state_writer.ts";

/** What the trial of a dylib works with. */
export interface NativeTrialPorts {
  /** The disk. */
  readonly store: FileStore;
  /** Now. */
  readonly clock: Clock;
  /** Who gets the file. */
  readonly owner: () => Owner | undefined;
  /** Asks the dylib everything in a process of its own. */
  readonly runTrial: (path: string) => Promise<Observed<true>>;
}

/** A library that failed may have failed because the machine was in trouble. */
const RETRY_AFTER_MS = HOUR_MS;

/**
 * Whether a dylib may be asked inside this process: only one that went through a trial in a process of its own, under
 * this system. The outcome is kept, so that only the first use after an update pays for it.
 *
 * Fails closed: no trial, or one that crashed, hung or could not be made, and the dylib is not used.
 *
 * @param ports Disk, clock, and how it is tried.
 * @param options The dylib, where the outcome is kept, and the system's version.
 */
export async function checkNativeTrial(
  ports: NativeTrialPorts,
  options: {
    readonly path: string;
    readonly record: string | undefined;
    readonly systemVersion: string;
  },
): Promise<Observed<true>> {
  const stat = tryStat(ports.store, options.path);
  if (stat === undefined) return unknown(`${options.path} is not there`);
  const key = [
    options.path,
    stat.sizeBytes,
    stat.modifiedAt.epochMilliseconds,
    options.systemVersion,
  ].join(" ");
  const last = readRecord(ports.store, options.record);
  if (last?.key === key && isStillGood(last, ports.clock.now())) {
    return last.because === undefined ? known(true) : unknown(last.because);
  }
  const outcome = await ports.runTrial(options.path);
  keep(ports, options.record, {
    key,
    because: outcome.kind === "unknown" ? outcome.because : undefined,
    triedAt: ports.clock.now(),
    extra: last?.extra ?? new Map(),
  });
  return outcome;
}

function isStillGood(last: NativeTrialFile, now: Temporal.Instant): boolean {
  if (last.because === undefined) return true;
  const ageMs = millisecondsBetween(last.triedAt, now);
  return ageMs >= 0 && ageMs < RETRY_AFTER_MS;
}

function readRecord(
  store: FileStore,
  path: string | undefined,
): NativeTrialFile | undefined {
  if (path === undefined) return undefined;
  const reading = readStateFile(store, path);
  if (reading.kind !== "text") return undefined;
  try {
    return decodeNativeTrial(reading.text);
  } catch (error) {
    // It is tried anew and written over: a damaged record costs one trial.
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

function keep(
  ports: NativeTrialPorts,
  path: string | undefined,
  record: NativeTrialFile,
): void {
  if (path === undefined) return;
  try {
    replaceFile(ports.store, path, `${encodeNativeTrial(record)}\n`, {
      owner: ports.owner(),
    });
  } catch (error) {
    // Not kept means tried again next time; the answer does not hang on it.
    if (!(error instanceof FileError)) throw error;
  }
}
