import { bundle } from "../bundle.ts";
import { asObject, asText } from "../json.ts";
import { SHIPPED_DENIALS, SHIPPED_PERMISSIONS } from "../permissions.ts";
import type { Subject } from "./process.ts";
import { writeReports, writeWholeReports } from "./reports.ts";

/** Reads the first 16 KiB of every file of a folder: what reading reports costs at the least. */
const READ_HEADS = `const [folder] = Deno.args;
const buffer = new Uint8Array(16 * 1024);
let bytes = 0;
for (const entry of Deno.readDirSync(folder)) {
  const file = Deno.openSync(folder + "/" + entry.name);
  bytes += file.readSync(buffer) ?? 0;
  file.close();
}
if (bytes === 0) throw new Error("nothing read");
`;

/** How many reports each row reads. */
export interface PlaceSizes {
  /** Reports of the gate's row; five of them are recent. */
  readonly gate: number;
  /** Reports of the row of `panics`. */
  readonly panics: number;
}

const RECENT = 5;
const DAY_HOURS = 24;
/** Names and file times that the gate need not read: a day beyond its 96 hours. */
const OLD_HOURS = 5 * DAY_HOURS;
/** All within a year, which is what the row asks for. */
const PANICS_SPAN_HOURS = 300 * DAY_HOURS;

/** Folders, reports and programs of one bench, all below one temporary folder. */
export class BenchPlace implements Disposable {
  readonly #root: string;
  readonly #project: string;
  readonly #env: Readonly<Record<string, string>>;

  /**
   * Lays everything down.
   *
   * @param project The project's folder.
   * @param sizes How many reports.
   */
  constructor(project: string, sizes: PlaceSizes) {
    this.#project = project;
    this.#root = Deno.realPathSync(
      Deno.makeTempDirSync({ prefix: "metal-guard-bench-" }),
    );
    for (
      const folder of [
        "none",
        "some",
        "many",
        "whole",
        "cache",
      ]
    ) {
      Deno.mkdirSync(this.#path(folder), { recursive: true });
    }
    Deno.writeTextFileSync(this.#path("empty.js"), "");
    Deno.writeTextFileSync(this.#path("read_heads.js"), READ_HEADS);
    writeReports(this.#path("some"), {
      count: sizes.gate,
      ageHours: (number) => number < RECENT ? 1 + number : OLD_HOURS + number,
    });
    writeReports(this.#path("many"), {
      count: sizes.panics,
      ageHours: (number) => 1 + number * PANICS_SPAN_HOURS / sizes.panics,
    });
    writeWholeReports(this.#path("whole"), RECENT);
    this.#env = {
      PATH: Deno.env.get("PATH") ?? "",
      HOME: this.#home("bare"),
      DENO_DIR: this.#path("cache"),
      DENO_NO_UPDATE_CHECK: "1",
    };
  }

  /** The project's folder. */
  get project(): string {
    return this.#project;
  }

  /** Where the bundled program lies. */
  get bundlePath(): string {
    return this.#path("main.js");
  }

  /**
   * Builds the program in the one file that ships.
   *
   * @throws {Error} If it cannot be built.
   */
  bundle(): void {
    bundle(this.#project, this.bundlePath);
  }

  /** Deno with an empty file. */
  bare(): Subject {
    return this.#deno([this.#path("empty.js")]);
  }

  /** Deno reading the first 16 KiB of the reports of `panics`. */
  readHeads(): Subject {
    return this.#deno([
      "--allow-read",
      this.#path("read_heads.js"),
      this.#path("many"),
    ]);
  }

  /**
   * The bundled program.
   *
   * @param args Its arguments.
   * @param reports Its report folder: `none`, `some` (the gate's), `many`, or `whole`: five of 5 MB without holes.
   */
  bundled(
    args: readonly string[],
    reports: "none" | "some" | "many" | "whole" = "none",
  ): Subject {
    return this.#program(this.bundlePath, args, {
      HOME: this.#home(`${args[0]}-${reports}`),
      METALGUARD_REPORT_DIRS: this.#path(reports),
    });
  }

  /** A post-mortem of five reports of 5 MB, into a folder of its own. */
  postmortem(): Subject {
    return this.bundled(["postmortem", this.#path("bundle")], "whole");
  }

  /** The program as it lies in the project, with the cache that has its packages. */
  unbundled(args: readonly string[]): Subject {
    return this.#program(`${this.#project}/main.ts`, args, {
      HOME: this.#home("unbundled"),
      METALGUARD_REPORT_DIRS: this.#path("none"),
      DENO_DIR: denoDir(),
    });
  }

  /** Removes everything. */
  [Symbol.dispose](): void {
    Deno.removeSync(this.#root, { recursive: true });
  }

  #program(
    main: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Subject {
    const config = main.endsWith(".js") ? ["--no-config"] : [];
    const subject = this.#deno([
      ...config,
      ...SHIPPED_PERMISSIONS,
      ...SHIPPED_DENIALS,
      main,
      ...args,
    ]);
    return { ...subject, env: { ...subject.env, ...env } };
  }

  #deno(args: readonly string[]): Subject {
    return {
      words: [Deno.execPath(), "run", ...args],
      env: this.#env,
      goodCodes: [0, 1, 2],
    };
  }

  /** A home for each subject: what one leaves there, an ack or a hold's record, another one would read. */
  #home(name: string): string {
    const home = this.#path(`home-${name}`);
    Deno.mkdirSync(`${home}/.cache/metal-guard`, { recursive: true });
    return home;
  }

  #path(name: string): string {
    return `${this.#root}/${name}`;
  }
}

/** Deno's own cache, which has the packages of the project. */
function denoDir(): string {
  const output = new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-config"],
  }).outputSync();
  const info: unknown = JSON.parse(new TextDecoder().decode(output.stdout));
  const folder = asText(asObject(info)["denoDir"]);
  if (folder === undefined) {
    throw new Error("Cannot find Deno's cache: deno info does not name it");
  }
  return folder;
}
