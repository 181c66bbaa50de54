import { GB, GIB } from "../core/bytes.ts";

/** Size class of a machine. */
export type MachineTier = "low" | "mid" | "high";

/** Settings that fit a machine's memory. */
export interface RecommendedConfig {
  /** Size class that they are for. */
  readonly tier: MachineTier;
  /** Models to hold at a time. */
  readonly maxConcurrentModels: number;
  /** Pause after an unload, in milliseconds. */
  readonly cooldownMs: number;
  /** What a model needs beside its weights, in bytes. */
  readonly overheadBytes: number;
  /** What has to stay free for the cache of a conversation, in bytes. */
  readonly kvHeadroomBytes: number;
  /** Growth of that cache a minute that deserves a warning, in bytes. */
  readonly kvGrowthWarnBytes: number;
  /** Share of the limit at which the watchdog warns, 0 to 1. */
  readonly watchdogWarnRatio: number;
  /** Share of the limit at which the watchdog acts, 0 to 1. */
  readonly watchdogCriticalRatio: number;
}

/** A 16 GiB Mac is small (the Python metal-guard's tiers). */
const LOW_BYTES = 16 * GIB;
/** A 64 GiB Mac is of the middle (the Python metal-guard's tiers). */
const MID_BYTES = 64 * GIB;

/** The Python metal-guard's values, by vectors `recommended_config`. */
const CONFIGS: { readonly [T in MachineTier]: RecommendedConfig } = {
  low: {
    tier: "low",
    maxConcurrentModels: 1,
    cooldownMs: 3_000,
    overheadBytes: 3 * GB,
    kvHeadroomBytes: 2 * GB,
    kvGrowthWarnBytes: 0.5 * GB,
    watchdogWarnRatio: 0.6,
    watchdogCriticalRatio: 0.75,
  },
  mid: {
    tier: "mid",
    maxConcurrentModels: 2,
    cooldownMs: 2_000,
    overheadBytes: 2 * GB,
    kvHeadroomBytes: 4 * GB,
    kvGrowthWarnBytes: GB,
    watchdogWarnRatio: 0.67,
    watchdogCriticalRatio: 0.82,
  },
  high: {
    tier: "high",
    maxConcurrentModels: 3,
    cooldownMs: 2_000,
    overheadBytes: 2 * GB,
    kvHeadroomBytes: 8 * GB,
    kvGrowthWarnBytes: 2 * GB,
    watchdogWarnRatio: 0.7,
    watchdogCriticalRatio: 0.85,
  },
};

/**
 * Size class of a machine with this memory; exactly 16 and 64 GiB belong below.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { machineTier } from "@metal-guard/core";
 *
 * assert.equal(machineTier(16 * 2 ** 30), "low");
 * assert.equal(machineTier(64 * 2 ** 30 + 1), "high");
 * ```
 */
export function machineTier(memoryBytes: number): MachineTier {
  if (memoryBytes <= LOW_BYTES) return "low";
  return memoryBytes <= MID_BYTES ? "mid" : "high";
}

/**
 * Recommends settings for a machine.
 *
 * Fails closed: what is no size gets the settings of the smallest machine.
 *
 * @param memoryBytes Memory of the machine (`hw.memsize`), in bytes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { recommendConfig } from "@metal-guard/core";
 *
 * assert.deepEqual(recommendConfig(NaN), recommendConfig(8 * 2 ** 30));
 * ```
 */
export function recommendConfig(memoryBytes: number): RecommendedConfig {
  const isSize = Number.isFinite(memoryBytes) && memoryBytes > 0;
  return CONFIGS[isSize ? machineTier(memoryBytes) : "low"];
}
