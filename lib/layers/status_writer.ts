import { FileError } from "../core/error.ts";
import { SECOND_MS } from "../core/instant.ts";
import { plainText } from "../core/plain_text.ts";
import { decodeJsonFields } from "../parse/state/json_text.ts";
import { encodeStatusFile } from "../parse/state/status_file.ts";
import { writerPauseMs } from "../policy/writer_pause.ts";
import type { Clock } from "../ports/clock.ts";
import { tryStat } from "../ports/file_look.ts";
import type { FileStore } from "../ports/file_store.ts";
import type { Log } from "../ports/log.ts";
import { endedBefore } from "../ports/program_signals.ts";
import { slept } from "../ports/sleep.ts";
import { type Owner, replaceFile } from "../ports/state_writer.ts";
import {
  STATUS_SCHEMA_VERSION,
  statusSections,
} from "../report/status_json.ts";
import { publicStatus } from "../report/status_public.ts";
import type { StatusSnapshot } from "../report/status_snapshot.ts";

/** Something else that is made of each picture, e.g. metrics for another collector. */
export interface StatusSink {
  /** What it writes, for messages, e.g. a path. */
  readonly name: string;
  /**
   * Writes it.
   *
   * @throws {FileError} If it cannot be written; the writer says so once and goes on.
   */
  write(snapshot: StatusSnapshot): void | Promise<void>;
}

/** What {@linkcode StatusWriter} works with. */
export interface StatusWriterPorts {
  /** Gathers the picture. Never throws. */
  readonly read: () => Promise<StatusSnapshot>;
  /** Time. */
  readonly clock: Clock;
  /** The disk. */
  readonly store: FileStore;
  /** Told once when writing begins to fail, and once when it works again. */
  readonly log: Log;
  /** Whom files are given to when root works under another's HOME. */
  readonly owner: () => Owner | undefined;
}

/** What is written, and where. */
export interface StatusWriterSetup {
  /** The file. */
  readonly path: string;
  /** Whether everybody may read it: 0644, without command lines, breadcrumbs and paths (SAFETY P2). */
  readonly isPublic: boolean;
  /** What else is written after each picture, in this order. */
  readonly sinks: readonly StatusSink[];
  /** The program's version. */
  readonly version: string;
}

/** How a writer runs on. */
export interface StatusLoopOptions {
  /** From one picture to the next, in milliseconds. */
  readonly intervalMs: number;
  /** Ends it, also in the middle of a sleep or a picture. */
  readonly signal: AbortSignal;
}

/** A wall clock that is set back by less than this is only corrected. */
const LEAST_STEP_BACK_MS = SECOND_MS;

/**
 * Layer 13, writing side: keeps `status.json` fresh for programs that do not ask us.
 *
 * Fails open: what cannot be written is told once and tried again, for ever. Each file is replaced whole, so a reader sees
 * the old picture or the new one, also when two writers run at once.
 */
export class StatusWriter {
  readonly #ports: StatusWriterPorts;
  readonly #setup: StatusWriterSetup;
  readonly #targets: readonly Target[];
  #lastAt: Temporal.Instant | undefined;

  /** Made by the guard, one a file. */
  constructor(ports: StatusWriterPorts, setup: StatusWriterSetup) {
    this.#ports = ports;
    this.#setup = setup;
    this.#targets = [
      {
        name: setup.path,
        write: (snapshot: StatusSnapshot) => this.writeFile(snapshot),
      },
      ...setup.sinks,
    ].map((sink) => ({ sink, failures: 0 }));
  }

  /** The file. */
  get path(): string {
    return this.#setup.path;
  }

  /**
   * Gathers one picture and writes it, and whatever else is made of it.
   *
   * @throws {FileError} If one of them cannot be written; the others are written all the same.
   */
  async write(): Promise<StatusSnapshot> {
    const snapshot = await this.#ports.read();
    const errors: unknown[] = [];
    for (const { sink } of this.#targets) {
      try {
        await sink.write(snapshot);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
    return snapshot;
  }

  /**
   * Writes pictures until it is asked to end.
   *
   * @returns Whether it was asked in the middle of a picture, whose questions to the machine may still be open.
   */
  async run(options: StatusLoopOptions): Promise<{ readonly isCut: boolean }> {
    const { clock } = this.#ports;
    const { intervalMs, signal } = options;
    while (!signal.aborted) {
      const startMs = clock.monotonicMs();
      if (!await endedBefore(this.#tick(signal), signal)) {
        return { isCut: true };
      }
      const pauseMs = writerPauseMs({
        intervalMs,
        failures: Math.min(...this.#targets.map(({ failures }) => failures)),
        tookMs: clock.monotonicMs() - startMs,
      });
      if (!await slept(clock, pauseMs, signal)) break;
    }
    return { isCut: false };
  }

  /** The picture as it stands in the file. */
  text(snapshot: StatusSnapshot): string {
    const { isPublic, version } = this.#setup;
    const timeZone = this.#ports.clock.timeZone();
    const sections = statusSections(snapshot, { timeZone, version });
    const shown = isPublic ? publicStatus(sections) : sections;
    return `${
      encodeStatusFile({
        schemaVersion: STATUS_SCHEMA_VERSION,
        capturedAt: snapshot.capturedAt,
        // What is not finite becomes null on the way: not known.
        sections: decodeJsonFields(JSON.stringify(shown), "status snapshot"),
      })
    }\n`;
  }

  /**
   * Writes a picture that is there already.
   *
   * @throws {FileError} If it cannot be written; the old content stands then.
   */
  writeFile(snapshot: StatusSnapshot): void {
    const { store, owner } = this.#ports;
    const { path, isPublic } = this.#setup;
    const found = tryStat(store, path);
    if (found !== undefined && found.kind !== "file") {
      throw new FileError(
        "not-a-file",
        path,
        `Cannot write ${path}: it is no regular file, and would be replaced`,
      );
    }
    replaceFile(store, path, this.text(snapshot), {
      owner: owner(),
      mode: isPublic ? 0o644 : 0o600,
    });
  }

  async #tick(signal: AbortSignal): Promise<void> {
    const snapshot = await this.#ports.read();
    this.#lookAtClock(snapshot.capturedAt);
    for (const target of this.#targets) {
      if (signal.aborted) return;
      await this.#tryWrite(target, snapshot);
    }
  }

  async #tryWrite(target: Target, snapshot: StatusSnapshot): Promise<void> {
    const { sink } = target;
    const { log } = this.#ports;
    try {
      await sink.write(snapshot);
      if (target.failures > 0) {
        log.info(
          `${
            plainText(sink.name)
          } is written again, after ${target.failures} failed tries`,
        );
      }
      target.failures = 0;
    } catch (error) {
      const because = error instanceof Error ? error.message : String(error);
      if (target.failures === 0) {
        log.warn(`${plainText(because)}; it is tried again and again`);
      }
      target.failures += 1;
    }
  }

  #lookAtClock(at: Temporal.Instant): void {
    const last = this.#lastAt;
    this.#lastAt = at;
    if (last === undefined) return;
    const backMs = last.epochMilliseconds - at.epochMilliseconds;
    if (backMs < LEAST_STEP_BACK_MS) return;
    this.#ports.log.info(
      `the wall clock was set back by ${
        Math.round(backMs / SECOND_MS)
      } s; captured_at follows it`,
    );
  }
}

interface Target {
  readonly sink: StatusSink;
  /** Since the last good write. */
  failures: number;
}
