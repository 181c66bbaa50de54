import { MINUTE_MS, SECOND_MS } from "../core/instant.ts";
import type { MemoryReading } from "../core/memory_reading.ts";
import { plainText } from "../core/plain_text.ts";
import {
  evaluateWatchdog,
  isFlushWorthwhile,
  KV_MONITOR_DEFAULTS,
  type KvMonitorOptions,
  type KvPressure,
  type KvSample,
  stepKvMonitor,
  WATCHDOG_DEFAULTS,
  type WatchdogOptions,
} from "../policy/memory_watch.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Ticker } from "../ports/ticker.ts";

/** What {@linkcode Watch} works with. */
export interface WatchPorts {
  /** Time. */
  readonly clock: Clock;
  /** Loops. */
  readonly ticker: Ticker;
  /** Told of warnings, and of callbacks that fail. */
  readonly log: Log;
  /** The GPU's memory. */
  readonly readMemory: () => Promise<MemoryReading>;
  /** Makes the next reading the highest. */
  readonly resetPeak: () => void;
  /** How many tasks live. */
  readonly tasksAlive: () => number;
  /** Flushes the GPU's caches. */
  readonly flush: () => Promise<unknown>;
  /** Cleans up. */
  readonly cleanUp: () => Promise<unknown>;
  /** Writes a breadcrumb. */
  readonly breadcrumb: (tag: string, payload?: string) => Promise<void>;
}

/** How often a loop looks. */
export interface LoopOptions {
  /** In milliseconds. */
  readonly intervalMs?: number;
}

/** How the watchdog watches. */
export interface WatchdogLoopOptions
  extends LoopOptions, Partial<WatchdogOptions> {
  /** Called above the critical share, after the clean-up. */
  readonly onCritical?: (reading: MemoryReading) => Promise<void> | void;
}

/** How the KV monitor watches. */
export interface KvLoopOptions extends LoopOptions, Partial<KvMonitorOptions> {
  /** Called under pressure, e.g. with the worker's `clearCache`. */
  readonly onPressure: (pressure: KvPressure) => Promise<void> | void;
}

/** The seed's pauses (L5). */
const FLUSH_EVERY_MS = 5 * MINUTE_MS;
const KV_EVERY_MS = 30 * SECOND_MS;

/**
 * L5: loops that look at the GPU's memory while models run. Flush and watchdog share one timer: starting one ends the
 * other.
 *
 * Fails open: where the memory is not known they do nothing; a callback that fails ends no loop.
 */
export class Watch {
  readonly #ports: WatchPorts;
  #shared: Disposable | undefined;
  #kv: Disposable | undefined;

  /** Made by the guard, once. */
  constructor(ports: WatchPorts) {
    this.#ports = ports;
  }

  /**
   * Flushes the GPU's caches now and then, while no task lives.
   *
   * @param options `intervalMs`. @default 300 s
   * @returns Ends it.
   */
  periodicFlush(options: LoopOptions = {}): Disposable {
    return this.#share(options.intervalMs, async () => {
      if (isFlushWorthwhile(await this.#ports.readMemory())) {
        await this.#ports.flush();
      }
    });
  }

  /**
   * Watches the share of the limit in use: flushes and warns, then cleans up and calls.
   *
   * @param options `intervalMs` (default 300 s), shares, callback.
   * @returns Ends it.
   */
  watchdog(options: WatchdogLoopOptions = {}): Disposable {
    const shares = { ...WATCHDOG_DEFAULTS, ...sharesOf(options) };
    return this.#share(options.intervalMs, async () => {
      const reading = await this.#ports.readMemory();
      const action = evaluateWatchdog(reading, shares);
      if (action === "nothing") return;
      if (action !== "critical") {
        if (action === "warn") await this.#warn("watchdog: memory is high");
        await this.#ports.flush();
        return;
      }
      await this.#warn("watchdog: memory is critical");
      await this.#ports.cleanUp();
      await this.#call(() => options.onCritical?.(reading));
      this.#ports.resetPeak();
    });
  }

  /**
   * Watches what is free and how fast it goes, as a cache of keys and values makes it go.
   *
   * @param options `intervalMs` (default 30 s), limits, callback.
   * @returns Ends it.
   */
  kvCache(options: KvLoopOptions): Disposable {
    const limits = {
      headroomBytes: options.headroomBytes ?? KV_MONITOR_DEFAULTS.headroomBytes,
      growthBytesPerMin: options.growthBytesPerMin ??
        KV_MONITOR_DEFAULTS.growthBytesPerMin,
    };
    let samples: readonly KvSample[] = [];
    this.#kv?.[Symbol.dispose]();
    const { clock, ticker } = this.#ports;
    return this.#kv = ticker.every(
      options.intervalMs ?? KV_EVERY_MS,
      async () => {
        const reading = await this.#ports.readMemory();
        const step = stepKvMonitor(
          samples,
          reading,
          clock.monotonicMs(),
          limits,
        );
        samples = step.samples;
        const { pressure } = step;
        if (pressure === undefined) return;
        await this.#ports.breadcrumb("KV_MONITOR", pressure.reason);
        await this.#call(() => options.onPressure(pressure));
      },
    );
  }

  #share(
    intervalMs: number | undefined,
    look: () => Promise<void>,
  ): Disposable {
    this.#shared?.[Symbol.dispose]();
    return this.#shared = this.#ports.ticker.every(
      intervalMs ?? FLUSH_EVERY_MS,
      async () => {
        // A flush under a running generate is the very race that panics.
        if (this.#ports.tasksAlive() === 0) await look();
      },
    );
  }

  async #warn(words: string): Promise<void> {
    this.#ports.log.warn(words);
    await this.#ports.breadcrumb("WATCHDOG", words);
  }

  async #call(callback: () => Promise<void> | void | undefined): Promise<void> {
    try {
      await callback();
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      this.#ports.log.warn(`a callback failed: ${plainText(words, 200)}`);
    }
  }
}

function sharesOf(options: WatchdogLoopOptions): Partial<WatchdogOptions> {
  const { warnRatio, criticalRatio } = options;
  return {
    ...(warnRatio === undefined ? {} : { warnRatio }),
    ...(criticalRatio === undefined ? {} : { criticalRatio }),
  };
}
