import type { ChildEnd } from "../../lib/ports/child_process.ts";
import type {
  ForegroundChild,
  ForegroundChildren,
  ForegroundOptions,
  ForwardedSignal,
} from "../../lib/ports/foreground_child.ts";

/** One program that was started; a test ends it. */
export class FakeForegroundChild implements ForegroundChild {
  readonly pid: number;
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly end: Promise<ChildEnd>;
  /** Signals that reached it, in order. */
  readonly signals: string[] = [];
  isDisposed = false;
  readonly #options: ForegroundOptions;
  readonly #ended = Promise.withResolvers<ChildEnd>();
  #hasEnded = false;

  constructor(pid: number, program: string, options: ForegroundOptions) {
    this.pid = pid;
    this.program = program;
    this.args = [...options.args];
    this.env = { ...options.env };
    this.#options = options;
    this.end = this.#ended.promise;
  }

  /** A signal that reaches us. */
  receive(signal: ForwardedSignal): void {
    this.#options.onSignal?.(signal);
    this.signal(signal);
  }

  signal(name: ForwardedSignal | "SIGKILL"): void {
    if (this.#hasEnded) return;
    this.signals.push(name);
    if (name === "SIGKILL") this.finish(137, name);
  }

  /** Ends it. */
  finish(exitCode: number, signal: string | null = null): void {
    this.#hasEnded = true;
    this.#ended.resolve({ exitCode, signal });
  }

  [Symbol.dispose](): void {
    this.isDisposed = true;
  }
}

/** Programs in memory that run in our place. */
export class FakeForegroundChildren implements ForegroundChildren {
  /** Every start, in order. */
  readonly started: FakeForegroundChild[] = [];
  /** Called with each one at its start. */
  onStart: (child: FakeForegroundChild) => void = () => {};
  #pid = 1_000;

  start(program: string, options: ForegroundOptions): ForegroundChild {
    const child = new FakeForegroundChild(++this.#pid, program, options);
    this.started.push(child);
    this.onStart(child);
    return child;
  }
}
