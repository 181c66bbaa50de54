/**
 * Prepares what the tests need, runs them in a home of their own, and ends with the line `N passed, N failed`.
 * Arguments name test files or folders; without any, all tests run and the examples in the documentation too.
 *
 * @module
 */
import { buildFfi, OUT } from "./build_ffi.ts";
import { countTests, summarize } from "./junit.ts";
import { type NativePlan, planNativeRuns } from "./native_runs.ts";
import { prepareTools } from "./prepare_tools.ts";
import { projectRoot } from "./source_tree.ts";
import { preparePlace, type TestPlace } from "./test_place.ts";
import { prepareTestPython, TEST_PYTHON_VARIABLE } from "./test_python.ts";
import { planRuns } from "./test_runs.ts";

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): boolean {
  return new Deno.Command(program, {
    args: [...args],
    env,
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).outputSync().success;
}

/** Whether the packages of deno.json are in the cache in the end. */
function preparePackages(): boolean {
  return run(Deno.execPath(), ["install", "--quiet"]);
}

/** The Python with MLX: the one that was named, else ours, made now if need be. */
function preparePython(): string | undefined {
  return Deno.env.get(TEST_PYTHON_VARIABLE) ??
    prepareTestPython(projectRoot([]), (program, args) => {
      if (args.includes("install")) {
        say("Making the Python of the tests, once (a minute, 350 MB) …");
      }
      return run(program, args);
    });
}

/** One run of `deno test`, before it starts. */
interface PlannedRun {
  /** What it is called to people. */
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What came of it. */
interface FinishedRun {
  /** Its JUnit report. */
  readonly xml: string;
  /** Whether it was content. */
  readonly isGood: boolean;
}

/** Runs `deno test` once, and shows what it printed when it has ended: another run may print at the same time. */
async function runOnce(
  place: TestPlace,
  python: string,
  planned: PlannedRun,
  number: number,
): Promise<FinishedRun> {
  const junit = `${place.folder}/junit-${number}.xml`;
  const home = `${place.folder}/home`;
  const startMs = performance.now();
  const output = await new Deno.Command(place.deno, {
    args: ["test", `--junit-path=${junit}`, ...planned.args],
    env: {
      ...planned.env,
      HOME: home,
      TMPDIR: `${place.folder}/tmp`,
      DENO_DIR: place.denoDir,
      DENO_NO_UPDATE_CHECK: "1",
      [TEST_PYTHON_VARIABLE]: python,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const seconds = Math.round((performance.now() - startMs) / 1_000);
  const text = new TextDecoder();
  say(`\n== ${planned.name} (${seconds} s)`);
  say(text.decode(output.stdout));
  say(text.decode(output.stderr));
  const xml = isThere(junit) ? Deno.readTextFileSync(junit) : "";
  return { xml, isGood: output.success };
}

/** More at once would make tests of time and memory judge their neighbours. */
const AT_ONCE = 2;

/** Runs all of it, some at once, in the order in which they are planned. */
async function runAll(
  place: TestPlace,
  python: string,
  planned: readonly PlannedRun[],
): Promise<readonly FinishedRun[]> {
  const waiting = [...planned.entries()];
  const finished: FinishedRun[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [number, run] = next;
      say(`Running ${run.name} …`);
      finished.push(await runOnce(place, python, run, number));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return finished;
}

async function runTests(
  place: TestPlace,
  python: string,
  files: readonly string[],
  native: NativePlan,
): Promise<boolean> {
  const usual = planRuns(files, isThere).map((args): PlannedRun => ({
    name: args.filter((arg) => !arg.startsWith("-")).join(" "),
    args,
    env: {},
  }));
  const runs = await runAll(place, python, [...usual, ...native.runs]);
  const count = countTests(runs.map(({ xml }) => xml).join("\n"));
  const isGood = runs.every((one) => one.isGood);
  if (count.notRun.length > 0) {
    say("These tests did not run, which counts as failed:");
    for (const name of count.notRun) say(`  ${name}`);
  }
  if (!isGood && count.failed === 0) {
    say("`deno test` failed outside of any test; it counts as one failure.");
  }
  const result = summarize(count, !isGood);
  if (count.passed + count.failed === 0 && isGood) say("No test ran.");
  say(result.line);
  return result.isGood;
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function main(): Promise<number> {
  const root = projectRoot([]);
  const out = `${root}/${OUT}`;
  const native = planNativeRuns(Deno.args, {
    platform: Deno.build.os,
    machine: Deno.build.arch,
    out,
    isThere,
  });
  const isReady = prepareTools() && preparePackages() &&
    await buildFfi(native.targets, { root, out, say });
  const python = isReady ? preparePython() : undefined;
  if (python === undefined) {
    say("The tests cannot start.");
    say("0 passed, 1 failed");
    return 1;
  }
  const folder = Deno.realPathSync(
    Deno.makeTempDirSync({ prefix: "metal-guard-tests-" }),
  );
  try {
    const place = preparePlace(folder);
    return await runTests(place, python, Deno.args, native) ? 0 : 1;
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

if (import.meta.main) void main().then((code) => Deno.exit(code));
