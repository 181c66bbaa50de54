import { KIB } from "../core/bytes.ts";
import { FileError } from "../core/error.ts";
import { SECOND_MS } from "../core/instant.ts";
import type { WiredPolicy } from "../core/worker.ts";
import { parseWiredMarks, type WiredMark } from "../parse/wired_marks.ts";
import type { Clock } from "../ports/clock.ts";
import type { FileStore } from "../ports/file_store.ts";
import type { Log } from "../ports/log.ts";
import { slept } from "../ports/sleep.ts";
import { readStateFile, replaceFile } from "../ports/state_writer.ts";

/** What {@linkcode WiredHook} works with. */
export interface WiredHookPorts {
  /** The disk. */
  readonly store: FileStore;
  /** Time. */
  readonly clock: Clock;
  /** Words for a person. */
  readonly log: Log;
  /** Writes a record of the run. */
  readonly record: (kind: string, reason: string) => void;
}

/** How the hook is put in place. */
export interface WiredHookSetup {
  /** What programs shall do about wired memory. */
  readonly policy: Exclude<WiredPolicy, "stock">;
  /** Folder of the state files; `undefined` where there is none. */
  readonly stateFolder: string | undefined;
  /** Text of the hook. */
  readonly program: string;
  /** What `PYTHONPATH` is without it. */
  readonly pythonPath: string | undefined;
  /** Our process, whose number the marks bear. */
  readonly pid: number;
}

/** How often the marks are looked at. */
const LOOK_MS = 500;
/** A Python that has not started by then is told of as missing; a launcher may start it later all the same. */
const PATIENCE_MS = 15 * SECOND_MS;
/** A program that starts thousands of Pythons is not told of a thousand times. */
const MOST_TOLD = 20;
const MAX_MARKS_BYTES = 64 * KIB;

/**
 * Part of L10, `metal-guard run --wired-limit`: keeps any Python program from wiring memory, by a start-up hook, and says
 * whether that is in force.
 *
 * Fails open: without its hook the program runs all the same, and it says "not in force".
 */
export class WiredHook {
  readonly #ports: WiredHookPorts;
  readonly #setup: WiredHookSetup;
  readonly #told = new Set<string>();
  #isLoaded = false;
  #isMissingTold = false;
  #marks: string | undefined;

  /** Made for one run. */
  constructor(ports: WiredHookPorts, setup: WiredHookSetup) {
    this.#ports = ports;
    this.#setup = setup;
  }

  /** Puts the hook in place; answers the variables by which a Python loads it, none where it cannot. */
  prepare(): Readonly<Record<string, string>> {
    const { policy, program, pythonPath, pid, stateFolder } = this.#setup;
    if (stateFolder === undefined) return this.#fail("there is no HOME");
    const folder = `${stateFolder}/wired-hook`;
    if (folder.includes(":")) {
      return this.#fail(`PYTHONPATH cannot hold ${folder}`);
    }
    const marks = `${folder}/${pid}.marks`;
    const hook = `${folder}/sitecustomize.py`;
    const { store } = this.#ports;
    try {
      const old = readStateFile(store, hook);
      if (old.kind !== "text" || old.text !== program) {
        replaceFile(store, hook, program);
      }
      replaceFile(store, marks, "");
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return this.#fail(error.message);
    }
    this.#marks = marks;
    const others = (pythonPath ?? "").split(":").filter((one) =>
      one !== folder
    );
    // An empty part would be the current folder.
    const isOnlyOurs = others.every((one) => one === "");
    return {
      ["PYTHONPATH"]: isOnlyOurs ? folder : [folder, ...others].join(":"),
      ["METALGUARD_WIRED_LIMIT"]: `${policy}`,
      ["METALGUARD_WIRED_MARKS"]: marks,
    };
  }

  /** Looks again and again until the run is over. */
  async watch(signal: AbortSignal): Promise<void> {
    const { clock } = this.#ports;
    const startMs = clock.monotonicMs();
    while (await slept(clock, LOOK_MS, signal)) {
      this.#look();
      if (clock.monotonicMs() - startMs >= PATIENCE_MS) this.#tellMissing();
    }
  }

  /** The last look; says "not in force" where no Python has loaded it. */
  close(): void {
    const marks = this.#marks;
    if (marks === undefined) return;
    this.#look();
    this.#tellMissing();
    try {
      this.#ports.store.remove(marks);
    } catch (error) {
      // It is made empty by the next run of that number.
      if (!(error instanceof FileError)) throw error;
    }
  }

  #look(): void {
    if (this.#marks === undefined) return;
    const reading = readStateFile(
      this.#ports.store,
      this.#marks,
      MAX_MARKS_BYTES,
    );
    if (reading.kind !== "text") return;
    for (const mark of parseWiredMarks(reading.text)) this.#tell(mark);
  }

  #tell({ pid, word }: WiredMark): void {
    this.#isLoaded = true;
    const key = `${pid} ${word}`;
    if (this.#told.has(key) || this.#told.size >= MOST_TOLD) return;
    this.#told.add(key);
    const { policy } = this.#setup;
    const what = `wired limit ${policy}`;
    switch (word) {
      case "loaded":
        return this.#say(`${what}: on in process ${pid}`);
      case "in-force":
        return this.#say(`${what}: in force in process ${pid}, MLX is loaded`);
      case "absent":
        return this.#say(
          `${what}: the MLX of process ${pid} knows no wired limit`,
        );
      case "failed":
        return this.#warn(
          `${what}: not in force in process ${pid}: its MLX could not be changed`,
        );
    }
  }

  #tellMissing(): void {
    if (this.#isLoaded || this.#isMissingTold) return;
    this.#isMissingTold = true;
    this.#warn(
      `wired limit ${this.#setup.policy}: not in force: no Python of this command has loaded the start-up hook (python -I, -E or -S, or no Python)`,
    );
  }

  #fail(why: string): Readonly<Record<string, string>> {
    this.#warn(`wired limit ${this.#setup.policy}: not in force: ${why}`);
    return {};
  }

  #say(words: string): void {
    this.#ports.log.info(words);
    this.#ports.record("wired-limit", words);
  }

  #warn(words: string): void {
    this.#ports.log.warn(words);
    this.#ports.record("wired-limit", words);
  }
}
