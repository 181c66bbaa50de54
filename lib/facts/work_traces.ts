import { KIB } from "../core/bytes.ts";
import { DecodeError, FileError } from "../core/error.ts";
import type { Finding } from "../core/finding.ts";
import { isSane } from "../core/instant.ts";
import { tryParseBreadcrumb } from "../parse/breadcrumb_line.ts";
import { decodeCadence } from "../parse/state/cadence_file.ts";
import { decodeLock } from "../parse/state/lock_file.ts";
import { decodeRunRecords } from "../parse/state/run_records.ts";
import type { Clock } from "../ports/clock.ts";
import type { FileStore } from "../ports/file_store.ts";
import { readStateFile } from "../ports/state_writer.ts";
import { readLiveGuards } from "./live_guards.ts";
import { readLastLines } from "./orphan_log.ts";

/** A line of the breadcrumb log. */
export type CrumbLine = NonNullable<ReturnType<typeof tryParseBreadcrumb>>;

/** A supervised run, by its records. */
export interface ReadRun {
  /** The guard's process. */
  readonly guardPid: number;
  /** The program's process, as far as it was written down. */
  readonly pid: number | null;
  /** When its first record was written. */
  readonly startedAt: Temporal.Instant;
  /** When it said that it is over; `null` when it never did. */
  readonly endedAt: Temporal.Instant | null;
  /** When its last record was written. */
  readonly lastAt: Temporal.Instant;
  /** Highest footprint that was written down, in bytes. */
  readonly peakBytes: number | null;
  /** Footprints that were written down, in bytes, oldest first. */
  readonly footprints: readonly {
    readonly at: Temporal.Instant;
    readonly bytes: number;
  }[];
}

/** Everything that was written down about GPU work, as `findRunningBefore` takes it. */
export interface ReadTraces {
  /** Lines of the breadcrumb log, oldest first. */
  readonly crumbs: readonly CrumbLine[];
  /** Supervised runs, oldest first. */
  readonly runs: readonly ReadRun[];
  /** Guards that published themselves, living or dead. */
  readonly guards: readonly {
    readonly pid: number;
    readonly bootSessionUuid: string | null;
    readonly label: string;
    readonly model: string | null;
    readonly phase: string;
    readonly heartbeatAt: Temporal.Instant;
    readonly kvBytes: number;
    readonly requestCount: number;
  }[];
  /** The lock's record. */
  readonly lock: {
    readonly pid: number;
    readonly bootSessionUuid: string | null;
    readonly label: string;
    readonly startedAt: Temporal.Instant;
  } | null;
  /** The last load of each model. */
  readonly loads: readonly {
    readonly modelId: string;
    readonly at: Temporal.Instant;
  }[];
  /** What could not be read. */
  readonly findings: readonly Finding[];
}

/** Where traces of work lie; `undefined` or `null` where there is no place for them. */
export interface TracePlaces {
  /** The breadcrumb log. */
  readonly breadcrumbs: string | null;
  /** Folder of the records of runs. */
  readonly runs: string | undefined;
  /** Folder in which guards publish themselves. */
  readonly guards: string | undefined;
  /** The lock's record. */
  readonly lock: string | undefined;
  /** The cadence. */
  readonly cadence: string | undefined;
}

/** Records of this many runs are read, the newest. */
const MOST_RUNS = 40;
const RUN_NAME = /^\d{8}T\d{6}Z-(\d{1,10})\.jsonl$/;
/** A run writes a line a decision: its last ones are enough. */
const RUN_BYTES = 256 * KIB;
/** A cadence of a thousand models. */
const CADENCE_BYTES = 256 * KIB;

/**
 * Reads everything that guarded programs wrote down about their work.
 *
 * It reports: what is absent, torn or unreadable is no trace; the folder of guards says so in its findings.
 */
export function readWorkTraces(
  ports: { readonly store: FileStore; readonly clock: Clock },
  places: TracePlaces,
): ReadTraces {
  const { store } = ports;
  const guards = readLiveGuards(store, places.guards);
  return {
    crumbs: readCrumbs(ports, places.breadcrumbs),
    runs: readRuns(store, places.runs),
    guards: guards.records.flatMap(({ file }) =>
      file === undefined ? [] : [{
        pid: file.pid,
        bootSessionUuid: file.bootSessionUuid ?? null,
        label: file.label,
        model: file.model ?? null,
        phase: file.phase,
        heartbeatAt: file.heartbeatAt,
        kvBytes: file.kvRequests.reduce((sum, one) => sum + one.bytes, 0),
        requestCount: file.kvRequests.length,
      }]
    ),
    lock: readLock(store, places.lock),
    loads: readLoads(store, places.cadence),
    findings: guards.findings,
  };
}

/** Lines dated ahead of now were written before the clock was set back, and cannot be placed (SAFETY T3). */
function readCrumbs(
  { store, clock }: { readonly store: FileStore; readonly clock: Clock },
  path: string | null,
): readonly CrumbLine[] {
  if (path === null) return [];
  const now = clock.now();
  const options = { timeZone: clock.timeZone(), now };
  return readLastLines(store, path).flatMap((text) => {
    const line = tryParseBreadcrumb(text, options);
    return line !== undefined && isSane(line.at, now) ? [line] : [];
  });
}

function readRuns(
  store: FileStore,
  folder: string | undefined,
): readonly ReadRun[] {
  if (folder === undefined) return [];
  try {
    return store.list(folder)
      .filter(({ kind, name }) => kind === "file" && RUN_NAME.test(name))
      .map(({ name }) => name).toSorted().slice(-MOST_RUNS)
      .flatMap((name) => readRun(store, folder, name) ?? []);
  } catch (error) {
    if (error instanceof FileError) return [];
    throw error;
  }
}

function readRun(
  store: FileStore,
  folder: string,
  name: string,
): ReadRun | undefined {
  let text: string;
  try {
    const bytes = store.readTail(`${folder}/${name}`, RUN_BYTES);
    text = new TextDecoder().decode(bytes);
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
  const { records } = decodeRunRecords(text);
  const first = records[0];
  const last = records.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const figure = (
    details: ReadonlyMap<string, unknown>,
    key: string,
  ): number | null => {
    const value = details.get(key);
    return typeof value === "number" && value >= 0 ? value : null;
  };
  const footprints = records.flatMap(({ at, details }) => {
    const bytes = figure(details, "footprint_bytes") ??
      figure(details, "peak_bytes");
    return bytes === null ? [] : [{ at, bytes }];
  });
  const started = records.findLast(({ kind }) => kind === "started");
  const finished = records.findLast(({ kind }) => kind === "finished");
  return {
    guardPid: Number(RUN_NAME.exec(name)?.[1]),
    pid: started === undefined ? null : figure(started.details, "pid"),
    startedAt: first.at,
    endedAt: finished?.at ?? null,
    lastAt: last.at,
    peakBytes: footprints.length === 0
      ? null
      : Math.max(...footprints.map(({ bytes }) => bytes)),
    footprints,
  };
}

function readLock(
  store: FileStore,
  path: string | undefined,
): ReadTraces["lock"] {
  const file = decoded(store, path, 8 * KIB, decodeLock);
  return file === undefined ? null : {
    pid: file.pid,
    bootSessionUuid: file.bootSessionUuid ?? null,
    label: file.label,
    startedAt: file.startedAt,
  };
}

function readLoads(
  store: FileStore,
  path: string | undefined,
): ReadTraces["loads"] {
  const file = decoded(store, path, CADENCE_BYTES, decodeCadence);
  return file === undefined
    ? []
    : Array.from(file, ([modelId, at]) => ({ modelId, at }));
}

function decoded<T>(
  store: FileStore,
  path: string | undefined,
  maxBytes: number,
  decode: (text: string) => T,
): T | undefined {
  if (path === undefined) return undefined;
  const read = readStateFile(store, path, maxBytes);
  if (read.kind !== "text") return undefined;
  try {
    return decode(read.text);
  } catch (error) {
    // Its own layer tells of a torn one; here it is no trace.
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}
