import assert from "node:assert/strict";
import { createDenoChildProcesses } from "../../lib/adapters/deno/child_process.ts";
import { ourProgram, SHIPPED_PERMISSIONS } from "../cli_program.ts";
import { createDenoProcessTable } from "../../lib/adapters/deno/process_table.ts";
import { decodeRunReport } from "../../lib/parse/run_report_file.ts";
import type { RunReportFile } from "../../lib/core/run_report.ts";

const table = createDenoProcessTable(createDenoChildProcesses());

/** How a guarded run ended. */
export interface RunEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A guarded run that is under way. */
export interface Running {
  readonly guard: Deno.ChildProcess;
  end(): Promise<RunEnd>;
}

/** A home for guarded runs of the real program; at its end everything that was started is dead. */
export class RunPlace implements AsyncDisposable {
  readonly home = Deno.makeTempDirSync();
  readonly report = `${this.home}/report.json`;
  readonly #pids = new Set<number>();
  readonly #guards: Deno.ChildProcess[] = [];

  /** Starts `metal-guard run` with these words. */
  start(
    words: readonly string[],
    options: {
      readonly env?: Readonly<Record<string, string>>;
      readonly stdin?: "null" | "piped";
      /** A program and its arguments that become the guard. */
      readonly within?: readonly string[];
    } = {},
  ): Running {
    const [program = "", ...before] = [
      ...options.within ?? [],
      Deno.execPath(),
    ];
    const guard = new Deno.Command(program, {
      args: [
        ...before,
        "run",
        ...SHIPPED_PERMISSIONS,
        ourProgram().main,
        "run",
        ...words,
      ],
      cwd: this.home,
      env: {
        HOME: this.home,
        NO_COLOR: "1",
        DENO_DIR: ourProgram().denoDir,
        ...options.env,
      },
      stdin: options.stdin ?? "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#guards.push(guard);
    return {
      guard,
      end: async () => {
        const { code, stdout, stderr } = await guard.output();
        return {
          code,
          stdout: new TextDecoder().decode(stdout),
          stderr: new TextDecoder().decode(stderr),
        };
      },
    };
  }

  /** Runs a shell's script under guard, with a report. */
  async run(
    words: readonly string[],
    script: string,
    env: Readonly<Record<string, string>> = {},
  ): Promise<RunEnd> {
    return await this.start([
      "--report",
      this.report,
      ...words,
      "--",
      "/bin/sh",
      "-c",
      script,
    ], { env }).end();
  }

  /** The report as it stands. */
  readReport(): RunReportFile {
    return decodeRunReport(Deno.readTextFileSync(this.report));
  }

  /** A path below the home. */
  at(name: string): string {
    return `${this.home}/${name}`;
  }

  /** Waits until a file holds this many whole lines of pids, and answers them; they are dead at the latest when the test ends. */
  async pids(name: string, count = 1): Promise<readonly number[]> {
    const found = await until(() => {
      const lines = tryRead(this.at(name)).split("\n").slice(0, -1);
      return lines.length >= count ? lines.map(Number) : undefined;
    }, `${count} pids in ${name}`);
    for (const pid of found) this.#pids.add(pid);
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const guard of this.#guards) tryKill(guard.pid);
    for (const pid of this.#pids) tryKill(pid);
    for (const guard of this.#guards) await guard.status;
    Deno.removeSync(this.home, { recursive: true });
  }
}

/** Whether there is a process that runs. */
export async function isAlive(pid: number): Promise<boolean> {
  return (await table.read(pid)).kind === "alive";
}

/** Waits until a process runs no more. */
export async function gone(pid: number): Promise<void> {
  await until(
    async () => await isAlive(pid) ? undefined : true,
    `process ${pid} to be gone`,
  );
}

/** A machine that is busy loads a server of Python for a long time. */
const PATIENCE_MS = 60_000;

/** Asks again and again until there is an answer. */
export async function until<T>(
  ask: () => T | undefined | Promise<T | undefined>,
  what: string,
): Promise<T> {
  const endMs = performance.now() + PATIENCE_MS;
  while (performance.now() < endMs) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return assert.fail(`waited in vain for ${what}`);
}

function tryRead(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

function tryKill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // It is gone already, as it should be.
  }
}
