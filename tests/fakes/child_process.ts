import { MetalGuardError } from "../../lib/core/error.ts";
import { fileError } from "../../lib/adapters/deno/file_problem.ts";
import type {
  ChildEnd,
  ChildOptions,
  ChildOutput,
  ChildProcesses,
} from "../../lib/ports/child_process.ts";

/** What a fake program does. Everything left out is empty, zero, or success. */
export interface FakeRun {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exitCode?: number;
  /** Ends it by a signal, e.g. `SIGTERM`; give the exit code too. */
  readonly signal?: string;
  /** How long it takes, in milliseconds; longer than the timeout means that it is killed. */
  readonly takesMs?: number;
}

/** One start that was asked for. */
export interface FakeStart {
  readonly how: "capture" | "passThrough";
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Programs in memory. One that was not put here does not exist, as in a real file system. */
export class FakeChildProcesses implements ChildProcesses {
  /** Every start that was asked for, in order. */
  readonly starts: FakeStart[] = [];
  readonly #programs = new Map<
    string,
    ((start: FakeStart) => FakeRun) | "denied"
  >();

  /** Puts a program; `denied` one that may not be started. */
  put(
    program: string,
    run: ((start: FakeStart) => FakeRun) | FakeRun | "denied",
  ): this {
    this.#programs.set(
      program,
      typeof run === "object" ? () => run : run,
    );
    return this;
  }

  async capture(
    program: string,
    options: ChildOptions & {
      readonly timeoutMs: number;
      readonly maxBytes?: number;
    },
  ): Promise<ChildOutput> {
    const run = await this.#start("capture", program, options);
    const timedOut = (run.takesMs ?? 0) >= options.timeoutMs;
    const maxBytes = options.maxBytes ?? 2 ** 20;
    return {
      ...(timedOut ? { exitCode: 137, signal: "SIGKILL" } : endOf(run)),
      stdout: cut(run.stdout ?? "", maxBytes),
      stderr: cut(run.stderr ?? "", maxBytes),
      timedOut,
    };
  }

  async passThrough(
    program: string,
    options: ChildOptions,
  ): Promise<ChildEnd> {
    return endOf(await this.#start("passThrough", program, options));
  }

  // Async, so that a failed start is a rejected promise as it is over Deno.
  // deno-lint-ignore require-await
  async #start(
    how: FakeStart["how"],
    program: string,
    options: ChildOptions,
  ): Promise<FakeRun> {
    const start = {
      how,
      program,
      args: [...options.args],
      env: { ...options.env },
    };
    this.starts.push(start);
    const run = this.#programs.get(program);
    if (typeof run === "function") return run(start);
    const cause = fileError(
      run === undefined ? "absent" : "denied",
      "start",
      program,
    );
    throw new MetalGuardError("child-failed", cause.message, { cause });
  }
}

function endOf(run: FakeRun): ChildEnd {
  return { exitCode: run.exitCode ?? 0, signal: run.signal ?? null };
}

function cut(text: string, maxBytes: number): string {
  const bytes = new TextEncoder().encode(text).subarray(0, maxBytes);
  return new TextDecoder().decode(bytes, { stream: true });
}
