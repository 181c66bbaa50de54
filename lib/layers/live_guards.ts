import { FileError } from "../core/error.ts";
import { type Finding, finding } from "../core/finding.ts";
import { millisecondsBetween, SECOND_MS } from "../core/instant.ts";
import { plainText } from "../core/plain_text.ts";
import {
  isStillRunning,
  type LiveProcess,
  readLiveGuards,
} from "../facts/live_guards.ts";
import { UNKNOWN_KIND } from "../facts/running_process.ts";
import {
  encodeLiveGuard,
  type LiveGuardFile,
  type LiveKvRequest,
} from "../parse/state/live_guard_file.ts";
import type { Clock } from "../ports/clock.ts";
import type { FileStore } from "../ports/file_store.ts";
import type { Log } from "../ports/log.ts";
import { type Owner, replaceFile } from "../ports/state_writer.ts";
import type { SystemFacts } from "../ports/system_facts.ts";

/** What {@linkcode LiveGuards} works with. */
export interface LiveGuardPorts {
  /** The disk. */
  readonly store: FileStore;
  /** Heartbeats. */
  readonly clock: Clock;
  /** Our pid, and the running boot. */
  readonly system: SystemFacts;
  /** Who has a pid now; `undefined` when nobody has: gone, or a zombie. */
  readonly identityOf: (pid: number) => Promise<LiveProcess | undefined>;
  /** Told once when the record cannot be written. */
  readonly log: Log;
  /** Whom files are given to when root works under another's HOME. */
  readonly owner: () => Owner | undefined;
}

/** What a guard says of itself. */
export interface LiveGuardReport {
  /** What it was started for. */
  readonly label: string;
  /** The model in its care. */
  readonly model?: string | undefined;
  /** What it does right now, e.g. `loading`. */
  readonly phase: string;
  /** Requests that are running. */
  readonly kvRequests?: readonly LiveKvRequest[];
  /** Uses since the last cold start. */
  readonly resourceCount?: number | undefined;
}

/** A guard that runs, by its record. */
export interface LiveGuard {
  /** What it says. */
  readonly file: LiveGuardFile;
  /** Whether its heartbeat is as young as it should be. */
  readonly isFresh: boolean;
}

/** A guard that is published. Disposing it ends the heartbeat and takes the record away. */
export interface PublishedGuard extends AsyncDisposable {
  /** Writes the record anew, now. Never throws. */
  beat(): void;
}

/** Time between two heartbeats. */
export const HEARTBEAT_MS = 15 * SECOND_MS;
/** A machine under load may miss one or two. */
const FRESH_MS = 3 * HEARTBEAT_MS;

/**
 * What running guards tell each other: which model, which phase, how much KV cache.
 *
 * Fails open: a record that cannot be written is told once and stops nothing. Records of the dead are swept by the
 * identity of their process, never by their age.
 */
export class LiveGuards {
  readonly #ports: LiveGuardPorts;
  readonly #folder: string | undefined;
  #hasComplained = false;

  /** Made by the guard, once. */
  constructor(ports: LiveGuardPorts, folder: string | undefined) {
    this.#ports = ports;
    this.#folder = folder;
  }

  /** Guards that run, by pid; the records of the dead are passed over. */
  async list(): Promise<{
    readonly guards: readonly LiveGuard[];
    readonly findings: readonly Finding[];
  }> {
    const { running, findings } = await this.#look();
    const now = this.#ports.clock.now();
    return {
      guards: running.map((file) => ({
        file,
        isFresh: millisecondsBetween(file.heartbeatAt, now) <= FRESH_MS,
      })),
      findings,
    };
  }

  /**
   * Takes away the records of guards that have died.
   *
   * @returns What was removed, and what could not be.
   */
  async sweep(): Promise<{
    readonly removed: readonly string[];
    readonly findings: readonly Finding[];
  }> {
    const { dead } = await this.#look();
    const removed: string[] = [];
    const findings: Finding[] = [];
    for (const path of dead) {
      try {
        this.#ports.store.remove(path);
        removed.push(path);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        if (error.problem === "absent") continue;
        findings.push(finding("guard-record-stuck", plainText(error.message)));
      }
    }
    return { removed, findings };
  }

  /**
   * Publishes this guard, and keeps its record fresh until it is disposed of.
   *
   * @param report Asked at each heartbeat.
   */
  async publish(report: () => LiveGuardReport): Promise<PublishedGuard> {
    const { clock, system } = this.#ports;
    const path = this.#folder === undefined
      ? undefined
      : `${this.#folder}/${system.pid}.json`;
    const self = await this.#ports.identityOf(system.pid);
    const bootSessionUuid = await this.#boot();
    const beat = (): void => {
      if (path === undefined) return;
      const { label, model, phase, kvRequests, resourceCount } = report();
      this.#write(path, {
        pid: system.pid,
        startToken: self?.startToken.kind === UNKNOWN_KIND
          ? undefined
          : self?.startToken,
        bootSessionUuid,
        label,
        model,
        phase,
        heartbeatAt: clock.now(),
        kvRequests: kvRequests ?? [],
        resourceCount,
        extra: new Map(),
      });
    };
    beat();
    const stop = new AbortController();
    const beating = this.#keepBeating(beat, stop.signal);
    return {
      beat,
      [Symbol.asyncDispose]: async (): Promise<void> => {
        stop.abort();
        await beating;
        if (path !== undefined) this.#tryRemove(path);
      },
    };
  }

  async #keepBeating(beat: () => void, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#ports.clock.sleep(HEARTBEAT_MS, signal, { isIdle: true });
      } catch (error) {
        if (signal.aborted) return;
        throw error;
      }
      beat();
    }
  }

  /** Every record, told apart by whether its process still runs. */
  async #look(): Promise<{
    readonly running: readonly LiveGuardFile[];
    readonly dead: readonly string[];
    readonly findings: readonly Finding[];
  }> {
    const { records, findings } = readLiveGuards(
      this.#ports.store,
      this.#folder,
    );
    const bootSessionUuid = records.length === 0
      ? undefined
      : await this.#boot();
    const running: LiveGuardFile[] = [];
    const dead: string[] = [];
    for (const record of records) {
      const now = await this.#ports.identityOf(record.pid);
      if (!isStillRunning(record, now, bootSessionUuid)) dead.push(record.path);
      else if (record.file !== undefined) running.push(record.file);
    }
    return { running, dead, findings };
  }

  async #boot(): Promise<string | undefined> {
    const boot = await this.#ports.system.readBootSessionUuid();
    return boot.kind === "known" ? boot.value : undefined;
  }

  #write(path: string, file: LiveGuardFile): void {
    try {
      replaceFile(this.#ports.store, path, encodeLiveGuard(file), {
        owner: this.#ports.owner(),
      });
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      if (this.#hasComplained) return;
      this.#hasComplained = true;
      this.#ports.log.warn(
        `this guard is not published: ${plainText(error.message)}`,
      );
    }
  }

  #tryRemove(path: string): void {
    try {
      this.#ports.store.remove(path);
    } catch (error) {
      // The next sweep takes it.
      if (!(error instanceof FileError)) throw error;
    }
  }
}
