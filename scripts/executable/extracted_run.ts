import { MAIN_FILE } from "../release/stage.ts";

/** How an extracted program is started. */
export interface ExtractedPlace {
  /** Folder of its files. */
  readonly program: string;
  /** An empty folder for HOME, caches and logs. */
  readonly home: string;
  /** Its permissions, as flags. */
  readonly flags: readonly string[];
}

/** How a run ended. */
export interface ExtractedRun {
  /** Exit code. */
  readonly code: number;
  /** What it printed. */
  readonly stdout: string;
  /** What it complained. */
  readonly stderr: string;
  /** Every script that V8 saw, by its address; Deno's own among them. */
  readonly scripts: ReadonlySet<string>;
}

/**
 * Starts an extracted program as its executable starts it: with the permissions that are built in, no configuration, and a
 * cache in which nothing is, so that whatever was not embedded is not there. The network is not among the permissions.
 *
 * @param place Where it lies.
 * @param args Its arguments.
 */
export function runExtracted(
  place: ExtractedPlace,
  args: readonly string[],
): ExtractedRun {
  const log = `${place.home}/v8-${crypto.randomUUID()}.log`;
  const { code, stdout, stderr } = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-config",
      "--no-lock",
      "--cached-only",
      "--no-remote",
      "--no-npm",
      "--no-code-cache",
      `--v8-flags=--log-function-events,--logfile=${log},--no-logfile-per-isolate`,
      ...place.flags,
      `${place.program}/${MAIN_FILE}`,
      ...args,
    ],
    cwd: place.home,
    clearEnv: true,
    env: {
      HOME: place.home,
      PATH: "/usr/bin:/bin",
      TZ: "UTC",
      NO_COLOR: "1",
      DENO_DIR: `${place.home}/deno-${crypto.randomUUID()}`,
      DENO_NO_UPDATE_CHECK: "1",
      METALGUARD_REPORT_DIRS: place.home,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).outputSync();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
    scripts: scriptsIn(Deno.readTextFileSync(log)),
  };
}

/** `script-details,50,ext:deno_node/path.ts,…` names a script that was loaded. */
function scriptsIn(log: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const line of log.split("\n")) {
    const [kind, , name = ""] = line.split(",");
    if (kind === "script-details" && name !== "") names.add(name);
  }
  return names;
}

/**
 * Modules of Node among scripts, beyond those that an empty program has.
 *
 * @param scripts What the program loaded.
 * @param bare What an empty one loads.
 */
export function nodeModules(
  scripts: ReadonlySet<string>,
  bare: ReadonlySet<string>,
): string[] {
  return [...scripts]
    .filter((name) => /^(?:node:|ext:deno_node\/)/.test(name))
    .filter((name) => !bare.has(name))
    .sort();
}
