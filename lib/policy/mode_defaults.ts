import { GB } from "../core/bytes.ts";
import { SECOND_MS } from "../core/instant.ts";

/** What a kind of program starts with. */
export interface ModeDefaults {
  /** The mode as it was asked for. */
  readonly mode: string;
  /** Longest time of one generate, in milliseconds. */
  readonly generateTimeoutMs: number;
  /** Time between two flushes of the GPU's cache, in milliseconds. */
  readonly periodicFlushIntervalMs: number;
  /** Most that the KV cache of one request may take, in bytes. */
  readonly kvCeilingBytes: number;
  /** Most that one allocation of a prefill may take, in bytes. */
  readonly prefillCeilingBytes: number;
  /** Whether the process takes no lock, because its parent holds it. */
  readonly skipsProcessLock: boolean;
}

type Row = readonly [
  generateSeconds: number,
  flushSeconds: number,
  kvGb: number,
  prefillGb: number,
];

/** The seed's figures: a server has to answer many, a notebook belongs to one patient person. */
const ROWS: ReadonlyMap<string, Row> = new Map<string, Row>([
  ["server", [60, 60, 10, 4]],
  ["embedded", [120, 120, 15, 4.5]],
  ["notebook", [600, 900, 30, 5]],
]);

/** Those of `cli`, `subprocess_worker`, and every name that is none. */
const OTHERS: Row = [300, 300, 20, 5];

/**
 * Defaults of a process mode.
 *
 * @param mode Its name; one that is not known gets the defaults of `cli`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { modeDefaults } from "@metal-guard/core";
 *
 * assert.equal(modeDefaults("subprocess_worker").skipsProcessLock, true);
 * ```
 */
export function modeDefaults(mode: string): ModeDefaults {
  const [generate, flush, kv, prefill] = ROWS.get(mode) ?? OTHERS;
  return {
    mode,
    generateTimeoutMs: generate * SECOND_MS,
    periodicFlushIntervalMs: flush * SECOND_MS,
    kvCeilingBytes: kv * GB,
    prefillCeilingBytes: prefill * GB,
    skipsProcessLock: mode === "subprocess_worker",
  };
}
