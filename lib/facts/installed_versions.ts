import { KIB } from "../core/bytes.ts";
import { FileError } from "../core/error.ts";
import { type Finding, finding } from "../core/finding.ts";
import { known, type Observed, unknown } from "../core/observed.ts";
import { plainText, shellWord } from "../core/plain_text.ts";
import {
  normalizePackageName,
  packageOfFolder,
  parsePackageMetadata,
} from "../parse/package_metadata.ts";
import { compareVersions, tryParseVersion } from "../parse/pep440_version.ts";
import { tryStat } from "../ports/file_look.ts";
import type { FileStore } from "../ports/file_store.ts";
import { findPython } from "./python_place.ts";
import type { PythonPlace, PythonPorts } from "./python_types.ts";

/** One package as it is installed. */
export interface InstalledPackage {
  /** Normalized name, e.g. `mlx-lm`. */
  readonly name: string;
  /** As its `METADATA` says. */
  readonly version: string;
  /** Folder that it is installed in. */
  readonly folder: string;
}

/** What a Python has installed, of the packages that were asked for. */
export interface InstalledVersions {
  /** The Python; unknown when none was found. */
  readonly python: Observed<PythonPlace>;
  /**
   * Each package asked for, in that order: known as `null` when it is not installed, unknown when that cannot be told.
   */
  readonly packages: ReadonlyMap<string, Observed<InstalledPackage | null>>;
  /** Folders that cannot be listed, `METADATA` that cannot be read, packages that are there twice. */
  readonly findings: readonly Finding[];
}

/** Packages that MLX work depends on. */
export const MLX_PACKAGES: readonly string[] = [
  "mlx",
  "mlx-lm",
  "mlx-vlm",
  "transformers",
];

/** Headers come first; a description of a megabyte may follow. */
const METADATA_BYTES = 32 * KIB;

/**
 * Reads which versions a Python has installed, from the `METADATA` of its packages. No Python is started: what is read
 * may be the very thing that takes the machine down.
 *
 * Fails open: what cannot be read is unknown, and a finding.
 *
 * @param ports The disk and the environment.
 * @param options `python` as in {@linkcode findPython}; `packages` as normalized names.
 */
export function readInstalledVersions(
  ports: PythonPorts,
  options: {
    readonly python?: string | undefined;
    readonly packages?: readonly string[];
  } = {},
): InstalledVersions {
  const wanted = options.packages ?? MLX_PACKAGES;
  const python = findPython(ports, options.python);
  if (python.kind === "unknown") {
    const packages = new Map(wanted.map((name) => [name, python] as const));
    return { python, packages, findings: [] };
  }
  const search = new PackageSearch(
    ports.store,
    wanted,
    python.value.interpreter,
  );
  for (const folder of python.value.folders) search.lookIn(folder);
  return { python, ...search.result() };
}

/** Looks through folders in the order in which Python does: the first one that has a package wins. */
class PackageSearch {
  readonly #store: FileStore;
  readonly #wanted: readonly string[];
  readonly #interpreter: string;
  readonly #found: Map<string, Observed<InstalledPackage>> = new Map();
  readonly #findings: Finding[] = [];
  #listed = 0;
  #denied = 0;

  constructor(
    store: FileStore,
    wanted: readonly string[],
    interpreter: string,
  ) {
    this.#store = store;
    this.#wanted = wanted;
    this.#interpreter = interpreter;
  }

  lookIn(folder: string): void {
    const here = new Map<string, string[]>();
    for (const name of this.#list(folder)) {
      const one = packageOfFolder(name);
      if (one === undefined || !this.#wanted.includes(one)) continue;
      here.set(one, [...here.get(one) ?? [], name]);
    }
    for (const [one, names] of here) {
      if (this.#found.has(one)) continue;
      this.#found.set(one, this.#read(one, folder, names));
    }
  }

  result(): Omit<InstalledVersions, "python"> {
    const absent: Observed<null> = this.#denied > 0
      ? unknown("a folder of packages cannot be listed")
      : this.#listed === 0
      ? unknown(`${this.#interpreter} has no folder of packages`)
      : known(null);
    return {
      packages: new Map(
        this.#wanted.map((name) => [name, this.#found.get(name) ?? absent]),
      ),
      findings: this.#findings,
    };
  }

  #list(folder: string): readonly string[] {
    try {
      // Entries of PYTHONPATH may be archives.
      if (tryStat(this.#store, folder)?.kind === "file") return [];
      const names = this.#store.list(folder).map((entry) => entry.name);
      this.#listed += 1;
      return names;
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      if (error.problem === "absent") return [];
      this.#denied += 1;
      this.#findings.push(finding(
        "packages-unreadable",
        `${plainText(folder, 300)} cannot be listed: ${error.problem}`,
        "Run it as the user who owns that Python",
      ));
      return [];
    }
  }

  /** Of several copies in one folder the newest counts; which one Python takes is chance. */
  #read(
    name: string,
    folder: string,
    names: readonly string[],
  ): Observed<InstalledPackage> {
    const versions = names.toSorted().flatMap((one) =>
      this.#readVersion(name, `${folder}/${one}/METADATA`) ?? []
    ).toSorted(compareTexts);
    const version = versions.at(-1);
    if (versions.length > 1) {
      this.#findings.push(finding(
        "package-twice",
        `${name} is in ${plainText(folder, 300)} twice: ${
          versions.join(" and ")
        }; which one runs is chance`,
        this.#reinstall(name),
      ));
    }
    return version === undefined
      ? unknown(`the METADATA of ${name} cannot be read`)
      : known({ name, version, folder });
  }

  #reinstall(name: string): string {
    const python = shellWord(this.#interpreter);
    return `Install it again:\n$ ${python} -m pip install --force-reinstall ${name}`;
  }

  #readVersion(name: string, path: string): string | undefined {
    const doubt = (why: string): undefined => {
      this.#findings.push(finding(
        "package-unreadable",
        `${plainText(path, 300)} ${why}`,
        this.#reinstall(name),
      ));
    };
    try {
      // A FIFO would never end.
      const { kind } = this.#store.stat(path);
      if (kind !== "file") return doubt("is no file");
      const text = new TextDecoder().decode(
        this.#store.readHead(path, METADATA_BYTES),
      );
      const { name: own, version } = parsePackageMetadata(text);
      if (own === undefined || normalizePackageName(own) !== name) {
        return doubt(`is not that of ${name}`);
      }
      if (version === undefined) return doubt("names no version");
      return plainText(version, 100);
    } catch (error) {
      if (error instanceof FileError) {
        return doubt(`cannot be read: ${error.problem}`);
      }
      throw error;
    }
  }
}

/** Orders versions; what is no version comes first. */
function compareTexts(a: string, b: string): number {
  const [first, second] = [tryParseVersion(a), tryParseVersion(b)];
  if (first === undefined || second === undefined) {
    return Number(first !== undefined) - Number(second !== undefined);
  }
  return compareVersions(first, second);
}
