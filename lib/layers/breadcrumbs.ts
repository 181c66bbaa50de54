import { KIB, MIB } from "../core/bytes.ts";
import { FileError } from "../core/error.ts";
import { type Finding, finding } from "../core/finding.ts";
import { plainText } from "../core/plain_text.ts";
import { anchorMeta, formatBreadcrumb } from "../parse/breadcrumb_line.ts";
import type { Clock } from "../ports/clock.ts";
import { isPlainlyAbsent, tryStat } from "../ports/file_look.ts";
import type { FileStore } from "../ports/file_store.ts";
import type { Log } from "../ports/log.ts";
import { folderOf } from "../ports/state_folder.ts";
import {
  appendLine,
  type Owner,
  rotateIfLarge,
} from "../ports/state_writer.ts";
import type { SystemFacts } from "../ports/system_facts.ts";

/** What {@linkcode Breadcrumbs} works with. */
export interface BreadcrumbPorts {
  /** The disk. */
  readonly store: FileStore;
  /** Now, and the local zone. */
  readonly clock: Clock;
  /** Asked for the boot, by lines that a panic may cut off from their end. */
  readonly system: SystemFacts;
  /** Told once when the log cannot be written. */
  readonly log: Log;
  /** Whom files are given to when root works under another's HOME. */
  readonly owner: () => Owner | undefined;
}

/** Which file is the log. */
export interface BreadcrumbPlace {
  /** What was asked for: a path, `null` for no log at all, `undefined` for the usual places. */
  readonly requested: string | null | undefined;
  /** The usual place of last resort. */
  readonly fallback: string | undefined;
}

/** The end of the log. */
export interface BreadcrumbTail {
  /** Lines, oldest first. */
  readonly lines: readonly string[];
  /** What could not be read. */
  readonly findings: readonly Finding[];
}

const NO_LINES: BreadcrumbTail = { lines: [], findings: [] };

/** Figures beside a line. */
export type BreadcrumbMeta = Readonly<Record<string, string | number>>;

/** The seed's place; under launchd, whose folder is `/`, it does not exist. */
const RELATIVE_LOG = "logs/metal_breadcrumb.log";
/** Lines that are judged after a reboot, so they say exactly when and in which boot they were written (SAFETY T5). */
const ANCHORED_TAGS: ReadonlySet<string> = new Set([
  "SUBPROC_PRE",
  "SUBPROC_POST",
  "RUN_START",
  "RUN_END",
]);
/** The log is moved aside at this size (SPEC 1.1). */
const ROTATE_BYTES = 8 * MIB;
const KEPT_LOGS = 3;
/** Longest line that either tool writes, in bytes. */
const LINE_BYTES = 4 * KIB;
/** Most that is ever read back. */
const MAX_TAIL_BYTES = 8 * MIB;

/**
 * Writes down what is about to happen, so that a panic leaves a trace, and reads it back.
 *
 * Fails open: a full disk or a folder that may not be written never throws into inference; it is told once.
 */
export class Breadcrumbs {
  readonly #ports: BreadcrumbPorts;
  readonly #place: BreadcrumbPlace;
  #path: string | null | undefined;
  #hasComplained = false;

  /** Made by the guard, once. */
  constructor(ports: BreadcrumbPorts, place: BreadcrumbPlace) {
    this.#ports = ports;
    this.#place = place;
  }

  /** The log's path, `null` when there is none. */
  get path(): string | null {
    return this.#path ??= this.#choosePath();
  }

  /**
   * Writes one line and waits until it is on the disk. Never throws.
   *
   * @param tag What happens, e.g. `LOAD`.
   * @param payload What it happens to, e.g. a model's name.
   * @param meta Figures beside it; see {@linkcode formatBreadcrumb} for their form.
   */
  async write(
    tag: string,
    payload?: string,
    meta: BreadcrumbMeta = {},
  ): Promise<void> {
    const path = this.path;
    if (path === null) return;
    const { clock, store } = this.#ports;
    const at = clock.now();
    try {
      const anchor = ANCHORED_TAGS.has(tag)
        ? anchorMeta(at, await this.#bootSessionUuid())
        : {};
      const line = formatBreadcrumb({
        at,
        timeZone: clock.timeZone(),
        tag,
        ...(payload === undefined ? {} : { payload }),
        meta: { ...meta, ...anchor },
      });
      const options = { owner: this.#ports.owner() };
      rotateIfLarge(store, path, ROTATE_BYTES, KEPT_LOGS, options);
      appendLine(store, path, line, options);
    } catch (error) {
      this.#complain(error);
    }
  }

  /**
   * The last lines, oldest first, also those that were moved aside.
   *
   * @param lines How many; 0 reads nothing.
   */
  tail(lines: number): readonly string[] {
    return this.readTail(lines).lines;
  }

  /**
   * The last lines, and what stood in the way of reading them.
   *
   * @param lines How many; 0 reads nothing.
   */
  readTail(lines: number): BreadcrumbTail {
    const path = this.path;
    if (path === null || lines <= 0) return NO_LINES;
    const current = this.#linesOf(path, lines);
    const missing = lines - current.lines.length;
    if (missing === 0) return current;
    const older = this.#linesOf(`${path}.1`, missing);
    return {
      lines: [...older.lines, ...current.lines],
      findings: [...current.findings, ...older.findings],
    };
  }

  #choosePath(): string | null {
    const { requested, fallback } = this.#place;
    if (requested !== undefined) return requested;
    return this.#isFile(RELATIVE_LOG) ? RELATIVE_LOG : fallback ?? null;
  }

  #isFile(path: string): boolean {
    const { store } = this.#ports;
    return !isPlainlyAbsent(store, `./${folderOf(path)}`) &&
      tryStat(store, path)?.kind === "file";
  }

  async #bootSessionUuid(): Promise<string | undefined> {
    const boot = await this.#ports.system.readBootSessionUuid();
    return boot.kind === "known" ? boot.value : undefined;
  }

  #linesOf(path: string, count: number): BreadcrumbTail {
    const { store } = this.#ports;
    const limit = Math.min(MAX_TAIL_BYTES, (count + 1) * LINE_BYTES);
    try {
      if (store.stat(path).kind !== "file") {
        return unread(`Cannot read ${plainText(path)}: it is not a file`);
      }
      const bytes = store.readTail(path, limit);
      const text = new TextDecoder().decode(bytes);
      const lines = text.split("\n");
      // Cut off from its beginning, the first is no line; after the last line break, the last is none.
      if (bytes.length === limit) lines.shift();
      if (lines.at(-1) === "") lines.pop();
      return { lines: lines.slice(-count), findings: [] };
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      const isNone = error.problem === "absent" ||
        error.problem === "not-a-folder";
      return isNone ? NO_LINES : unread(error.message);
    }
  }

  #complain(error: unknown): void {
    if (this.#hasComplained) return;
    this.#hasComplained = true;
    const because = error instanceof Error ? error.message : String(error);
    this.#ports.log.warn(`breadcrumbs are not written: ${because}`);
  }
}

function unread(message: string): BreadcrumbTail {
  return { lines: [], findings: [finding("breadcrumbs-unreadable", message)] };
}
