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

/** Job control and the window's size: of no use to us, and the child's own session gets them from nobody else. */
const OF_ITS_SESSION = ["SIGWINCH", "SIGTSTP", "SIGCONT"] as const;

/**
 * A session without a terminal is an orphaned group, in which the kernel passes over a stop that nobody catches: who was
 * asked and has not stopped by then is stopped.
 */
const STOP_AFTER_MS = 200;

class DenoForegroundChild implements ForegroundChild {
  readonly pid: number;
  readonly end: Promise<ChildEnd>;
  readonly #child: Deno.ChildProcess;
  readonly #listeners: readonly {
    readonly signal: Deno.Signal;
    readonly listener: () => void;
  }[];
  readonly #onPaused: ForegroundOptions["onPaused"];
  #stopTimer: ReturnType<typeof setTimeout> | undefined;
  #isPaused = false;

  constructor(program: string, options: ForegroundOptions) {
    const isTerminal = Deno.stdin.isTerminal();
    let child: Deno.ChildProcess | undefined;
    this.#onPaused = options.onPaused;
    const asked = PASSED_ON.map((signal) => ({
      signal,
      listener: (): void => {
        options.onSignal?.(signal);
        if (isTerminal && FROM_TERMINAL.has(signal)) return;
        if (child !== undefined) this.#ask(child, signal);
      },
    }));
    this.#listeners = isTerminal || options.ownSession !== true ? asked : [
      ...asked,
      ...OF_ITS_SESSION.map((signal) => ({
        signal,
        listener: (): void => {
          if (child !== undefined) this.#passOn(child, signal);
        },
      })),
    ];
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
    this.end = endOf(child, options.onErrorOutput);
  }

  signal(name: ForwardedSignal | "SIGKILL"): void {
    this.#ask(this.#child, name);
  }

  #ask(child: Deno.ChildProcess, name: ForwardedSignal | "SIGKILL"): void {
    sendTo(child, name);
    // A stopped program hears nothing but KILL.
    if (this.#isPaused) this.#passOn(child, "SIGCONT");
  }

  #passOn(
    child: Deno.ChildProcess,
    signal: (typeof OF_ITS_SESSION)[number],
  ): void {
    sendTo(child, signal);
    if (signal === "SIGWINCH") return;
    clearTimeout(this.#stopTimer);
    this.#isPaused = signal === "SIGTSTP";
    if (this.#isPaused) {
      this.#stopTimer = setTimeout(
        () => sendTo(child, "SIGSTOP"),
        STOP_AFTER_MS,
      );
    }
    this.#onPaused?.(this.#isPaused);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#stopTimer);
    for (const { signal, listener } of this.#listeners) {
      Deno.removeSignalListener(signal, listener);
    }
  }
}

function start(
  program: string,
  { args, env, onErrorOutput, ownSession }: ForegroundOptions,
): Deno.ChildProcess {
  try {
    return new Deno.Command(program, {
      args: [...args],
      env: { ...env },
      stdin: "inherit",
      stdout: "inherit",
      stderr: onErrorOutput === undefined ? "inherit" : "piped",
      ...(ownSession === true && !Deno.stdin.isTerminal()
        ? { detached: true }
        : {}),
    }).spawn();
  } catch (error) {
    const cause = fileError(problemOf(error), "start", program, error);
    throw new MetalGuardError("child-failed", cause.message, { cause });
  }
}

async function endOf(
  child: Deno.ChildProcess,
  onErrorOutput: ForegroundOptions["onErrorOutput"],
): Promise<ChildEnd> {
  const passed = onErrorOutput === undefined
    ? undefined
    : passErrorsOn(child.stderr, onErrorOutput);
  const { code, signal } = await child.status;
  if (passed !== undefined) await within(PIPE_GRACE_MS, passed);
  return { exitCode: code, signal };
}

/** How long a dead program's pipe is read on: what it left behind may hold it open for ever, and is read all the same. */
const PIPE_GRACE_MS = 250;

/** Writes all that comes to our own standard error, byte by byte as it came. */
async function passErrorsOn(
  stream: ReadableStream<Uint8Array>,
  onErrorOutput: (chunk: Uint8Array) => void,
): Promise<void> {
  let isOpen = true;
  try {
    for await (const chunk of stream) {
      isOpen = isOpen && await tryWriteAll(chunk);
      onErrorOutput(chunk);
    }
  } catch {
    // A pipe that breaks is a pipe that ended.
  }
}

/** @returns Whether anybody is there to read; the program must not hang when nobody is. */
async function tryWriteAll(chunk: Uint8Array): Promise<boolean> {
  try {
    for (let from = 0; from < chunk.length;) {
      from += await Deno.stderr.write(chunk.subarray(from));
    }
    return true;
  } catch {
    return false;
  }
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let id: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    id = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(id);
}

function sendTo(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It ended a moment ago; its end is what everybody waits for.
  }
}
