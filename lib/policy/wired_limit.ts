import { GIB, MIB } from "../core/bytes.ts";
import { type Finding, finding } from "../core/finding.ts";
import { known, type Observed, unknown } from "../core/observed.ts";

/** How the limit of GPU memory is set. */
export type WiredLimitMode = "default" | "override" | "unknown";

/** What is known of the limit. */
export interface WiredLimitFacts {
  /** `iogpu.wired_limit_mb`, in MiB; 0 leaves the choice to the system. */
  readonly limitMib: Observed<number>;
  /** Memory of the machine, in bytes. */
  readonly memoryBytes: Observed<number>;
}

/** The limit, judged. */
export interface WiredLimitAudit {
  /** How it is set. */
  readonly mode: WiredLimitMode;
  /** As it was read, in MiB. */
  readonly limitMib: Observed<number>;
  /** Memory of the machine, in bytes. */
  readonly memoryBytes: Observed<number>;
  /** Its share of memory; `unknown` unless it is set by hand. */
  readonly ratio: Observed<number>;
  /** A warning where it leaves the system too little. */
  readonly advisory: Finding | null;
}

/** Above this share of memory the system itself runs short (the Python metal-guard's R3). */
const MOST_RATIO = 0.85;

/**
 * Judges the limit of GPU memory that a person has set.
 *
 * Fails open: where limit or memory is not known there is no warning, and the mode says `unknown`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { evaluateWiredLimit } from "@metal-guard/core";
 *
 * const audit = evaluateWiredLimit({
 *   limitMib: { kind: "known", value: 60_000 },
 *   memoryBytes: { kind: "known", value: 64 * 2 ** 30 },
 * });
 * assert.ok(audit.advisory !== null);
 * ```
 */
export function evaluateWiredLimit(facts: WiredLimitFacts): WiredLimitAudit {
  const { limitMib, memoryBytes } = facts;
  const none = { limitMib, memoryBytes, advisory: null };
  if (limitMib.kind === "unknown" || memoryBytes.kind === "unknown") {
    const reasons = [limitMib, memoryBytes].flatMap((one) =>
      one.kind === "unknown" ? [one.because] : []
    );
    const because = [...new Set(reasons)].join("; ");
    return { ...none, mode: "unknown", ratio: unknown(because) };
  }
  if (limitMib.value === 0) {
    return {
      ...none,
      mode: "default",
      ratio: unknown("the system chooses the limit"),
    };
  }
  const ratio = limitMib.value * MIB / memoryBytes.value;
  return {
    limitMib,
    memoryBytes,
    mode: "override",
    ratio: known(ratio),
    advisory: ratio > MOST_RATIO
      ? tooHigh(limitMib.value, memoryBytes.value)
      : null,
  };
}

function tooHigh(limitMib: number, memoryBytes: number): Finding {
  const percent = (limitMib * MIB / memoryBytes * 100).toFixed(1);
  const most = Math.floor(memoryBytes * MOST_RATIO / MIB);
  return finding(
    "wired-limit-high",
    `iogpu.wired_limit_mb is ${limitMib}, ${percent} % of ${
      Math.round(memoryBytes / GIB)
    } GiB: over ${MOST_RATIO * 100} % leaves macOS too little, and it panics`,
    `Lower it, or give the choice back to macOS with 0:\n$ sudo sysctl iogpu.wired_limit_mb=${most}`,
  );
}
