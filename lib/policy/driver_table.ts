import type {
  DriverCount,
  DriverFacts,
  DriverRow,
} from "../core/driver_row.ts";
import type {
  CommunityReport,
  UnlinkedReport,
} from "../core/registry_entry.ts";

type Place = Omit<DriverRow, "panics">;
type Seen = Pick<
  CommunityReport,
  "iogpuFamily" | "osBuild" | "macos" | "hardware" | "date"
>;

/**
 * Counts reported kernel panics by version of the GPU driver and build of macOS.
 *
 * Reports what there is: a build without a row, or a row without a class, says that nobody reported it here, not that it
 * is safe. Two reports from one thread about one machine and one day are one.
 */
export function driverTable(facts: DriverFacts): readonly DriverRow[] {
  const rows = new Map<
    string,
    { readonly place: Place; readonly counts: Map<string, Count> }
  >();
  const countAt = (seen: Seen, name: string): Count | undefined => {
    if (!facts.panicClasses.includes(name)) return undefined;
    const place = placeOf(seen, facts);
    const key = JSON.stringify(place);
    const row = rows.get(key) ?? { place, counts: new Map<string, Count>() };
    rows.set(key, row);
    const count = row.counts.get(name) ??
      { seen: new Set(), urls: new Set(), unlinked: 0 };
    row.counts.set(name, count);
    return count;
  };
  for (const version of facts.drivers) {
    for (const { build, macos } of version.builds) {
      const place = { driver: version.version, build: build ?? null, macos };
      rows.set(JSON.stringify(place), { place, counts: new Map() });
    }
  }
  for (const report of facts.reports) {
    if (report.class === undefined || report.model !== undefined) continue;
    const count = countAt(report, report.class);
    count?.seen.add(`${report.url} ${report.hardware} ${report.date}`);
    count?.urls.add(report.url);
  }
  for (const report of facts.unlinked) {
    const count = countAt(report, report.class);
    if (count !== undefined) count.unlinked += 1;
  }
  return [...rows.values()]
    .map(({ place, counts }) => ({
      ...place,
      panics: countsOf(place, counts, facts),
    }))
    .sort((a, b) =>
      compareVersions(a.driver, b.driver) ||
      compareVersions(a.macos, b.macos) || compare(a.build, b.build)
    );
}

interface Count {
  readonly seen: Set<string>;
  readonly urls: Set<string>;
  unlinked: number;
}

function countsOf(
  place: Place,
  counts: ReadonlyMap<string, Count>,
  facts: DriverFacts,
): readonly DriverCount[] {
  const lines = facts.drivers.find((one) => one.version === place.driver)
    ?.lines;
  return [...counts].map(([name, count]) => {
    const line = lines?.find((one) => one.class === name)?.line;
    return {
      class: name,
      ...(line === undefined ? {} : { line }),
      reports: count.seen.size,
      unlinked: count.unlinked,
      urls: [...count.urls].sort(),
    };
  }).sort((a, b) =>
    b.reports - a.reports || b.unlinked - a.unlinked ||
    compare(a.class, b.class)
  );
}

/** Where a report belongs: its build says driver and system, else what it says itself. */
function placeOf(seen: Seen | UnlinkedReport, facts: DriverFacts): Place {
  const builds = facts.drivers.flatMap((version) =>
    version.builds.map((one) => ({ ...one, version: version.version }))
  );
  const byBuild = builds.find((one) =>
    one.build !== undefined && one.build === seen.osBuild
  );
  if (byBuild !== undefined) {
    return {
      driver: byBuild.version,
      build: byBuild.build ?? null,
      macos: byBuild.macos,
    };
  }
  const bySystem = seen.osBuild === undefined
    ? builds.find((one) => one.macos === seen.macos)
    : undefined;
  return {
    driver: seen.iogpuFamily ?? bySystem?.version ?? null,
    build: seen.osBuild ?? bySystem?.build ?? null,
    macos: seen.macos ?? null,
  };
}

/** Unknown last; `130.15` after `130.13`. */
function compareVersions(a: string | null, b: string | null): number {
  if (a === null || b === null) return compare(a, b);
  const [left, right] = [a, b].map((text) => text.split(/[. ]/).map(Number));
  for (let at = 0; at < 4; at++) {
    const order = (left?.[at] || 0) - (right?.[at] || 0);
    if (order !== 0) return order;
  }
  return 0;
}

function compare(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  return b === null || a < b ? -1 : 1;
}
