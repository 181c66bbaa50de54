import { millisecondsBetween } from "../core/instant.ts";
import type { StartToken } from "../core/process_identity.ts";
import { readLiveGuards } from "../facts/live_guards.ts";
import { parseWorkerLines, readLastLines } from "../facts/orphan_log.ts";
import {
  type RunningProcess,
  type RunningProcesses,
  UNKNOWN_KIND,
} from "../facts/running_process.ts";
import { encodeStartToken } from "../parse/state/lock_file.ts";
import {
  type Orphan,
  type OrphanQuery,
  pairWorkerLines,
} from "../policy/orphans.ts";
import type { Clock } from "../ports/clock.ts";
import { tryStat } from "../ports/file_look.ts";
import type { FileStore } from "../ports/file_store.ts";
import type { SystemFacts } from "../ports/system_facts.ts";

export type {
  RunningProcess as OrphanProcess,
  RunningProcesses as OrphanProcesses,
} from "../facts/running_process.ts";

/** What {@linkcode Orphans} works with. */
export interface OrphanPorts {
  /** The disk. */
  readonly store: FileStore;
  /** Now, and the local zone. */
  readonly clock: Clock;
  /** Us, and the running boot. */
  readonly system: SystemFacts;
  /** Other processes. */
  readonly processes: RunningProcesses;
}

/** Where orphans are looked for. */
export interface OrphanSetup {
  /** The breadcrumb log, `null` when there is none. */
  readonly log: () => string | null;
  /** Whether the log was only found as `./logs/…`: anybody may have put it there. */
  readonly isLogByChance: () => boolean;
  /** Folder of the live guards' records. */
  readonly guards: string | undefined;
  /** Least age of an orphan, in milliseconds. */
  readonly thresholdMs: number;
  /** Whether orphans are looked for at all. */
  readonly isEnabled: boolean;
}

/** How {@linkcode Orphans.scan} looks. */
export interface OrphanScanOptions {
  /** Least age of an orphan, in milliseconds. @default 90_000 */
  readonly thresholdMs?: number;
}

/** What was done about one orphan. */
export interface OrphanKill {
  /** The orphan. */
  readonly orphan: Orphan;
  /** `spared`: it could not be proved to be that worker, or may not be signalled. */
  readonly outcome: "killed" | "gone" | "spared";
  /** Why, for `spared`; `null` otherwise. */
  readonly because: string | null;
}

/** A start token as a line of the log keeps it: spaces became `_` there. */
function tokenWord(token: StartToken): string {
  return encodeStartToken(token)?.replace(/\s+/g, "_") ?? "";
}

/**
 * Finds starts of workers without their ends in lines of a breadcrumb log.
 *
 * @param lines Lines of the log, oldest first.
 * @param query Wall clock, local zone and least age.
 * @returns The orphans, oldest first.
 */
export function findOrphans(
  lines: readonly string[],
  query: OrphanQuery & { readonly timeZone: string },
): readonly Orphan[] {
  return pairWorkerLines(parseWorkerLines(lines, query), query);
}

/**
 * Layer 11: finds workers that were started and never ended: hung, or orphaned by the death of their guard.
 *
 * It reports. Only {@linkcode Orphans.kill} acts, and only on a process that is proved to be the worker, ours, and older
 * than its start's line; everything else is spared.
 */
export class Orphans {
  readonly #ports: OrphanPorts;
  readonly #setup: OrphanSetup;

  /** Made by the guard, once. */
  constructor(ports: OrphanPorts, setup: OrphanSetup) {
    this.#ports = ports;
    this.#setup = setup;
  }

  /** Least age of an orphan where nothing else is asked for, in milliseconds. */
  get thresholdMs(): number {
    return this.#setup.thresholdMs;
  }

  /** Looks at the log's last 2,000 lines, however large it is. Oldest first. */
  scan(options: OrphanScanOptions = {}): Promise<readonly Orphan[]> {
    return Promise.try(() => {
      const path = this.#setup.log();
      if (!this.#setup.isEnabled || path === null) return [];
      const { clock, store } = this.#ports;
      return findOrphans(readLastLines(store, path), {
        now: clock.now(),
        timeZone: clock.timeZone(),
        thresholdMs: options.thresholdMs ?? this.#setup.thresholdMs,
      });
    });
  }

  /**
   * Ends orphans by SIGKILL, each only where it is proved who it is (SAFETY I4). Never throws for one that it spares.
   *
   * @param orphans What {@linkcode scan} found.
   */
  async kill(orphans: readonly Orphan[]): Promise<readonly OrphanKill[]> {
    const done: OrphanKill[] = [];
    for (const orphan of orphans) done.push(await this.#killOne(orphan));
    return done;
  }

  async #killOne(orphan: Orphan): Promise<OrphanKill> {
    const spared = (because: string): OrphanKill => ({
      orphan,
      outcome: "spared",
      because,
    });
    const pid = orphan.ownPid;
    const doubt = this.#doubtAboutLog();
    if (doubt !== undefined) return spared(doubt);
    if (pid === null) return spared("its start's line names no pid");
    if (pid === this.#ports.system.pid) return spared("it is this process");
    if (await this.#isOfEarlierBoot(orphan)) {
      return spared("it was started in an earlier boot");
    }
    const expected = this.#expectedToken(orphan, pid);
    if (expected === undefined) {
      return spared("nothing of ours says when that process started");
    }
    const process = await this.#ports.processes.identityOf(pid);
    if (process === undefined) {
      return { orphan, outcome: "gone", because: null };
    }
    const because = this.#doubtAbout(orphan, process, expected);
    if (because !== undefined) return spared(because);
    const result = await this.#ports.processes.kill(process, "SIGKILL");
    if (result === "denied") return spared("the system does not allow it");
    if (result === "unproved") {
      return spared("the system did not say who it is");
    }
    return {
      orphan,
      outcome: result === "sent" ? "killed" : "gone",
      because: null,
    };
  }

  #doubtAboutLog(): string | undefined {
    if (this.#setup.isLogByChance()) {
      return "the log was only found as ./logs/: name it by METALGUARD_BREADCRUMB_PATH";
    }
    const path = this.#setup.log();
    const { store, system } = this.#ports;
    const owner = path === null ? undefined : tryStat(store, path)?.userId;
    return owner === undefined || owner !== system.userId
      ? "the log belongs to somebody else"
      : undefined;
  }

  #doubtAbout(
    orphan: Orphan,
    process: RunningProcess,
    expected: string,
  ): string | undefined {
    if (process.startToken.kind === UNKNOWN_KIND) {
      return "the system does not say who it is";
    }
    const actual = tokenWord(process.startToken);
    if (kindOf(actual) !== kindOf(expected)) {
      return "its start cannot be compared with what was written down";
    }
    if (actual !== expected) {
      return `pid ${process.pid} belongs to another process by now`;
    }
    const { userId } = this.#ports.system;
    if (process.userId === undefined || process.userId !== userId) {
      return "the process belongs to somebody else";
    }
    const isOlder = process.startedAt !== undefined &&
      millisecondsBetween(process.startedAt, orphan.preTime) >= 0;
    return isOlder ? undefined : "the process is younger than its start's line";
  }

  async #isOfEarlierBoot(orphan: Orphan): Promise<boolean> {
    if (orphan.boot === null) return false;
    const boot = await this.#ports.system.readBootSessionUuid();
    return boot.kind === "known" &&
      !boot.value.toUpperCase().startsWith(orphan.boot);
  }

  /** What our own "ready" line, else the guard's record of that pid, says of its start. */
  #expectedToken(orphan: Orphan, pid: number): string | undefined {
    if (orphan.readyToken !== null) return orphan.readyToken;
    const { records } = readLiveGuards(this.#ports.store, this.#setup.guards);
    const token = records.find((record) => record.pid === pid)?.file
      ?.startToken;
    return token === undefined ? undefined : tokenWord(token);
  }
}

function kindOf(token: string): string {
  return token.slice(0, token.indexOf(":"));
}
