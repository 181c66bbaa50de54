import { addMs } from "../core/instant.ts";
import type { Observed } from "../core/observed.ts";
import type { FailureHistory } from "../facts/panic_history.ts";
import {
  readRunningBoot,
  readWorkLines,
  type SuspectLogPorts,
} from "../facts/suspect_log.ts";
import { openStarts } from "../policy/open_starts.ts";
import { findSuspects, type Suspect } from "../policy/suspects.ts";

/** What {@linkcode Suspects} works with. */
export interface SuspectPorts extends SuspectLogPorts {
  /** Asks for the running boot; only while there is a start without its end. */
  readonly readBootSessionUuid: () => Promise<Observed<string>>;
}

/**
 * Layer 10, suspicion: kernel panics that left no report, told by GPU work that broke off with its boot.
 *
 * Fails open: a log that cannot be read, and a boot that cannot be named, give no suspect.
 */
export class Suspects {
  readonly #ports: SuspectPorts;
  readonly #path: string;

  /** Made by the guard, once; `path` is the breadcrumb log. */
  constructor(ports: SuspectPorts, path: string) {
    this.#ports = ports;
    this.#path = path;
  }

  /**
   * Looks at the log's last 2,000 lines.
   *
   * @param history Kernel panics of at least the last 72 h.
   * @param options How long a suspect matters, in milliseconds.
   * @returns The suspects, newest first.
   */
  async find(
    history: Pick<FailureHistory, "panics">,
    options: { readonly withinMs: number },
  ): Promise<readonly Suspect[]> {
    const open = openStarts(readWorkLines(this.#ports, this.#path));
    const since = addMs(this.#ports.clock.now(), -options.withinMs);
    const isYoung = (at: Temporal.Instant): boolean =>
      Temporal.Instant.compare(at, since) >= 0;
    const panics = history.panics.map((panic) => ({
      at: panic.time.at,
      bootSessionUuid: panic.record.bootSessionUuid,
      isWatchdog: panic.signature?.isSuspect === true,
    }));
    const mayMatter = open.some((line) => isYoung(line.at)) ||
      (open.length > 0 &&
        panics.some((panic) => panic.isWatchdog && isYoung(panic.at)));
    if (!mayMatter) return [];
    const boot = await readRunningBoot(this.#ports);
    return findSuspects(open, { ...boot, panics })
      .filter((suspect) => isYoung(suspect.at));
  }
}
