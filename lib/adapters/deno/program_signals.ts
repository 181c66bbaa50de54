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

class DenoStopRequest implements StopRequest {
  readonly #stop = new AbortController();
  readonly #listeners: readonly (readonly [Deno.Signal, () => void])[];

  constructor({ onResize }: ListenOptions = {}) {
    const stop = (): void => this.#stop.abort();
    this.#listeners = [
      ...STOPS.map((name) => [name, stop] as const),
      ...(onResize === undefined ? [] : [["SIGWINCH", onResize] as const]),
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
