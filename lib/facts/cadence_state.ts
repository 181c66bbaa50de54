import type { Finding } from "../core/finding.ts";
import { finding } from "../core/finding.ts";
import { isSane } from "../core/instant.ts";
import { decodeCadence } from "../parse/state/cadence_file.ts";
import {
  type DatedState,
  type DatedStateKind,
  type DatedStatePorts,
  readDatedState,
} from "./dated_state.ts";
import type { WallStep } from "./wall_step.ts";

/** Recorded loads, each with a time that can be believed. */
export interface CadenceRecord {
  /** When each model was last loaded. */
  readonly lastLoadAt: ReadonlyMap<string, Temporal.Instant>;
  /** When the record was found damaged. */
  readonly damagedSince: Temporal.Instant | undefined;
  /** Whether it holds times ahead of now, which have to be written down anew lest they come to pass (SAFETY T3). */
  readonly hasTimesAhead: boolean;
  /** The file itself. */
  readonly file: DatedState<ReadonlyMap<string, Temporal.Instant>>;
  /** What is out of order. */
  readonly findings: readonly Finding[];
}

const KIND: DatedStateKind<ReadonlyMap<string, Temporal.Instant>> = {
  what: "record of model loads",
  code: "cadence-file",
  decode: decodeCadence,
  fix: "Nothing needs doing: it ends by itself after the longest interval",
};

/**
 * Reads when models were last loaded.
 *
 * Fails closed: a damaged record is one, and a load dated ahead of now counts from when the file was written, since no
 * load is later than that.
 *
 * @param ports Disk, clock and memory.
 * @param path The record; `undefined` where there is no place for one.
 * @param step How far the wall clock was set since the record was written.
 */
export function readCadenceRecord(
  ports: DatedStatePorts,
  path: string | undefined,
  step?: WallStep,
): CadenceRecord {
  const file = readDatedState(ports, path, KIND);
  const now = ports.clock.now();
  const lastLoadAt = new Map<string, Temporal.Instant>();
  let ahead = 0;
  for (const [modelId, written] of file.value ?? []) {
    const at = step?.shift(written) ?? written;
    const isBelieved = isSane(at, now);
    if (!isBelieved) ahead += 1;
    lastLoadAt.set(modelId, isBelieved ? at : file.writtenAt ?? now);
  }
  return {
    lastLoadAt,
    damagedSince: file.damagedSince,
    hasTimesAhead: ahead > 0,
    file,
    findings: ahead === 0 ? file.findings : [
      ...file.findings,
      finding(
        "cadence-time-ahead",
        `${ahead} model loads are dated ahead of now: they count from when that was written`,
      ),
    ],
  };
}
