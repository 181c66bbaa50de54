import { panicReport, sampleBoot } from "../demo_reports.ts";
import type { FunctionExtent } from "./function_sites.ts";

/** Recent GPU panics in the sample home: they send a run through reading, judging and telling. */
const PANICS = 2;
const HOUR_MS = 3_600_000;
/** One report is old by its name: most of a real folder is. */
const OLD_HOURS = 2_000;

/** Command lines whose start is felt, and how they end before and after two panics: wrappers and dashboards wait for them. */
const COMMAND_LINES: readonly {
  readonly args: readonly string[];
  readonly clear: number;
  readonly panicked: number;
}[] = [
  { args: ["panic-gate", "--json"], clear: 0, panicked: 2 },
  { args: ["panic-gate"], clear: 0, panicked: 2 },
  { args: ["status", "--json"], clear: 0, panicked: 1 },
  { args: ["run", "--", "true"], clear: 0, panicked: 75 },
  { args: ["registry", "check", "a/b", "--json"], clear: 0, panicked: 0 },
  {
    args: ["registry", "check", "mlx-community/gemma-4-31b-it-8bit"],
    clear: 2,
    panicked: 2,
  },
];

/**
 * Runs gate and status with and without panics in temporary homes and asks V8 which functions it compiled.
 *
 * @param bundle Path of the program.
 * @param files Its files that are looked at.
 * @returns Where they stand, by file.
 * @throws {Error} If a run does not end as it should: its functions would be those of an error.
 */
export function calledFunctions(
  bundle: string,
  files: readonly string[],
): ReadonlyMap<string, readonly FunctionExtent[]> {
  const root = Deno.makeTempDirSync({ prefix: "metal-guard-bundle-" });
  try {
    const found = new Map(
      files.map((file) => [file, new Map<string, FunctionExtent>()]),
    );
    for (const home of ["clear", "panicked"] as const) {
      const reports = `${root}/${home}/reports`;
      Deno.mkdirSync(reports, { recursive: true });
      Deno.mkdirSync(`${root}/${home}/.cache/metal-guard`, { recursive: true });
      if (home === "panicked") writeReports(reports);
      for (const { args, ...codes } of COMMAND_LINES) {
        const code = codes[home];
        const log = runLogged(bundle, { root, home, reports, args, code });
        for (const [file, extents] of found) {
          for (const extent of extentsIn(log, file)) {
            extents.set(`${extent.start} ${extent.end}`, extent);
          }
        }
      }
    }
    return new Map(
      [...found].map(([file, extents]) => {
        if (extents.size === 0) {
          throw new Error(`V8 has logged no function of ${file}`);
        }
        return [file, [...extents.values()]];
      }),
    );
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

function writeReports(folder: string): void {
  const now = Temporal.Now.instant().epochMilliseconds;
  for (let number = 0; number <= PANICS; number++) {
    const hours = number < PANICS ? 1 + number : OLD_HOURS;
    const at = Temporal.Instant.fromEpochMilliseconds(now - hours * HOUR_MS);
    const cause =
      '"completeMemory() prepare count underflow" @IOGPUMemory.cpp:550';
    const stamp = at.toString({ smallestUnit: "second" })
      .replaceAll(":", "").replace("T", "-").replace("Z", "");
    const path = `${folder}/panic-full-${stamp}.000${number}.panic`;
    Deno.writeTextFileSync(
      path,
      panicReport({ at, boot: sampleBoot(number), cause }),
    );
    const seconds = at.epochMilliseconds / 1_000;
    Deno.utimeSync(path, seconds, seconds);
  }
}

interface LoggedRun {
  readonly root: string;
  readonly home: string;
  readonly reports: string;
  readonly args: readonly string[];
  readonly code: number;
}

function runLogged(bundle: string, run: LoggedRun): string {
  const logFile = `${run.root}/v8.log`;
  const output = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-config",
      "--no-code-cache",
      `--v8-flags=--log-function-events,--logfile=${logFile},--no-logfile-per-isolate`,
      "--allow-read",
      "--allow-write",
      "--allow-env",
      "--allow-sys",
      "--allow-run",
      "--allow-ffi",
      bundle,
      ...run.args,
    ],
    clearEnv: true,
    env: {
      PATH: Deno.env.get("PATH") ?? "",
      HOME: `${run.root}/${run.home}`,
      TZ: "UTC",
      DENO_DIR: `${run.root}/cache`,
      DENO_NO_UPDATE_CHECK: "1",
      METALGUARD_REPORT_DIRS: run.reports,
    },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).outputSync();
  if (output.code !== run.code) {
    throw new Error(
      `${
        run.args.join(" ")
      } ended with ${output.code} instead of ${run.code}: ${
        new TextDecoder().decode(output.stderr)
      }`,
    );
  }
  return Deno.readTextFileSync(logFile);
}

/**
 * Reads V8's log of functions: `script-details,50,file:///…` names a script, `function,full-parse,50,12,90,…` a function
 * of it that was compiled because it was called.
 */
export function extentsIn(
  log: string,
  bundle: string,
): readonly FunctionExtent[] {
  const url = new URL(`file://${bundle}`).href;
  const extents: FunctionExtent[] = [];
  const ids = new Set<string>();
  const lines = log.split("\n").map((line) => line.split(","));
  for (const [kind, id = "", name] of lines) {
    if (kind === "script-details" && name === url) ids.add(id);
  }
  for (const [kind, what, id = "", start, end] of lines) {
    if (kind !== "function" || what !== "full-parse" || !ids.has(id)) continue;
    extents.push({ start: Number(start), end: Number(end) });
  }
  return extents;
}
