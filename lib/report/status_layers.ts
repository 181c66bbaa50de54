import { epochSeconds, SECOND_MS } from "../core/instant.ts";
import type { LockStatus } from "../core/lock_hold.ts";
import type { Finding } from "../core/finding.ts";
import type { Observed } from "../core/observed.ts";
import { plainText } from "../core/plain_text.ts";
import { breakerJson, type BreakerStatus } from "./breaker.ts";
import { formatLocalTime, formatSpan } from "./local_time.ts";
import { isStaleLock, lockJson } from "./lock.ts";
import { labelled } from "./text_style.ts";

/** The cadence for dashboards. */
export interface CadenceStatus {
  /** Loads that were recorded, newest first; times that lie ahead count from when they were written. */
  readonly loads: readonly {
    /** The model. */
    readonly modelId: string;
    /** When it was last loaded. */
    readonly loadedAt: Temporal.Instant;
    /** How long that is ago, in milliseconds. */
    readonly elapsedMs: number;
    /** When it may be loaded again. */
    readonly clearAt: Temporal.Instant;
  }[];
  /** Least pause between two loads of one model, in milliseconds. */
  readonly sameModelIntervalMs: number;
  /** Least pause after another model, in milliseconds; 0 is off. */
  readonly crossModelIntervalMs: number;
  /** What is out of order. */
  readonly findings: readonly Finding[];
}

/** A guard that runs. */
export interface GuardView {
  /** What it says of itself. */
  readonly file: {
    /** Its process. */
    readonly pid: number;
    /** What it was started for. */
    readonly label: string;
    /** The model in its care. */
    readonly model: string | undefined;
    /** What it does right now, e.g. `loading`. */
    readonly phase: string;
    /** When it last said so. */
    readonly heartbeatAt: Temporal.Instant;
    /** Requests that are running, with what their KV caches take, in bytes. */
    readonly kvRequests: readonly {
      readonly requestId: string;
      readonly bytes: number;
    }[];
    /** Uses since the last cold start. */
    readonly resourceCount: number | undefined;
  };
  /** Whether its heartbeat is as young as it should be. */
  readonly isFresh: boolean;
}

/** What the layers that keep processes apart say. */
export interface ProcessLayersView {
  readonly lock: Observed<LockStatus>;
  readonly breaker: Observed<BreakerStatus>;
  readonly cadence: Observed<CadenceStatus>;
  readonly guards: Observed<readonly GuardView[]>;
}

/** Whether a lock record is there that counts no more, for the health of `status`. Where there is no place for one, none is. */
export function hasStaleLock(lock: Observed<LockStatus>): boolean {
  return lock.kind === "known" && lock.value.path !== null &&
    isStaleLock(lock.value);
}

/** The seed's key for the lock: whoever holds it, or `null`. */
export function lockHolderJson(
  lock: Observed<LockStatus>,
): Record<string, unknown> | null {
  const object = lock.kind === "known" ? lockJson(lock.value) : null;
  return object?.["held"] === true ? object : null;
}

/** Their keys in the object of `status --json`; `null` where a layer could not be asked. */
export function processLayersJson(
  view: ProcessLayersView,
): Record<string, unknown> {
  const { lock, breaker, cadence, guards } = view;
  return {
    lock: lock.kind === "known" ? lockJson(lock.value) : null,
    breaker: breaker.kind === "known" ? breakerObject(breaker.value) : null,
    cadence: cadence.kind === "known" ? cadenceJson(cadence.value) : null,
    guards: guards.kind === "known" ? guards.value.map(guardJson) : null,
    kv_monitor: guards.kind === "known" ? kvJson(guards.value) : null,
  };
}

/** The findings stand in the whole picture's list. */
function breakerObject(view: BreakerStatus): Record<string, unknown> {
  const { findings: _, ...object } = breakerJson(view);
  return object;
}

function cadenceJson(view: CadenceStatus): Record<string, unknown> {
  return {
    min_interval_sec: view.sameModelIntervalMs / SECOND_MS,
    cross_model_interval_sec: view.crossModelIntervalMs / SECOND_MS,
    loads: view.loads.map((load) => ({
      model_id: load.modelId,
      loaded_at: epochSeconds(load.loadedAt),
      elapsed_sec: load.elapsedMs / SECOND_MS,
      clear_at: epochSeconds(load.clearAt),
    })),
  };
}

function guardJson({ file, isFresh }: GuardView): Record<string, unknown> {
  return {
    pid: file.pid,
    label: file.label,
    model: file.model ?? null,
    phase: file.phase,
    heartbeat_at: epochSeconds(file.heartbeatAt),
    is_fresh: isFresh,
    kv_requests: file.kvRequests.map(requestJson),
    resource_count: file.resourceCount ?? null,
  };
}

function kvJson(guards: readonly GuardView[]): Record<string, unknown> {
  return {
    running: guards.length > 0,
    active_requests: guards.flatMap(({ file }) =>
      file.kvRequests.map((request) => ({
        ...requestJson(request),
        pid: file.pid,
      }))
    ),
  };
}

function requestJson(
  request: { readonly requestId: string; readonly bytes: number },
): Record<string, unknown> {
  return { request_id: request.requestId, bytes: request.bytes };
}

/** Their rows for a person. */
export function processLayersRows(
  view: ProcessLayersView,
  options: { readonly timeZone: string; readonly now: Temporal.Instant },
): readonly string[] {
  return [
    labelled("Lock", words(view.lock, lockWords)),
    labelled(
      "Breaker",
      words(view.breaker, (breaker) => breakerWords(breaker, options.timeZone)),
    ),
    labelled(
      "Cadence",
      words(view.cadence, (cadence) => cadenceWords(cadence, options)),
    ),
    labelled("Guards", words(view.guards, guardsWords)),
  ];
}

function words<T>(reading: Observed<T>, show: (value: T) => string): string {
  return reading.kind === "known"
    ? show(reading.value)
    : `unknown: ${plainText(reading.because, 300)}`;
}

function lockWords(status: LockStatus): string {
  const { state, reason, elapsedMs } = status;
  if (state === "free") return "free";
  const since = elapsedMs === null ? "" : `, for ${formatSpan(elapsedMs)}`;
  const told = `${plainText(reason, 300)}${since}`;
  return state === "stale"
    ? `stale: ${told}\nmetal-guard lock release clears it away`
    : told;
}

function breakerWords(view: BreakerStatus, timeZone: string): string {
  const count = `${view.recentPanicCount} of ${view.panicThreshold}`;
  const figures = `${count} kernel panics within ${formatSpan(view.windowMs)}`;
  if (!view.isInCooldown) return `closed: ${figures}`;
  const until = view.cooldownUntil === null
    ? ""
    : `\nuntil ${formatLocalTime(view.cooldownUntil, timeZone)}`;
  return `open: ${plainText(view.reason, 300)}${until}`;
}

/** More of them would push the rest off the screen. */
const MOST_ROWS = 5;

function cadenceWords(
  view: CadenceStatus,
  { timeZone, now }: {
    readonly timeZone: string;
    readonly now: Temporal.Instant;
  },
): string {
  const waiting = view.loads.filter((load) =>
    Temporal.Instant.compare(load.clearAt, now) > 0
  );
  return waiting.length === 0 ? "no model has to wait" : cut(
    waiting.map((load) =>
      `${plainText(load.modelId, 120)}: again from ${
        formatLocalTime(load.clearAt, timeZone)
      }`
    ),
  );
}

function guardsWords(guards: readonly GuardView[]): string {
  return guards.length === 0 ? "none is running" : cut(
    guards.map(({ file, isFresh }) => {
      const model = file.model === undefined
        ? ""
        : `, ${plainText(file.model, 120)}`;
      const late = isFresh ? "" : ", without a fresh heartbeat";
      return `process ${file.pid} (${plainText(file.label, 120)}${model}): ${
        plainText(file.phase, 80)
      }${late}`;
    }),
  );
}

function cut(rows: readonly string[]): string {
  const more = rows.length - MOST_ROWS;
  return [
    ...rows.slice(0, MOST_ROWS),
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join("\n");
}
