/**
 * Builds what is native: `deno task build:ffi [TARGET…] [--out DIR] [--force]`. Without a target: on macOS the dylib; on
 * Linux the dylib, the simulated Mac and the loader of the shipped slice. What is built from the same sources already
 * is left as it is. Everything goes to `dist/ffi/` with a manifest of SHA-256 sums.
 *
 * @module
 */
import {
  areFilesAsRecorded,
  type BuildRecord,
  readManifest,
  sha256,
  sha256OfFiles,
  writeManifest,
} from "./build_ffi_manifest.ts";
import {
  type BuildFacts,
  type BuildPlan,
  planBuild,
  type Target,
  TARGETS,
} from "./build_ffi_plan.ts";
import { planFfiTools } from "./build_ffi_tools.ts";
import { isFile, listFiles, projectRoot } from "./source_tree.ts";
import { isOnPath } from "./test_tools.ts";

/** Where everything goes, below the project's folder. */
export const OUT = "dist/ffi";

/** What {@linkcode buildFfi} may be told. */
export interface BuildOptions {
  /** The project's folder. */
  readonly root: string;
  /** Absolute path of the folder for what is built. */
  readonly out: string;
  /** Builds also what is up to date. */
  readonly isForced?: boolean;
  /** The arm64 tree; for `linux-arm64`. */
  readonly sysroot?: string;
  /** Where to say what is done. */
  readonly say?: (line: string) => void;
}

/** What is built on this platform when nobody asks for less. */
export function defaultTargets(platform: string): readonly Target[] {
  return platform === "darwin" ? ["macos"] : ["macos", "linux"];
}

/**
 * Builds.
 *
 * @returns Whether all went well; what did not was said.
 */
export async function buildFfi(
  targets: readonly Target[],
  options: BuildOptions,
): Promise<boolean> {
  const say = options.say ?? ((): void => {});
  if (targets.length === 0) return true;
  if (!prepareTools(targets, say)) return false;
  Deno.mkdirSync(options.out, { recursive: true });
  for (const target of targets) {
    if (!await buildTarget(target, options, say)) return false;
  }
  return true;
}

async function buildTarget(
  target: Target,
  options: BuildOptions,
  say: (line: string) => void,
): Promise<boolean> {
  const { root, out } = options;
  const plan = planBuild(target, factsFor(options));
  const names = plan.outputs.map((path) => path.slice(out.length + 1));
  const sources = await sourcesHash(plan, options);
  const record = readManifest(out);
  if (
    options.isForced !== true && record.sources[target] === sources &&
    await areFilesAsRecorded(out, record, names)
  ) return true;
  say(`building ${target}`);
  for (const folder of plan.folders) {
    Deno.mkdirSync(folder, { recursive: true });
  }
  for (const { program, args } of plan.steps) {
    if (run(program, args, `${root}/ffi`)) continue;
    say(`$ cd ffi && ${program} ${args.join(" ")}`);
    return false;
  }
  const files: Record<string, string> = { ...record.files };
  for (const name of names) {
    files[name] = await sha256(Deno.readFileSync(`${out}/${name}`));
  }
  const renewed: BuildRecord = {
    sources: { ...record.sources, [target]: sources },
    files,
  };
  writeManifest(out, renewed);
  return true;
}

/** Sources and the way they are built, whatever folder they lie in. */
async function sourcesHash(
  plan: BuildPlan,
  { root, out }: BuildOptions,
): Promise<string> {
  const names = ["src", "stubs", "sim"].flatMap((folder) =>
    listFiles(root, `ffi/${folder}`)
  );
  const steps = new TextEncoder().encode(
    JSON.stringify(plan.steps).replaceAll(out, "OUT"),
  );
  return `${await sha256OfFiles(root, names)} ${await sha256(steps)}`;
}

function factsFor({ out, sysroot }: BuildOptions): BuildFacts {
  return {
    platform: Deno.build.os,
    machine: Deno.build.arch,
    out,
    gccInclude: Deno.build.os === "linux" ? gccInclude() : "",
    sysroot: sysroot ?? "",
  };
}

function gccInclude(): string {
  const { stdout } = new Deno.Command("gcc", {
    args: ["-print-file-name=include"],
  }).outputSync();
  return new TextDecoder().decode(stdout).trim();
}

function prepareTools(
  targets: readonly Target[],
  say: (line: string) => void,
): boolean {
  const path = Deno.env.get("PATH") ?? "";
  const plan = planFfiTools(targets, {
    platform: Deno.build.os,
    machine: Deno.build.arch,
    isRoot: Deno.uid() === 0,
    has: (what) =>
      what.startsWith("/") ? isFile("", what) : isOnPath(what, path),
  });
  if (plan.kind === "ready") return true;
  if (plan.kind === "ask") {
    say(`The build needs ${plan.missing.join(" and ")}. Please type:`);
    say(`$ ${plan.line}`);
    return false;
  }
  return plan.commands.every(([program = "", ...args]) => {
    say(`$ ${[program, ...args].join(" ")}`);
    return run(program, args, "/", { DEBIAN_FRONTEND: "noninteractive" });
  });
}

function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): boolean {
  return new Deno.Command(program, {
    args: [...args],
    cwd,
    env,
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).outputSync().success;
}

function isTarget(text: string): text is Target {
  return TARGETS.some((target) => target === text);
}

async function main(): Promise<number> {
  const root = projectRoot([]);
  const args = [...Deno.args];
  const at = args.indexOf("--out");
  const [, given] = at < 0 ? [] : args.splice(at, 2);
  const isForced = args.includes("--force");
  const rest = args.filter((arg) => arg !== "--force");
  const targets = rest.filter(isTarget);
  if (targets.length < rest.length || (at >= 0 && given === undefined)) {
    say(
      `Usage: deno task build:ffi [${
        TARGETS.join("|")
      }]… [--out DIR] [--force]`,
    );
    return 64;
  }
  const folder = given ?? `${root}/${OUT}`;
  const out = folder.startsWith("/") ? folder : `${Deno.cwd()}/${folder}`;
  const isBuilt = await buildFfi(
    targets.length > 0 ? targets : defaultTargets(Deno.build.os),
    { root, out, isForced, say },
  );
  if (isBuilt) say(`${out} is up to date`);
  return isBuilt ? 0 : 1;
}

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

if (import.meta.main) void main().then((code) => Deno.exit(code));
