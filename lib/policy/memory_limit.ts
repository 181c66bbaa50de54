import { GIB, MIB } from "../core/bytes.ts";
import type { MemoryLimitSource } from "../core/gpu_memory_status.ts";
import type { Observed } from "../core/observed.ts";

/** How much GPU memory may be in use. */
export type MemoryLimit =
  | {
    readonly kind: "known";
    /** In bytes. */
    readonly value: number;
    /** Who says so; an estimate is nobody's word. */
    readonly source: MemoryLimitSource;
  }
  | { readonly kind: "unknown"; readonly because: string };

/** What is known of the limit. */
export interface MemoryLimitFacts {
  /** `iogpu.wired_limit_mb`, in MiB; 0 leaves the choice to the system. */
  readonly wiredLimitMib: Observed<number>;
  /** Metal's recommended working set, as it was once read, in bytes. */
  readonly workingSetBytes: Observed<number>;
  /** Memory of the machine, in bytes. */
  readonly memoryBytes: Observed<number>;
}

/** Up to here Metal recommended two thirds on every machine that we have a figure of (16 and 32 GiB). */
const TWO_THIRDS_UP_TO = 36 * GIB;

/**
 * Finds the limit of GPU memory: set by a person, else as Metal once said, else estimated low.
 *
 * Metal's figure is no constant share of memory: on 64 GiB machines 48, 51.8 and 56 GiB were seen, on 128 GiB 107.5.
 * The estimate is the lowest share seen at that size.
 */
export function findMemoryLimit(facts: MemoryLimitFacts): MemoryLimit {
  const { wiredLimitMib, workingSetBytes, memoryBytes } = facts;
  if (wiredLimitMib.kind === "known" && wiredLimitMib.value > 0) {
    return {
      kind: "known",
      value: wiredLimitMib.value * MIB,
      source: "wired_limit",
    };
  }
  if (workingSetBytes.kind === "known") {
    return {
      kind: "known",
      value: workingSetBytes.value,
      source: "working_set",
    };
  }
  if (memoryBytes.kind === "unknown") return memoryBytes;
  const share = memoryBytes.value < TWO_THIRDS_UP_TO ? 2 / 3 : 3 / 4;
  return {
    kind: "known",
    value: Math.floor(memoryBytes.value * share),
    source: "estimate",
  };
}
