import type { CommunityReport, UnlinkedReport } from "./registry_entry.ts";

/** One version of the GPU driver. */
export interface DriverVersion {
  /** Version of `com.apple.iokit.IOGPUFamily`. */
  readonly version: string;
  /** Systems it came with. */
  readonly builds: readonly {
    /** Build, e.g. `25F84`; absent where only the version of macOS is known. */
    readonly build?: string;
    /** Version of macOS. */
    readonly macos: string;
    /** Where it is said. */
    readonly source: string;
  }[];
  /** Where its panics are raised. */
  readonly lines: readonly {
    /** Class. */
    readonly class: string;
    /** File and line, e.g. `IOGPUMemory.cpp:550`. */
    readonly line: string;
    /** Where it is said. */
    readonly source: string;
  }[];
}

/** How often one class was reported. */
export interface DriverCount {
  /** Class. */
  readonly class: string;
  /** File and line, where they are known for this driver. */
  readonly line?: string;
  /** Different reports with an address. */
  readonly reports: number;
  /** Reports without one; they prove nothing. */
  readonly unlinked: number;
  /** Addresses of the former, sorted. */
  readonly urls: readonly string[];
}

/** What was reported for one driver and build. */
export interface DriverRow {
  /** Version of IOGPUFamily; `null` where nobody names it. */
  readonly driver: string | null;
  /** Build of macOS; `null` where only its version is known. */
  readonly build: string | null;
  /** Version of macOS. */
  readonly macos: string | null;
  /** Kernel panics that were reported, most reported first. */
  readonly panics: readonly DriverCount[];
}

/** Everything that the table of drivers is made from. */
export interface DriverFacts {
  /** Versions. */
  readonly drivers: readonly DriverVersion[];
  /** Reports of panics that name a machine, from entries and on their own. */
  readonly reports: readonly CommunityReport[];
  /** Reports without an address. */
  readonly unlinked: readonly UnlinkedReport[];
  /** Classes that take the machine down. */
  readonly panicClasses: readonly string[];
}
