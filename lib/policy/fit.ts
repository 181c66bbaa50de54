import { GB } from "../core/bytes.ts";
import type { Observed } from "../core/observed.ts";
import type { Verdict } from "../core/verdict.ts";

/** What a model needs beside its weights, in bytes (seed, L4). */
export const FIT_OVERHEAD_BYTES = 2 * GB;

/** What a load needs, and what there is. */
export interface FitFacts {
  /** The model's weights, in bytes. */
  readonly modelBytes: number;
  /** Caches and work of the context that was asked for, in bytes. @default 0 */
  readonly contextBytes?: number;
  /** What it needs besides, in bytes. @default 2 GB */
  readonly overheadBytes?: number;
  /** In use now, in bytes. */
  readonly activeBytes: Observed<number>;
  /** What must not be exceeded, in bytes. */
  readonly limitBytes: Observed<number>;
}

/** Everything that a load needs together, in bytes. */
export function neededBytes(facts: FitFacts): number {
  return facts.modelBytes + (facts.contextBytes ?? 0) +
    (facts.overheadBytes ?? FIT_OVERHEAD_BYTES);
}

/**
 * L4: decides whether a model fits into what is left of the GPU's memory.
 *
 * Fails open: where the limit or what is in use is not known it passes, and says so.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { evaluateFit } from "@metal-guard/core";
 *
 * const verdict = evaluateFit({
 *   modelBytes: 35e9,
 *   activeBytes: { kind: "known", value: 1e9 },
 *   limitBytes: { kind: "known", value: 24e9 },
 * });
 * assert.equal(verdict.kind, "refuse");
 * ```
 */
export function evaluateFit(facts: FitFacts): Verdict {
  const { activeBytes, limitBytes } = facts;
  const needed = neededBytes(facts);
  if (limitBytes.kind === "unknown") {
    return passed(needed, `the limit is not known (${limitBytes.because})`);
  }
  if (activeBytes.kind === "unknown") {
    if (needed <= limitBytes.value) {
      return passed(
        needed,
        `what is in use is not known (${activeBytes.because})`,
      );
    }
    return refused(
      `needs ${gb(needed)} > limit ${gb(limitBytes.value)}`,
    );
  }
  const left = limitBytes.value - activeBytes.value;
  const inequality = `${gb(left)} (limit ${gb(limitBytes.value)} − in use ${
    gb(activeBytes.value)
  })`;
  return needed <= left
    ? { kind: "proceed", reason: `needs ${gb(needed)} ≤ ${inequality}` }
    : refused(`needs ${gb(needed)} > ${inequality}`);
}

function passed(needed: number, why: string): Verdict {
  return {
    kind: "proceed",
    reason: `needs ${gb(needed)}; ${why}, so it is not judged`,
  };
}

function refused(reason: string): Verdict {
  return {
    kind: "refuse",
    reason,
    wayOut:
      "Take a smaller model or a smaller quantisation, ask for less context, or end what holds the GPU's memory",
  };
}

function gb(bytes: number): string {
  return `${(bytes / GB).toFixed(2)} GB`;
}
