import { SECOND_MS } from "../../core/instant.ts";
import type { Clock, SleepOptions } from "../../ports/clock.ts";

/** The clocks of this machine. */
export function createDenoClock(): Clock {
  return new DenoClock();
}

/** `setTimeout` takes a signed 32-bit number of milliseconds; a larger one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

class DenoClock implements Clock {
  now(): Temporal.Instant {
    return Temporal.Now.instant();
  }

  monotonicMs(): number {
    return performance.now();
  }

  bootMs(): number | undefined {
    try {
      return Deno.osUptime() * SECOND_MS;
    } catch {
      // Not permitted, or a wall clock that stands before the start of this boot (SAFETY T6).
      return undefined;
    }
  }

  timeZone(): string {
    const zone = Temporal.Now.timeZoneId();
    // What an empty or unknown `TZ` gives, and what Temporal itself then refuses to calculate with.
    return zone === "Etc/Unknown" ? "UTC" : zone;
  }

  async sleep(
    ms: number,
    signal?: AbortSignal,
    options: SleepOptions = {},
  ): Promise<void> {
    const end = this.monotonicMs() + ms;
    signal?.throwIfAborted();
    for (
      let leftMs = ms;
      leftMs > 0;
      leftMs = end - this.monotonicMs()
    ) {
      await timer(Math.min(leftMs, LONGEST_TIMER_MS), signal, options);
    }
  }
}

function timer(
  ms: number,
  signal: AbortSignal | undefined,
  { isIdle = false }: SleepOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const id = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (isIdle) Deno.unrefTimer(id);
    function stop(): void {
      clearTimeout(id);
      reject(signal?.reason);
    }
    signal?.addEventListener("abort", stop, { once: true });
  });
}
