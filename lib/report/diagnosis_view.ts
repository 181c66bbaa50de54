import type { ErrorClass } from "../core/failure.ts";
import type { DriverRow } from "../core/driver_row.ts";
import type { Finding } from "../core/finding.ts";
import type { Observed } from "../core/observed.ts";
import type { GoodSetup } from "../core/work_setup.ts";
import type { AdvisoryHit, BlockedHit } from "../policy/advisories.ts";
import type { CooldownVerdict } from "../policy/cooldown_verdict.ts";
import type { Diagnosis } from "../policy/diagnosis.ts";
import type { RegistryAnswer } from "../policy/registry_lookup.ts";
import type { RunningBefore } from "../policy/running_before.ts";
import type { SetupPair } from "../policy/setup_changes.ts";
import type { TextStyle } from "./text_style.ts";

/** What is known of the GPU driver that failed, or that is here. */
export interface DriverNote {
  /** Its version; `null` where that is not known. */
  readonly version: string | null;
  /** Build of macOS; `null` where that is not known. */
  readonly osBuild: string | null;
  /** Where both come from. */
  readonly source: "report" | "machine";
  /** Its row in the registry; `null` where there is none. */
  readonly row: DriverRow | null;
}

/** What the last good run stood on, against what failed. */
export interface ChangeNote {
  /** The last good run. */
  readonly good: GoodSetup;
  /** Whether its date can be believed: it does not lie ahead of this clock. */
  readonly isDated: boolean;
  /** Whether it came after what happened, so that it speaks for the machine and not for what changed. */
  readonly isAfter: boolean;
  /** One pair a thing. */
  readonly pairs: readonly SetupPair[];
  /** Releases of the good run that should not be gone back to. */
  readonly blockedBefore: readonly BlockedHit[];
}

/** Everything that `diagnose` tells. */
export interface DiagnosisView {
  /** When it was asked. */
  readonly askedAt: Temporal.Instant;
  /** How far back was looked, in milliseconds. */
  readonly windowMs: number;
  /** As `status` ends: 0 nothing happened, 1 something did, or it cannot be told, 2 five kernel panics or more. */
  readonly exitCode: 0 | 1 | 2;
  /** What happened, and how sure. */
  readonly diagnosis: Diagnosis;
  /** The gate's answer. */
  readonly gate: CooldownVerdict;
  /** What ran when it happened; unknown with the reason, `null` where nothing happened that it could be asked for. */
  readonly running: Observed<RunningBefore> | null;
  /** What the community knows of the model; `null` where no model is known. */
  readonly model: RegistryAnswer | null;
  /** The driver; `null` where it has nothing to do with what happened. */
  readonly driver: DriverNote | null;
  /** What changed; unknown with the reason. */
  readonly changes: Observed<ChangeNote>;
  /** The Python that was looked at. */
  readonly python: Observed<{
    readonly interpreter: string;
    readonly version: string;
    readonly kind: "venv" | "uv" | "conda" | "plain";
  }>;
  /** Releases that are installed and should not be used. */
  readonly blocked: readonly BlockedHit[];
  /** What else is known against what is installed, the gravest first. */
  readonly advisories: readonly AdvisoryHit[];
  /** What this machine says of itself. */
  readonly machine: {
    readonly platform: string;
    readonly chip: Observed<string>;
    readonly osBuild: Observed<string>;
    readonly driverVersion: Observed<string>;
  };
  /** Everything that is out of order. */
  readonly findings: readonly Finding[];
}

/** Look, zone, version and words. */
export interface DiagnosisTextOptions {
  readonly timeZone: string;
  readonly style: TextStyle;
  readonly classes: readonly ErrorClass[];
}
