import type { Observed } from "./observed.ts";

/** What GPU work stands on: everything that may have changed since it last went well. */
export interface WorkSetup {
  /** Build of macOS, e.g. `25F84`. */
  readonly osBuild: Observed<string>;
  /** Version of the GPU driver, `com.apple.iokit.IOGPUFamily`. */
  readonly driverVersion: Observed<string>;
  /** The model. */
  readonly model: Observed<string>;
  /** Versions of Python and its packages by name; known as `null` where one is not installed. */
  readonly versions: ReadonlyMap<string, Observed<string | null>>;
}

/** What the last run that ended well stood on. A field is `undefined` where its record does not say. */
export interface GoodSetup {
  /** When that run ended. */
  readonly endedAt: Temporal.Instant;
  /** Build of macOS. */
  readonly osBuild: string | undefined;
  /** Version of the GPU driver. */
  readonly driverVersion: string | undefined;
  /** The model. */
  readonly model: string | undefined;
  /** Versions by name; empty where the record does not say. */
  readonly versions: ReadonlyMap<string, string>;
}
