import type { Finding } from "../core/finding.ts";
import type { WorkloadAdvisory } from "../core/release_advice.ts";
import {
  type InstalledVersions,
  readInstalledVersions,
} from "../facts/installed_versions.ts";
import type { PythonPorts } from "../facts/python_types.ts";
import { isVersionIn } from "../parse/version_range.ts";
import {
  type AdvisoryVerdict,
  evaluateAdvisories,
  type VersionsByPackage,
} from "../policy/advisories.ts";
import { registryData } from "../registry/registry_data.ts";

/** What {@linkcode Advisories.check} may be told. */
export interface AdvisoryOptions {
  /** An interpreter, a script that one starts, or the folder of an environment. @default the one that is active */
  readonly python?: string;
}

/** What is installed, and what is known against it. */
export interface AdvisoryReport extends AdvisoryVerdict {
  /** The Python and its packages. */
  readonly installed: InstalledVersions;
}

/**
 * Reads which versions of MLX packages a Python has, and tells what is known against them.
 *
 * It reports and never refuses; `run --strict` and callers may. No Python is started: an import of MLX may be what takes
 * the machine down.
 */
export class Advisories {
  readonly #ports: PythonPorts;
  readonly #python: string | undefined;

  /**
   * Made by the guard, once.
   *
   * @param ports The disk and the environment.
   * @param python The Python that was configured (`MLX_SAFE_PYTHON_BIN`).
   */
  constructor(ports: PythonPorts, python: string | undefined) {
    this.#ports = ports;
    this.#python = python;
  }

  /** Reads the versions that are installed now and judges them. */
  check(options: AdvisoryOptions = {}): Promise<AdvisoryReport> {
    return Promise.try(() => {
      const installed = readInstalledVersions(this.#ports, {
        python: options.python ?? this.#python,
      });
      const verdict = findAdvisories(versionsOf(installed));
      const findings: readonly Finding[] = [
        ...installed.findings,
        ...verdict.findings,
      ];
      return { ...verdict, installed, findings };
    });
  }
}

function versionsOf({ packages }: InstalledVersions): VersionsByPackage {
  return Object.fromEntries(
    Array.from(packages, ([name, one]) => [
      name,
      one.kind === "unknown" ? undefined : one.value?.version ?? null,
    ]),
  );
}

/**
 * Tells what is known against a set of versions.
 *
 * Fails open: what is not known or no version is judged by nothing.
 *
 * @param versions Versions by package: `mlx`, `mlx-lm`, `mlx-vlm`, `transformers`. `null` for one that is not installed.
 */
export function findAdvisories(versions: VersionsByPackage): AdvisoryVerdict {
  const { advisories, blocked, models } = registryData();
  return evaluateAdvisories(versions, {
    advisories,
    blocked,
    models,
    isIn: isVersionIn,
  });
}

/**
 * What is known against a kind of work, whatever the model.
 *
 * @param id E.g. `lora_with_display_active`.
 * @returns `undefined` when nothing is known.
 */
export function workloadAdvisory(id: string): WorkloadAdvisory | undefined {
  return registryData().workloads.find((one) => one.id === id);
}
