/**
 * Shows what metal-guard is for, on reports of our own in a temporary home. Nothing of this machine is read or changed.
 *
 * Ends with 1 when a step did not do what it says.
 *
 * @module
 */
import { DEMO_STEPS, type DemoStep, pathsOf } from "./demo_steps.ts";
import { asObject, asText } from "./json.ts";

/** How the program under show is started. */
export interface DemoProgram {
  /** Program and first arguments; those of a step follow. */
  readonly words: readonly string[];
  /** Variables on top of the demo's own. */
  readonly env: Readonly<Record<string, string>>;
}

/** What one run of the program gave. */
interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs all steps in a temporary home and removes it.
 *
 * @param program What is shown.
 * @param say Takes each piece of text for a person.
 * @returns Names of the steps that did not do what they say.
 */
export function runDemo(
  program: DemoProgram,
  say: (text: string) => void,
): readonly string[] {
  const root = Deno.realPathSync(
    Deno.makeTempDirSync({ prefix: "metal-guard-demo-" }),
  );
  const paths = pathsOf(root);
  try {
    for (const folder of [paths.home, paths.reports, paths.lockedReports]) {
      Deno.mkdirSync(folder);
    }
    say(`A Mac of paper: its home is ${paths.home}\n`);
    const now = Temporal.Now.instant();
    const failed: string[] = [];
    const seen: string[] = [];
    DEMO_STEPS.forEach((step, index) => {
      say(`\n${index + 1}. ${step.title}\n`);
      const reason = step.arrange(paths, now);
      if (reason !== undefined) {
        say(`   Not shown: ${reason}\n`);
        return;
      }
      if (showRuns(step, program, root, say)) seen.push(step.seen);
      else failed.push(step.title);
    });
    say("\nWhat you have seen\n");
    for (const line of seen) say(`   - ${line}\n`);
    return failed;
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

function showRuns(
  step: DemoStep,
  program: DemoProgram,
  root: string,
  say: (text: string) => void,
): boolean {
  const paths = pathsOf(root);
  return step.runs.every((expected) => {
    say(`\n   $ metal-guard ${expected.args.map(quoted).join(" ")}\n`);
    const reports = expected.isLocked === true
      ? paths.lockedReports
      : paths.reports;
    const run = start(program, expected.args, {
      HOME: paths.home,
      METALGUARD_REPORT_DIRS: reports,
    });
    say(indented(expected.excerpt?.(run.stdout) ?? run.stdout));
    if (run.stderr !== "") say(indented(run.stderr));
    say(`   exit code ${run.code}\n`);
    const problem = run.code === expected.code
      ? expected.check?.(run.stdout)
      : `exit code ${expected.code} was expected`;
    if (problem === undefined) return true;
    say(`   UNEXPECTED: ${problem}\n`);
    return false;
  });
}

function start(
  program: DemoProgram,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Run {
  const [command = "", ...first] = program.words;
  const output = new Deno.Command(command, {
    args: [...first, ...args],
    env: { PATH: Deno.env.get("PATH") ?? "", ...program.env, ...env },
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).outputSync();
  const decoder = new TextDecoder();
  return {
    code: output.code,
    stdout: decoder.decode(output.stdout),
    stderr: decoder.decode(output.stderr),
  };
}

function quoted(word: string): string {
  return /^[\w.:=-]+$/.test(word) ? word : `'${word}'`;
}

function indented(text: string): string {
  return text.trimEnd().split("\n").map((line) =>
    line === "" ? "\n" : `   | ${line}\n`
  ).join("");
}

/** The program as it lies in this project. */
function ourProgram(): DemoProgram {
  const info = new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-config"],
  }).outputSync();
  const denoDir = asText(
    asObject(JSON.parse(new TextDecoder().decode(info.stdout)))["denoDir"],
  );
  const timeZone = Deno.env.get("TZ");
  return {
    words: [
      Deno.execPath(),
      "run",
      "--no-prompt",
      "--allow-read",
      "--allow-write",
      "--allow-env",
      "--allow-sys",
      "--allow-run",
      new URL("../main.ts", import.meta.url).pathname,
    ],
    env: {
      DENO_NO_UPDATE_CHECK: "1",
      ...(denoDir === undefined ? {} : { DENO_DIR: denoDir }),
      ...(timeZone === undefined ? {} : { TZ: timeZone }),
    },
  };
}

function main(): number {
  const say = (text: string): void => {
    let rest = new TextEncoder().encode(text);
    while (rest.length > 0) rest = rest.subarray(Deno.stdout.writeSync(rest));
  };
  const failed = runDemo(ourProgram(), say);
  if (failed.length === 0) return 0;
  say(`\nThese steps did not do what they say: ${failed.join("; ")}\n`);
  return 1;
}

if (import.meta.main) Deno.exit(main());
