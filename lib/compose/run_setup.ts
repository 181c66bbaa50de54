/**
 * What a command under `metal-guard run` stands on: what is known against it before the start, and what is written down
 * when it has gone well. Loaded only for what may be MLX work.
 *
 * @module
 */
import { createDenoLinkReader } from "../adapters/deno/link_reader.ts";
import type { MetalGuardPorts } from "../compose.ts";
import { FileError, RefusedError } from "../core/error.ts";
import type { Observed } from "../core/observed.ts";
import { plainText } from "../core/plain_text.ts";
import {
  type InstalledVersions,
  readInstalledVersions,
} from "../facts/installed_versions.ts";
import { findAdvisories } from "../layers/advisories.ts";
import { encodeLastGood } from "../parse/state/last_good_file.ts";
import { isGoodRun, type RunEnd } from "../policy/good_run.ts";
import type { RegistryAnswer } from "../policy/registry_lookup.ts";
import { replaceFile } from "../ports/state_writer.ts";
import { type RunNote, runNotes } from "../report/run_advice.ts";
import { gatePartsOf } from "./gate.ts";
import type { RunningGuard } from "./running.ts";

/** What a command is, as far as its words tell. */
export interface RunSubject {
  /** Its Python, as `findPython` takes it; `undefined` where it has none. */
  readonly python: string | undefined;
  /** Its model. */
  readonly model: string | undefined;
}

/** What a command stands on. No Python is started to find out. */
export class RunSetup {
  readonly #guard: RunningGuard;
  readonly #ports: MetalGuardPorts;
  readonly #subject: RunSubject;
  #installed: InstalledVersions | undefined;

  /** Made for one run. */
  constructor(
    guard: RunningGuard,
    ports: MetalGuardPorts,
    subject: RunSubject,
  ) {
    this.#guard = guard;
    this.#ports = ports;
    this.#subject = subject;
  }

  /**
   * Says what is known against the start.
   *
   * Fails open: what cannot be read is said and stops nothing. Only with `isStrict` does what is known refuse, and not
   * where the guard only observes.
   *
   * @param options `record` writes a note into the report.
   * @throws {RefusedError} Of layer `registry`, with `isStrict`.
   */
  async advise(
    options: {
      readonly isStrict: boolean;
      readonly record: (words: string) => void;
    },
  ): Promise<void> {
    const { log } = this.#ports;
    const notes = await this.#notes();
    for (const { lines: [what, ...more], recorded } of notes) {
      log.warn(what);
      for (const line of more) log.info(line);
      options.record(recorded);
    }
    if (!options.isStrict || notes.length === 0) return;
    const verdict = {
      kind: "refuse",
      reason: `${notes.length} known against this start > 0 (--strict)`,
      wayOut: "Change the model or the versions, or leave --strict out",
    } as const;
    if (!this.#guard.mode.isObserver) {
      throw new RefusedError("registry", verdict);
    }
    log.warn(`observer: would refuse: registry: ${verdict.reason}`);
  }

  /**
   * Writes down with what a run ended well, to be compared after a panic.
   *
   * Fails open: a disk that takes no more, and a machine that does not answer, change no exit code.
   */
  async keepGood(end: RunEnd): Promise<void> {
    const { lastGood } = this.#guard.paths;
    if (lastGood === undefined || !isGoodRun(end)) return;
    const { clock, log, store, system } = this.#ports;
    const [boot, hardware] = await Promise.all([
      system.readBootSessionUuid(),
      this.#tryHardware(),
    ]);
    try {
      replaceFile(
        store,
        lastGood,
        encodeLastGood({
          endedAt: clock.now(),
          bootSessionUuid: valueOf(boot),
          osBuild: hardware === undefined
            ? undefined
            : valueOf(hardware.osBuild),
          kextVersion: hardware === undefined
            ? undefined
            : valueOf(hardware.driverVersion),
          model: this.#subject.model,
          interpreter: this.#interpreter(),
          versions: versionsOf(this.#installed),
          extra: new Map(),
        }),
        { owner: gatePartsOf(this.#guard).owner() },
      );
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      log.warn(error.message);
    }
  }

  async #notes(): Promise<readonly RunNote[]> {
    const { log, store, env, links = createDenoLinkReader() } = this.#ports;
    const { python } = this.#subject;
    try {
      if (python !== undefined) {
        this.#installed = readInstalledVersions({ store, env, links }, {
          python,
        });
      }
      const versions = Object.fromEntries(versionsOf(this.#installed));
      return runNotes(
        await this.#model(),
        this.#installed === undefined ? null : findAdvisories(versions),
        python ?? "",
      );
    } catch (error) {
      const because = error instanceof Error ? error.message : String(error);
      log.warn(
        `what is known against this start is not known: ${plainText(because)}`,
      );
      return [];
    }
  }

  async #model(): Promise<RegistryAnswer | null> {
    const { model } = this.#subject;
    if (model === undefined) return null;
    const family = (await this.#tryHardware())?.family;
    return await this.#guard.registry.check(
      model,
      family?.kind === "known" ? { gpuFamily: family.value } : {},
    );
  }

  async #tryHardware(): Promise<
    Awaited<ReturnType<RunningGuard["hardware"]["read"]>> | undefined
  > {
    try {
      return await this.#guard.hardware.read();
    } catch {
      // A probe that breaks costs the record two figures; whoever looks at the machine is told of it.
      return undefined;
    }
  }

  /** Where it can be found again from another folder. */
  #interpreter(): string | undefined {
    const python = this.#installed?.python;
    if (python?.kind !== "known") return undefined;
    const { interpreter } = python.value;
    if (interpreter.startsWith("/")) return interpreter;
    const folder = this.#ports.env("PWD");
    return folder?.startsWith("/") === true
      ? `${folder}/${interpreter}`
      : undefined;
  }
}

/** Versions that are known, that of Python among them. */
function versionsOf(
  installed: InstalledVersions | undefined,
): ReadonlyMap<string, string> {
  if (installed === undefined) return new Map();
  const { packages, python } = installed;
  return new Map([
    ...(python.kind === "known"
      ? [["python", python.value.version] as const]
      : []),
    ...Array.from(packages).flatMap(([name, one]) =>
      one.kind === "known" && one.value !== null
        ? [[name, one.value.version] as const]
        : []
    ),
  ]);
}

function valueOf<T>(reading: Observed<T>): T | undefined {
  return reading.kind === "known" ? reading.value : undefined;
}
