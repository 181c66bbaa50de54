import type { DriverRow } from "../core/driver_row.ts";
import { type Finding, finding } from "../core/finding.ts";
import type { Observed } from "../core/observed.ts";
import { plainText } from "../core/plain_text.ts";
import type { ModelEntry } from "../core/registry_entry.ts";
import type { RegistryProblem } from "../core/registry_problem.ts";
import type {
  RegistryAnswer,
  RegistryLookup,
} from "../policy/registry_lookup.ts";
import type { ChildProcesses } from "../ports/child_process.ts";
import type { Clock } from "../ports/clock.ts";
import type { FileStore } from "../ports/file_store.ts";
import type { Log } from "../ports/log.ts";
import type { SystemFacts } from "../ports/system_facts.ts";

/** What {@linkcode Registry} works with. */
export interface RegistryPorts {
  /** The disk, for the user's own entries. */
  readonly store: FileStore;
  /** Which day it is. */
  readonly clock: Clock;
  /** Words for a person. */
  readonly log: Log;
  /** Which system this is. */
  readonly system: SystemFacts;
  /** How the build of macOS is asked for. */
  readonly children: ChildProcesses;
}

/** Everything that is known, with the user's own entries. */
export interface RegistryView {
  /** Entries, sorted by id. */
  readonly models: readonly ModelEntry[];
  /** What of the user's entries could not be used. */
  readonly findings: readonly Finding[];
}

/** Reported panics by driver, and which row is this machine's. */
export interface DriverView {
  /** The table. */
  readonly rows: readonly DriverRow[];
  /** Build of the macOS that runs here. */
  readonly osBuild: Observed<string>;
}

/** Models that were warned of; a process is warned once of each. */
const warned = new Set<string>();
/** A program that makes names up must not fill the memory. */
const MAX_WARNED = 10_000;

/**
 * What the community knows against models: asked before a load, read after a crash.
 *
 * Fails open: an entry that is not there stops nothing, and user entries that are out of order are findings. It never
 * refuses; `run --strict` and callers may. What it works with is loaded when it is asked: the gate never pays for it.
 */
export class Registry {
  readonly #ports: RegistryPorts;
  readonly #overlay: string | undefined;
  #view: Promise<RegistryView> | undefined;

  /**
   * Made by the guard, once.
   *
   * @param ports What it works with.
   * @param overlay File or folder of the user's own entries (`METALGUARD_REGISTRY`).
   */
  constructor(ports: RegistryPorts, overlay: string | undefined) {
    this.#ports = ports;
    this.#overlay = overlay;
  }

  /** Entries with the user's own, read once; an own entry replaces the one of its id. */
  read(): Promise<RegistryView> {
    return this.#view ??= this.#read();
  }

  /** What is known against a model, with near matches. */
  async check(
    modelId: string,
    options: RegistryLookup = {},
  ): Promise<RegistryAnswer> {
    const { frozen, isPanicClass, registryToSearch } = await import(
      "../registry/registry_data.ts"
    );
    const { models } = this.#overlay === undefined
      ? registryToSearch()
      : await this.read();
    const { evaluateRegistry } = await import("../policy/registry_lookup.ts");
    const { parseModelBuild } = await import("../parse/model_build.ts");
    return frozen(evaluateRegistry(models, modelId, {
      gpuFamily: options.gpuFamily,
      nameOf: parseModelBuild,
      isPanicClass,
    }));
  }

  /**
   * Warns of a model in the log, once per process and model.
   *
   * @returns The answer, whether or not it was said this time.
   */
  async warn(
    modelId: string,
    options: RegistryLookup = {},
  ): Promise<RegistryAnswer> {
    const found = await this.check(modelId, options);
    const key = modelId.trim().toLowerCase();
    if (
      found.level !== "clear" && !warned.has(key) && warned.size < MAX_WARNED
    ) {
      warned.add(key);
      const { registryWarning } = await import("../report/registry_check.ts");
      this.#ports.log.warn(plainText(registryWarning(found), 600));
    }
    return found;
  }

  /** Which kernel panics were reported for which driver and system; this machine's build beside it. */
  async drivers(): Promise<DriverView> {
    const { readOsBuild } = await import("../facts/os_build.ts");
    const rows = await this.driverRows();
    return { rows, osBuild: await readOsBuild(this.#ports) };
  }

  /** The table of {@linkcode Registry.drivers} alone: no program is started. */
  async driverRows(): Promise<readonly DriverRow[]> {
    const { registryData } = await import("../registry/registry_data.ts");
    const { driverTable } = await import("../policy/driver_table.ts");
    const data = registryData();
    const { models } = await this.read();
    return driverTable({
      drivers: data.drivers,
      reports: [
        ...models.flatMap((entry) => entry.reports),
        ...data.machineReports,
      ],
      unlinked: data.unlinked,
      panicClasses: data.classes.filter((one) => one.costs === "machine")
        .map((one) => one.name),
    });
  }

  /** What of the user's own entries could not be used. Costs nothing where there are none. */
  async findings(): Promise<readonly Finding[]> {
    return this.#overlay === undefined ? [] : (await this.read()).findings;
  }

  /** Validates files, for those who keep entries. Nothing of it is used. */
  async validate(
    paths: readonly string[],
  ): Promise<{
    readonly problems: readonly RegistryProblem[];
    readonly fileCount: number;
  }> {
    const { registryData } = await import("../registry/registry_data.ts");
    const { readRegistryFiles } = await import("../facts/registry_files.ts");
    const { validateRegistry } = await import("../registry/validation.ts");
    const { files, problems } = readRegistryFiles(this.#ports.store, paths);
    const found = validateRegistry(files, {
      today: this.#today(),
      shipped: registryData(),
    });
    return {
      problems: [...problems, ...found.problems],
      fileCount: files.length,
    };
  }

  async #read(): Promise<RegistryView> {
    const { registryData } = await import("../registry/registry_data.ts");
    const shipped = registryData().models;
    if (this.#overlay === undefined) return { models: shipped, findings: [] };
    const { readRegistryFiles } = await import("../facts/registry_files.ts");
    const { overlayEntries } = await import("../registry/overlay.ts");
    const { files, problems } = readRegistryFiles(this.#ports.store, [
      this.#overlay,
    ]);
    const own = overlayEntries(files, {
      today: this.#today(),
      shipped: registryData(),
    });
    return {
      models: merged(shipped, own.models),
      findings: [...problems, ...own.problems].map(overlayFinding),
    };
  }

  #today(): string {
    return this.#ports.clock.now().toZonedDateTimeISO("UTC").toPlainDate()
      .toString();
  }
}

function merged(
  shipped: readonly ModelEntry[],
  own: readonly ModelEntry[],
): readonly ModelEntry[] {
  const ids = new Set(own.map((entry) => entry.id.toLowerCase()));
  return [
    ...shipped.filter((entry) => !ids.has(entry.id.toLowerCase())),
    ...own,
  ].sort((a, b) => a.id < b.id ? -1 : 1);
}

function overlayFinding(
  { file, line, column, message, fix }: RegistryProblem,
): Finding {
  const place = `${plainText(file, 200)}:${line}:${column}`;
  return finding("registry-overlay", `${place}: ${message}: not used`, fix);
}
