/** How bad it gets: the machine goes down, the process ends, or the answers or the speed suffer. */
export type RegistryTier = "panic" | "abort" | "degradation";

/** Whose entry it is: the one that ships, or the user's (`METALGUARD_REGISTRY`). */
export type RegistryOrigin = "registry" | "overlay";

/** How sure the reports make us: several sources or a reproduction, one that names machine and build, less than that. */
export type Confidence = "high" | "medium" | "low";

/** One way in which a model fails. */
export interface EntryClass {
  /** Name of the class, e.g. `kernel_panic`. */
  readonly type: string;
  /** What the report or the error says. */
  readonly signature: string;
  /** Machines it was seen on, in the reporters' words. */
  readonly hardware: readonly string[];
  /** GPU families it is known for; none means that no report names one. */
  readonly gpuFamilies: readonly string[];
  /** What was being done. */
  readonly workload?: string;
  /** What makes it rarer or harmless. */
  readonly mitigation?: string;
  /** Where it is said. */
  readonly source: string;
}

/** What somebody reported, with the address where it can be read. */
export interface CommunityReport {
  /** Address. */
  readonly url: string;
  /** Class of the failure; absent where the source explains and reports no failure of its own. */
  readonly class?: string;
  /** Name of the model where the report gives another one. */
  readonly model?: string;
  /** Machine. */
  readonly hardware?: string;
  /** Its memory in GiB. */
  readonly ramGb?: number;
  /** Its GPU family. */
  readonly gpuFamily?: string;
  /** Version of macOS. */
  readonly macos?: string;
  /** Build of macOS, e.g. `25F84`. */
  readonly osBuild?: string;
  /** Version of IOGPUFamily. */
  readonly iogpuFamily?: string;
  /** Programs and versions. */
  readonly software?: string;
  /** What was done about wired memory. */
  readonly wiredPolicy?: string;
  /** What was being done. */
  readonly workload?: string;
  /** What is said to have helped. */
  readonly workaround?: string;
  /** Day, `YYYY-MM-DD`. */
  readonly date?: string;
  /** What else it says. */
  readonly fact?: string;
}

/** A report that was read in an index without addresses. It counts for nothing. */
export interface UnlinkedReport extends Omit<CommunityReport, "url" | "fact"> {
  /** Number in that index. */
  readonly indexId: number;
  /** Class of the failure. */
  readonly class: string;
}

/** A failure that was brought about again by whoever keeps the source. */
export interface Reproduction {
  /** Where it is said. */
  readonly source: string;
  /** Machine. */
  readonly hardware: string;
  /** Its memory in GiB. */
  readonly ramGb?: number;
  /** Version of macOS. */
  readonly macos?: string;
  /** Day, `YYYY-MM-DD`. */
  readonly date: string;
  /** Time of the day, local to that machine. */
  readonly localTime?: string;
  /** Process that panicked. */
  readonly pid?: number;
  /** How long it took. */
  readonly timeToPanic?: string;
  /** What was being done. */
  readonly workload: string;
  /** What else is known. */
  readonly note?: string;
}

/** What the reports of an entry weigh; computed, never typed. */
export interface Evidence {
  /** Different sources that report a failure of exactly this model. */
  readonly independentReports: number;
  /** Reproductions. */
  readonly reproductions: number;
  /** Versions of IOGPUFamily it was seen with. */
  readonly iogpuFamilies: readonly string[];
  /** Builds of macOS it was seen with. */
  readonly osBuilds: readonly string[];
  /** Policies of wired memory it was seen under. */
  readonly wiredPolicies: readonly string[];
  /** How sure that makes us. */
  readonly confidence: Confidence;
}

/** A model to go to instead. */
export interface SafeAlternative {
  /** Its id. */
  readonly id: string;
  /** Why it should do better. */
  readonly why: string;
  /** Entries and advisories that it has itself. */
  readonly knownIssues: readonly string[];
}

/** A model, or a way of working, that ends badly. */
export interface ModelEntry {
  /** Id as reported. */
  readonly id: string;
  /** `repository`: an exact id; `name`: words of the reporter; `workflow`: a way of working. */
  readonly idKind: "repository" | "name" | "workflow";
  /** Whether the Python metal-guard 0.11 has it too. */
  readonly isInPython?: boolean;
  /** How bad it gets. */
  readonly tier: RegistryTier;
  /** What the first class's report says. */
  readonly signature: string;
  /** First day it was reported, `YYYY-MM-DD`. */
  readonly firstObserved: string | null;
  /** Last day it was reported, `YYYY-MM-DD`. */
  readonly lastObserved: string | null;
  /** What a person sees. */
  readonly whatHappens: string;
  /** Ways in which it fails. */
  readonly errorClasses: readonly EntryClass[];
  /** Failures brought about again. */
  readonly reproductions?: readonly Reproduction[];
  /** What people reported. */
  readonly reports: readonly CommunityReport[];
  /** What is thought to be the cause. */
  readonly cause?: string;
  /** What to do. */
  readonly recommendation: string;
  /** A model to go to instead. */
  readonly safeAlternative: SafeAlternative | null;
  /** What is confirmed, and what is only presumed. */
  readonly variantPolicy: {
    /** Only the exact id is. */
    readonly confirmed: "exact_id_only";
    /** Variants that are thought to fail too, untested. */
    readonly presumed: readonly string[];
    /** What else is to be said of variants. */
    readonly note?: string;
  };
  /** Issues upstream. */
  readonly upstream: readonly string[];
  /** What the reports weigh. */
  readonly evidence: Evidence;
  /** Whose entry it is. */
  readonly origin: RegistryOrigin;
}

/** What a class of failures means, for a person. */
export interface ClassWords {
  /** Its name. */
  readonly name: string;
  /** What is lost when it happens. */
  readonly costs: "machine" | "process" | "none";
  /** What it means. */
  readonly plainWords: string;
  /** What to do next. */
  readonly nextStep: string;
}
