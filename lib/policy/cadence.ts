import {
  addMs,
  HOUR_MS,
  later,
  millisecondsBetween,
  SECOND_MS,
} from "../core/instant.ts";
import { plainText } from "../core/plain_text.ts";
import type { Verdict } from "../core/verdict.ts";
import { isGemma4Family } from "./model_family.ts";

/** Least pause between two loads of one model, in milliseconds (seed: 180 s). */
export const SAME_MODEL_INTERVAL_MS = 180 * SECOND_MS;
/** Least pause before a gemma-4 model after any other one, in milliseconds (seed, 0.9.0: 90 s). */
export const GEMMA4_FLOOR_MS = 90 * SECOND_MS;
/** Entries older than this are dropped when one is added, in milliseconds (SPEC 8). */
const KEPT_MS = 4 * HOUR_MS;

/** When each model was last loaded. */
export interface CadenceState {
  /** By model id. */
  readonly lastLoadAt: ReadonlyMap<string, Temporal.Instant>;
  /** When the record was found damaged; it then holds every model for the longest interval. */
  readonly damagedSince: Temporal.Instant | undefined;
}

/** Tunables of {@linkcode evaluateCadence}. */
export interface CadenceOptions {
  /** Least pause between two loads of one model, in milliseconds; 0 switches it off. @default 180_000 */
  readonly sameModelIntervalMs: number;
  /** Least pause after another model, in milliseconds; 0 is off, but for the floor of gemma-4. @default 0 */
  readonly crossModelIntervalMs: number;
}

/** What the cadence answers: the verdict of every layer, with the figures it rests on. */
export type CadenceVerdict = Verdict & {
  /** Which rule decided. */
  readonly cause: "clear" | "same_model" | "cross_model" | "damaged";
  /** The model whose load came too shortly before; `null` when none did. */
  readonly lastModelId: string | null;
  /** Time since that load, in milliseconds. */
  readonly elapsedMs: number | null;
  /** Time that has to lie between, in milliseconds. */
  readonly intervalMs: number | null;
};

/** One pause that is not over. */
interface Pause {
  readonly cause: "same_model" | "cross_model" | "damaged";
  readonly lastModelId: string | null;
  readonly since: Temporal.Instant;
  readonly intervalMs: number;
}

/**
 * Decides whether a model may be loaded now.
 *
 * Fails closed where something is known: a damaged record holds every model for the longest interval. A model of which
 * nothing is known proceeds.
 *
 * @param state Loads that were recorded; times that cannot be believed were settled by the reader.
 * @param request The model, and the wall clock.
 * @param options Intervals.
 * @returns The rule that decided, the same model first; `until` is the end of the last pause.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { evaluateCadence } from "@metal-guard/core";
 *
 * const now = Temporal.Instant.from("2026-11-24T12:00:00Z");
 * const verdict = evaluateCadence(
 *   { lastLoadAt: new Map([["a/b", now.subtract({ seconds: 60 })]]), damagedSince: undefined },
 *   { modelId: "a/b", now },
 *   { sameModelIntervalMs: 180_000, crossModelIntervalMs: 0 },
 * );
 * assert.equal(verdict.kind, "wait");
 * ```
 */
export function evaluateCadence(
  state: CadenceState,
  request: { readonly modelId: string; readonly now: Temporal.Instant },
  options: CadenceOptions,
): CadenceVerdict {
  const { now } = request;
  const pauses = [
    sameModelPause(state, request.modelId, options),
    crossModelPause(state, request.modelId, options),
    damagedPause(state, options),
  ].filter((pause) => pause !== undefined)
    .filter((pause) =>
      millisecondsBetween(pause.since, now) < pause.intervalMs
    );
  const [first] = pauses;
  if (first === undefined) {
    return {
      kind: "proceed",
      reason: "no load within the interval",
      cause: "clear",
      lastModelId: null,
      elapsedMs: null,
      intervalMs: null,
    };
  }
  const elapsedMs = millisecondsBetween(first.since, now);
  return {
    kind: "wait",
    until: pauses.map((pause) => addMs(pause.since, pause.intervalMs))
      .reduce(later),
    reason: reasonOf(first, elapsedMs),
    wayOut: "wait: it ends by itself",
    cause: first.cause,
    lastModelId: first.lastModelId,
    elapsedMs,
    intervalMs: first.intervalMs,
  };
}

/** The longest pause that any model may be asked to make, in milliseconds. */
export function longestIntervalMs(options: CadenceOptions): number {
  return Math.max(
    options.sameModelIntervalMs,
    options.crossModelIntervalMs,
    GEMMA4_FLOOR_MS,
  );
}

/**
 * Adds a load to the record.
 *
 * @returns The new record, without what is over 4 h old and cannot matter to `options` any more.
 */
export function markLoad(
  lastLoadAt: ReadonlyMap<string, Temporal.Instant>,
  load: { readonly modelId: string; readonly now: Temporal.Instant },
  options: CadenceOptions,
): ReadonlyMap<string, Temporal.Instant> {
  const keptMs = Math.max(KEPT_MS, longestIntervalMs(options));
  const kept = [...lastLoadAt].filter(([, at]) =>
    millisecondsBetween(at, load.now) <= keptMs
  );
  return new Map([...kept, [load.modelId, load.now]]);
}

function sameModelPause(
  state: CadenceState,
  modelId: string,
  options: CadenceOptions,
): Pause | undefined {
  const since = state.lastLoadAt.get(modelId);
  return since === undefined ? undefined : {
    cause: "same_model",
    lastModelId: modelId,
    since,
    intervalMs: options.sameModelIntervalMs,
  };
}

function crossModelPause(
  state: CadenceState,
  modelId: string,
  options: CadenceOptions,
): Pause | undefined {
  let newest: Pause | undefined;
  const intervalMs = Math.max(
    options.crossModelIntervalMs,
    isGemma4Family(modelId) ? GEMMA4_FLOOR_MS : 0,
  );
  for (const [lastModelId, since] of state.lastLoadAt) {
    if (lastModelId === modelId) continue;
    if (
      newest === undefined || Temporal.Instant.compare(newest.since, since) < 0
    ) {
      newest = { cause: "cross_model", lastModelId, since, intervalMs };
    }
  }
  return newest;
}

function damagedPause(
  state: CadenceState,
  options: CadenceOptions,
): Pause | undefined {
  return state.damagedSince === undefined ? undefined : {
    cause: "damaged",
    lastModelId: null,
    since: state.damagedSince,
    intervalMs: longestIntervalMs(options),
  };
}

function reasonOf(pause: Pause, elapsedMs: number): string {
  const figures = `${inSeconds(elapsedMs)} s ago, which is < ${
    inSeconds(pause.intervalMs)
  } s`;
  switch (pause.cause) {
    case "same_model":
      return `this model was loaded ${figures}`;
    case "cross_model":
      return `${plainText(pause.lastModelId ?? "", 120)} was loaded ${figures}`;
    case "damaged":
      return `the record of loads was found damaged ${figures}`;
  }
}

function inSeconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}
