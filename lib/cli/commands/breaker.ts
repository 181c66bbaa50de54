import {
  breakerJson,
  type BreakerStatus,
  breakerText,
} from "../../report/breaker.ts";
import {
  type CliContext,
  command,
  outputStyle,
  printJson,
} from "../context.ts";

/** Flags of `breaker`. */
export interface BreakerFlags {
  readonly json: boolean;
  readonly clear: boolean;
}

/** The breaker, as far as this command goes. */
export interface BreakerSource {
  /** How it stands. */
  status(): Promise<BreakerStatus>;
  /** Closes it; answers the records that were removed. */
  clear(): Promise<readonly string[]>;
}

/**
 * `metal-guard breaker`: whether kernel panics came so thick that GPU work has to pause.
 *
 * @returns The exit code: 0, open or closed. The gate is `panic-gate`.
 */
export async function showBreaker(
  context: CliContext,
  breaker: BreakerSource,
  flags: BreakerFlags,
): Promise<number> {
  const { stdout } = context.terminal;
  if (flags.clear) {
    const removed = await breaker.clear();
    if (flags.json) {
      const status = removed.length > 0 ? "cleared" : "absent";
      printJson(context, { status, removed });
    } else {
      stdout.write(
        removed.length > 0
          ? "The breaker is closed until the next kernel panic.\n"
          : "The breaker was not open; panics that have happened will not open it.\n",
      );
    }
    return 0;
  }
  const view = await breaker.status();
  if (flags.json) printJson(context, breakerJson(view));
  else {
    const timeZone = context.ports.clock.timeZone();
    const style = outputStyle(context);
    stdout.write(breakerText(view, { timeZone, style }));
  }
  return 0;
}

export default command<BreakerFlags>((context, flags) =>
  showBreaker(context, context.guard.circuitBreaker, flags)
);
