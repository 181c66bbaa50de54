import type {
  CommunityReport,
  Confidence,
  Evidence,
  ModelEntry,
} from "../core/registry_entry.ts";

/** What of an entry the evidence is computed from. */
export type EvidenceSource = Pick<ModelEntry, "reports" | "reproductions">;

/** Two sources that do not know of each other. */
const SEVERAL = 2;

/**
 * Weighs the reports of an entry.
 *
 * A report counts when it tells of a failure of this very model; explanations, and reports of another model or build,
 * do not. Two comments in one thread are one source.
 */
export function evidenceOf(entry: EvidenceSource): Evidence {
  const reports = entry.reports.filter((report) =>
    report.class !== undefined && report.model === undefined
  );
  const reproductions = entry.reproductions ?? [];
  const sources = new Set(reports.map((report) => threadOf(report.url)));
  return {
    independentReports: sources.size,
    reproductions: reproductions.length,
    iogpuFamilies: values(reports, (report) => report.iogpuFamily),
    osBuilds: values(reports, (report) => report.osBuild),
    wiredPolicies: values(reports, (report) => report.wiredPolicy),
    confidence: confidence(sources.size, reproductions.length, reports),
  };
}

function confidence(
  sources: number,
  reproductions: number,
  reports: readonly CommunityReport[],
): Confidence {
  if (reproductions >= SEVERAL || sources >= SEVERAL) return "high";
  const isPrecise = reports.some((report) =>
    report.hardware !== undefined &&
    (report.osBuild !== undefined || report.software !== undefined)
  );
  return isPrecise ? "medium" : "low";
}

/** The address without the comment it points at. */
export function threadOf(url: string): string {
  return url.replace(/#.*$/s, "");
}

function values(
  reports: readonly CommunityReport[],
  pick: (report: CommunityReport) => string | undefined,
): string[] {
  const found = reports.map(pick).filter((value) => value !== undefined);
  return [...new Set(found)].sort();
}
