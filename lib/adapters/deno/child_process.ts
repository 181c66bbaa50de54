import { MIB } from "../../core/bytes.ts";
import { MetalGuardError } from "../../core/error.ts";
import type {
  ChildEnd,
  ChildOptions,
  ChildOutput,
  ChildProcesses,
} from "../../ports/child_process.ts";
import { fileError, problemOf } from "./file_problem.ts";
import { collect } from "./output_collector.ts";

/**
 * Starting programs over Deno, never through a shell.
 *
 * A program that cannot be started is a {@linkcode MetalGuardError} of code `child-failed` whose cause is a
 * `FileError`: problem `absent` (a shell says 127) or `denied` and others (126).
 */
export function createDenoChildProcesses(): ChildProcesses {
  return new DenoChildProcesses();
}

/** How long a dead program's pipes are read on: a grandchild may hold them open for ever. */
const PIPES_GRACE_MS = 250;

/** How long a program may take to vanish after KILL: one that waits inside a driver never does. */
const KILL_GRACE_MS = 1_000;

const LONGEST_TIMER_MS = 2 ** 31 - 1;

const PASSED_ON: readonly Deno.Signal[] = [
  "SIGINT",
  "SIGTERM",
  "SIGHUP",
  "SIGQUIT",
];

/** What Ctrl-C and Ctrl-\ send: a terminal sends them to the child too, and a second one would cut its clean-up short. */
const FROM_TERMINAL: ReadonlySet<Deno.Signal> = new Set(["SIGINT", "SIGQUIT"]);

const KILLED: ChildEnd = { exitCode: 137, signal: "SIGKILL" };

class DenoChildProcesses implements ChildProcesses {
  async capture(
    program: string,
    options: ChildOptions & {
      readonly timeoutMs: number;
      readonly maxBytes?: number;
    },
  ): Promise<ChildOutput> {
    const maxBytes = options.maxBytes ?? MIB;
    const child = start(program, options, {
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    });
    const stdout = collect(child.stdout, maxBytes);
    const stderr = collect(child.stderr, maxBytes);
    let timedOut = false;
    let end = await within(options.timeoutMs, endOf(child));
    if (end === undefined) {
      timedOut = true;
      kill(child, "SIGKILL");
      end = await within(KILL_GRACE_MS, endOf(child));
      if (end === undefined) child.unref();
    }
    await within(PIPES_GRACE_MS, Promise.all([stdout.done, stderr.done]));
    await Promise.all([stdout.stop(), stderr.stop()]);
    return {
      ...(end ?? KILLED),
      stdout: stdout.text(),
      stderr: stderr.text(),
      timedOut,
    };
  }

  async passThrough(
    program: string,
    options: ChildOptions,
  ): Promise<ChildEnd> {
    const fromTerminal = Deno.stdin.isTerminal();
    let child: Deno.ChildProcess | undefined;
    const listeners = PASSED_ON.map((signal) => ({
      signal,
      listener: (): void => {
        if (child === undefined) return;
        if (fromTerminal && FROM_TERMINAL.has(signal)) return;
        kill(child, signal);
      },
    }));
    // Before the start: a signal in between would end us and leave the child alone.
    for (const { signal, listener } of listeners) {
      Deno.addSignalListener(signal, listener);
    }
    try {
      child = start(program, options, {
        stdin: "inherit",
        stdout: "inherit",
        stderr: "inherit",
      });
      return await endOf(child);
    } finally {
      for (const { signal, listener } of listeners) {
        Deno.removeSignalListener(signal, listener);
      }
    }
  }
}

/**
 * Starts a program with the streams that are asked for.
 *
 * @throws {MetalGuardError} Code `child-failed`, if it cannot be started.
 */
export function start(
  program: string,
  options: ChildOptions,
  streams: Pick<Deno.CommandOptions, "stdin" | "stdout" | "stderr">,
): Deno.ChildProcess {
  try {
    return new Deno.Command(program, {
      args: [...options.args],
      ...environment(options.env),
      ...streams,
    }).spawn();
  } catch (error) {
    const cause = fileError(problemOf(error), "start", program, error);
    throw new MetalGuardError("child-failed", cause.message, {
      cause,
    });
  }
}

/** Deno can add variables but take none away, so that only a removal costs a copy of the whole environment. */
function environment(
  changes: ChildOptions["env"],
): Pick<Deno.CommandOptions, "env" | "clearEnv"> {
  if (changes === undefined) return {};
  const removes = Object.values(changes).includes(undefined);
  const env: Record<string, string> = removes ? Deno.env.toObject() : {};
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) delete env[name];
    else env[name] = value;
  }
  return removes ? { env, clearEnv: true } : { env };
}

/** How a program ended, once it has. */
export async function endOf(child: Deno.ChildProcess): Promise<ChildEnd> {
  const status = await child.status;
  return { exitCode: status.code, signal: status.signal };
}

/** Signals a program of ours; one that has ended a moment ago is no failure. */
export function kill(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It ended a moment ago; its end is what everybody waits for.
  }
}

/** What `work` comes to, or `undefined` when `ms` have passed first. */
async function within<T>(
  ms: number,
  work: Promise<T>,
): Promise<T | undefined> {
  let id: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    id = setTimeout(resolve, Math.min(ms, LONGEST_TIMER_MS), undefined);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(id);
  }
}
