import { MetalGuardError } from "../../core/error.ts";
import type { ChildEnd } from "../../ports/child_process.ts";
import type {
  ForegroundChild,
  ForegroundChildren,
  ForegroundOptions,
  ForwardedSignal,
} from "../../ports/foreground_child.ts";
import { fileError, problemOf } from "./file_problem.ts";

/** Starting programs in our place over Deno, never through a shell of our own words. */
export function createDenoForegroundChildren(): ForegroundChildren {
  return {
    start: (program, options) => new DenoForegroundChild(program, options),
  };
}

const PASSED_ON: readonly ForwardedSignal[] = [
  "SIGINT",
  "SIGTERM",
  "SIGHUP",
  "SIGQUIT",
];

/** What Ctrl-C and Ctrl-\ send: a terminal sends them to the child too, and a second one would cut its clean-up short. */
const FROM_TERMINAL: ReadonlySet<ForwardedSignal> = new Set([
  "SIGINT",
  "SIGQUIT",
]);

class DenoForegroundChild implements ForegroundChild {
  readonly pid: number;
  readonly end: Promise<ChildEnd>;
  readonly #child: Deno.ChildProcess;
  readonly #listeners: readonly {
    readonly signal: ForwardedSignal;
    readonly listener: () => void;
  }[];

  constructor(program: string, options: ForegroundOptions) {
    const isTerminal = Deno.stdin.isTerminal();
    let child: Deno.ChildProcess | undefined;
    this.#listeners = PASSED_ON.map((signal) => ({
      signal,
      listener: (): void => {
        options.onSignal?.(signal);
        if (isTerminal && FROM_TERMINAL.has(signal)) return;
        if (child !== undefined) sendTo(child, signal);
      },
    }));
    // Before the start: a signal in between would end us and leave the child alone.
    for (const { signal, listener } of this.#listeners) {
      Deno.addSignalListener(signal, listener);
    }
    try {
      child = start(program, options);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
    this.#child = child;
    this.pid = child.pid;
    this.end = endOf(child);
  }

  signal(name: ForwardedSignal | "SIGKILL"): void {
    sendTo(this.#child, name);
  }

  [Symbol.dispose](): void {
    for (const { signal, listener } of this.#listeners) {
      Deno.removeSignalListener(signal, listener);
    }
  }
}

function start(
  program: string,
  { args, env }: ForegroundOptions,
): Deno.ChildProcess {
  try {
    return new Deno.Command(program, {
      args: [...args],
      env: { ...env },
      stdin: "inherit",
      stdout: "inherit",
      stderr: "inherit",
    }).spawn();
  } catch (error) {
    const cause = fileError(problemOf(error), "start", program, error);
    throw new MetalGuardError("child-failed", cause.message, { cause });
  }
}

async function endOf(child: Deno.ChildProcess): Promise<ChildEnd> {
  const { code, signal } = await child.status;
  return { exitCode: code, signal };
}

function sendTo(
  child: Deno.ChildProcess,
  signal: ForwardedSignal | "SIGKILL",
): void {
  try {
    child.kill(signal);
  } catch {
    // It ended a moment ago; its end is what everybody waits for.
  }
}
