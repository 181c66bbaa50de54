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
import type { LostCall } from "./native_calls.ts";

/** What the trial of a dylib works with. */
export interface NativeTrialPorts {
  /** The disk. */
  readonly store: FileStore;
  /** Now. */
  readonly clock: Clock;
  /** Who gets the file. */
  readonly owner: () => Owner | undefined;
  /** Whether a process that used it never came back from a call. */
  readonly findLost?: (key: string) => LostCall | undefined;
  /** Asks the dylib everything in a process of its own. */
  readonly runTrial: (path: string) => Promise<Observed<true>>;
}

/** A library that failed may have failed because the machine was in trouble. */
const RETRY_AFTER_MS = HOUR_MS;

/** Why a library is not used any more that a command did not come back from. */
const LOST_WORDS: Readonly<Record<LostCall, string>> = {
  crashed:
    "an earlier command crashed, or was killed, inside a call of it; it is passed over until it or the system changes, or native-trial.json is removed",
  hung: "a call of it hung in an earlier command",
};

/**
 * By what a dylib is known: another file, or another system, is another one.
 *
 * @param store The disk.
 * @param options The dylib, and the system's version.
 * @returns `undefined` when it is not there.
 */
export function nativeLibraryKey(
  store: FileStore,
  options: { readonly path: string; readonly systemVersion: string },
): string | undefined {
  const { path, systemVersion } = options;
  const stat = tryStat(store, path);
  return stat === undefined ? undefined : [
    path,
    stat.sizeBytes,
    stat.modifiedMs,
    systemVersion,
  ].join(" ");
}

/**
 * Whether a dylib may be asked inside this process: only one that went through a trial in a process of its own, under
 * this system. The outcome is kept, so that only the first use after an update pays for it.
 *
 * Fails closed: no trial, or one that crashed, hung or could not be made, and the dylib is not used. A crash later on, in a
 * command, rules it out for this system for good; a trial that went well did not show it.
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
  const key = nativeLibraryKey(ports.store, options);
  if (key === undefined) return unknown(`${options.path} is not there`);
  const last = readRecord(ports.store, options.record);
  const lost = ports.findLost?.(key);
  if (lost !== undefined) {
    const because = LOST_WORDS[lost];
    keep(ports, options.record, {
      key,
      because,
      isLostInUse: lost === "crashed",
      triedAt: ports.clock.now(),
      extra: last?.extra ?? new Map(),
    });
    return unknown(because);
  }
  if (last?.key === key && isStillGood(last, ports.clock.now())) {
    return last.because === undefined ? known(true) : unknown(last.because);
  }
  const outcome = await ports.runTrial(options.path);
  keep(ports, options.record, {
    key,
    because: outcome.kind === "unknown" ? outcome.because : undefined,
    isLostInUse: false,
    triedAt: ports.clock.now(),
    extra: last?.extra ?? new Map(),
  });
  return outcome;
}

function isStillGood(last: NativeTrialFile, now: Temporal.Instant): boolean {
  if (last.because === undefined || last.isLostInUse) return true;
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
