/** How much a release's fault matters. */
export type AdvisorySeverity = "info" | "medium" | "high" | "critical";

/** A release to go to, and what is known against it. */
export interface Recommendation {
  /** Package. */
  readonly package: string;
  /** Version. */
  readonly version: string;
  /** Whether any later version will do as well. */
  readonly orLater?: boolean;
  /** Advisories and blocks that this version has itself. */
  readonly knownIssues: readonly string[];
}

/** What is wrong with some releases of a package. */
export interface Advisory {
  /** Issue, e.g. `ml-explore/mlx#3348`. */
  readonly issue: string;
  /** Package. */
  readonly package: string;
  /** PEP 440 specifier of the releases concerned. */
  readonly affected: string;
  /** How much it matters. */
  readonly severity: AdvisorySeverity;
  /** Where it is said. */
  readonly url: string;
  /** Where alone it matters; absent: everywhere. */
  readonly scope?: {
    /** Python package that does the work. */
    readonly backend?: string;
    /** Part of it. */
    readonly component?: string;
    /** Model. */
    readonly model?: string;
  };
  /** Other packages that have to be there, with their specifiers. */
  readonly requires?: Readonly<Record<string, string>>;
  /** What one sees. */
  readonly symptom: string;
  /** What to do. */
  readonly mitigation: string;
  /** First release without it. */
  readonly fixedIn?: string;
  /** Day the change was merged, `YYYY-MM-DD`. */
  readonly fixMerged?: string;
  /** Last release before it. */
  readonly lastGood?: string;
  /** Defensive patch of ours. */
  readonly patch?: string;
  /** What the program says. */
  readonly errorText?: string;
  /** Specifiers to hold other packages to. */
  readonly pin?: Readonly<Record<string, string>>;
  /** Models to use instead. */
  readonly alternatives?: readonly string[];
  /** What upstream decided. */
  readonly upstreamStatus?: string;
  /** Releases to go to. */
  readonly recommends?: readonly Recommendation[];
  /** Further addresses. */
  readonly related?: readonly string[];
  /** What else is to be said. */
  readonly note?: string;
}

/** A release that should not be used. */
export interface BlockedRelease {
  /** Package. */
  readonly package: string;
  /** Version. */
  readonly version: string;
  /** PEP 440 specifier of the releases concerned. */
  readonly affected: string;
  /** How much it matters. */
  readonly severity: AdvisorySeverity;
  /** Class of the failure. */
  readonly errorClass: string;
  /** What the failure says. */
  readonly signature: string;
  /** Why it is blocked. */
  readonly reason: string;
  /** First day it was reported, `YYYY-MM-DD`. */
  readonly firstObserved: string;
  /** Where it is said. */
  readonly upstream: readonly string[];
  /** Further addresses. */
  readonly related?: readonly string[];
  /** Releases to go to. */
  readonly recommends: readonly Recommendation[];
}

/** A kind of work that ends badly with any model. */
export interface WorkloadAdvisory {
  /** What a caller asks for. */
  readonly id: string;
  /** How much it matters. */
  readonly severity: AdvisorySeverity;
  /** Class of the failure. */
  readonly errorClass: string;
  /** What the failure says. */
  readonly signature: string;
  /** The work. */
  readonly pattern: string;
  /** What one sees. */
  readonly symptom: string;
  /** What to do. */
  readonly workaround: string;
  /** First day it was reported, `YYYY-MM-DD`. */
  readonly firstObserved: string;
  /** How often it was tried and failed. */
  readonly reproduced?: { readonly failed: number; readonly tried: number };
  /** Versions of macOS it was seen with. */
  readonly macos?: readonly string[];
  /** Where it is said. */
  readonly upstream: readonly string[];
}
