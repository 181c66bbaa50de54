import { addMs, isSane } from "../core/instant.ts";
import type { Observed } from "../core/observed.ts";
import { tryParseBreadcrumb } from "../parse/breadcrumb_line.ts";
import type { Clock } from "../ports/clock.ts";
import { tryStat } from "../ports/file_look.ts";
import type { FileStore } from "../ports/file_store.ts";
import { readLastLines } from "./orphan_log.ts";

/** What {@linkcode readWorkLines} works with. */
export interface SuspectLogPorts {
  /** The disk. */
  readonly store: FileStore;
  /** Now, the local zone and the boot clock. */
  readonly clock: Clock;
}

/** The running boot. */
export interface RunningBoot {
  /** Its identity; `undefined` where that is unknown. */
  readonly bootSessionUuid: string | undefined;
  /** When it began; `undefined` where that is unknown. */
  readonly bootedAt: Temporal.Instant | undefined;
}

/** A line that tells of GPU work beginning or ending. */
export type WorkLine = NonNullable<ReturnType<typeof tryParseBreadcrumb>>;

/**
 * The log's lines that tell of GPU work beginning or ending. A line dated ahead of now was written before the clock was
 * set back: no line is later than its file's last write, and where that lies ahead too, none can be placed (SAFETY T3).
 *
 * It reports: what cannot be read has no lines.
 */
export function readWorkLines(
  ports: SuspectLogPorts,
  path: string,
): readonly WorkLine[] {
  const { clock, store } = ports;
  const now = clock.now();
  const options = { timeZone: clock.timeZone(), now };
  const writtenAt = tryStat(store, path)?.modifiedAt;
  return readLastLines(store, path).flatMap((text) => {
    if (!text.includes("SUBPROC_P") && !text.includes("RUN_")) return [];
    const line = tryParseBreadcrumb(text, options);
    if (line === undefined || isSane(line.at, now)) return line ?? [];
    return writtenAt !== undefined && isSane(writtenAt, now)
      ? { ...line, at: writtenAt }
      : [];
  });
}

/** The running boot, as far as it can be known. */
export async function readRunningBoot(
  ports: SuspectLogPorts & {
    /** Asks for the boot's identity. */
    readonly readBootSessionUuid: () => Promise<Observed<string>>;
  },
): Promise<RunningBoot> {
  const boot = await ports.readBootSessionUuid();
  const bootMs = ports.clock.bootMs();
  return {
    bootSessionUuid: boot.kind === "known" ? boot.value : undefined,
    bootedAt: bootMs === undefined
      ? undefined
      : addMs(ports.clock.now(), -bootMs),
  };
}
