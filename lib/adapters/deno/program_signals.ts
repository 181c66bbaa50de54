import type {
  ListenOptions,
  ProgramSignals,
  StopRequest,
} from "../../ports/program_signals.ts";

/** Signals over Deno. */
export function createDenoProgramSignals(): ProgramSignals {
  return { listen: (options) => new DenoStopRequest(options) };
}

const STOPS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

function suspend(tell: () => void): void {
  tell();
  // Who hears TSTP is not stopped by it; STOP cannot be heard.
  Deno.kill(Deno.pid, "SIGSTOP");
}

/** A shell's `bg` goes on too, but its terminal is the shell's: `top` and `less` are stopped again there, by the system. */
function resume(tell: () => void): void {
  if (isInBackground()) Deno.kill(Deno.pid, "SIGSTOP");
  else tell();
}

/** Whether the terminal of this process belongs to another job. What `ps` cannot say counts as no. */
function isInBackground(): boolean {
  try {
    const { stdout } = new Deno.Command("/bin/ps", {
      args: ["-o", "tty=", "-o", "stat=", "-p", String(Deno.pid)],
      stdin: "null",
      stderr: "null",
    }).outputSync();
    const [tty = "?", state = "+"] = new TextDecoder().decode(stdout).trim()
      .split(/\s+/);
    return !tty.startsWith("?") && !state.includes("+");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

class DenoStopRequest implements StopRequest {
  readonly #stop = new AbortController();
  readonly #listeners: readonly (readonly [Deno.Signal, () => void])[];

  constructor({ onResize, onSuspend, onResume }: ListenOptions = {}) {
    const stop = (): void => this.#stop.abort();
    this.#listeners = [
      ...STOPS.map((name) => [name, stop] as const),
      ...(onResize === undefined ? [] : [["SIGWINCH", onResize] as const]),
      ...(onSuspend === undefined
        ? []
        : [["SIGTSTP", () => suspend(onSuspend)] as const]),
      ...(onResume === undefined
        ? []
        : [["SIGCONT", () => resume(onResume)] as const]),
    ];
    for (const [name, listener] of this.#listeners) {
      Deno.addSignalListener(name, listener);
    }
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  [Symbol.dispose](): void {
    for (const [name, listener] of this.#listeners) {
      Deno.removeSignalListener(name, listener);
    }
  }
}
