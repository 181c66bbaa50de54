/**
 * Checks the registry against collected facts, one by one: each fact has its entry, and the entry says the same. The
 * folder is named by `METALGUARD_REGISTRY_FACTS` (default `tests/fixtures/registry/facts`) and holds
 * `registry_facts.json` and `registry_reports.jsonl`.
 *
 * Run: `deno run --allow-read --allow-env=METALGUARD_REGISTRY_FACTS scripts/check_registry_facts.ts`
 *
 * @module
 */
import { threadOf } from "../lib/registry/entry_evidence.ts";
import {
  type RegistryData,
  registryData,
} from "../lib/registry/registry_data.ts";

/** One model of `registry_facts.json`. */
interface ModelFact {
  readonly id: string;
  readonly tier: string;
  readonly signature: string;
  readonly firstObserved: string;
  readonly lastObserved: string;
  readonly safeAlternative: string | null;
  readonly upstream: readonly string[];
  readonly reproductions: number;
  readonly errorClasses: readonly {
    readonly type: string;
    readonly signature: string;
    readonly gpuFamily: readonly string[];
    readonly workload: string;
  }[];
}

/** `registry_facts.json`, as far as it is checked. */
export interface RegistryFacts {
  readonly knownPanicModels: readonly ModelFact[];
  readonly versionAdvisories: readonly {
    readonly package: string;
    readonly affected: string;
    readonly issue: string;
    readonly severity: string;
    readonly url: string;
  }[];
  readonly versionBlocklist: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          { readonly severity: string; readonly upstream: readonly string[] }
        >
      >
    >
  >;
  readonly workloadAdvisories: Readonly<
    Record<
      string,
      {
        readonly severity: string;
        readonly signature: string;
        readonly upstream: readonly string[];
      }
    >
  >;
  readonly modelDims: Readonly<
    Record<
      string,
      {
        readonly layers: number;
        readonly heads: number;
        readonly kvHeads: number;
        readonly headDim: number;
        readonly dtypeBytes: number;
      }
    >
  >;
}

/** One line of `registry_reports.jsonl`, as far as it is checked. */
export interface ReportFact {
  readonly modelId: string | null;
  readonly hardware: string | null;
  readonly gpuFamily: string | null;
  readonly date: string | null;
  readonly sourceUrl: string;
}

/** What was checked, and what differs. */
export interface FactCheck {
  /** How many facts were looked at. */
  readonly checked: number;
  /** One line a difference. */
  readonly differences: readonly string[];
}

/** Compares every fact with the entry that should hold it. */
export function checkFacts(
  facts: RegistryFacts,
  reports: readonly ReportFact[],
  data: RegistryData,
): FactCheck {
  let checked = 0;
  const differences: string[] = [];
  const same = (what: string, ours: unknown, theirs: unknown): void => {
    checked += 1;
    const [a, b] = [JSON.stringify(ours), JSON.stringify(theirs)];
    if (a !== b) differences.push(`${what}: ${a}, but the facts say ${b}`);
  };
  for (const fact of facts.knownPanicModels) {
    const entry = data.models.find((one) => one.id === fact.id);
    same(`${fact.id} in the registry`, entry?.isInPython ?? false, true);
    same(`${fact.id} tier`, entry?.tier, fact.tier);
    same(`${fact.id} signature`, entry?.signature, fact.signature);
    same(`${fact.id} first`, entry?.firstObserved, fact.firstObserved);
    same(`${fact.id} last`, entry?.lastObserved, fact.lastObserved);
    same(
      `${fact.id} instead`,
      entry?.safeAlternative?.id ?? null,
      fact.safeAlternative,
    );
    same(`${fact.id} upstream`, entry?.upstream, fact.upstream);
    same(
      `${fact.id} reproductions`,
      entry?.evidence.reproductions,
      fact.reproductions,
    );
    same(
      `${fact.id} classes`,
      entry?.errorClasses.map((
        one,
      ) => [one.type, one.signature, one.gpuFamilies, one.workload]),
      fact.errorClasses.map((
        one,
      ) => [one.type, one.signature, one.gpuFamily, one.workload]),
    );
  }
  for (const fact of facts.versionAdvisories) {
    const ours = data.advisories.find((one) => one.issue === fact.issue);
    same(
      fact.issue,
      [ours?.package, ours?.affected, ours?.severity, ours?.url],
      [fact.package, fact.affected, fact.severity, fact.url],
    );
  }
  for (const [name, versions] of Object.entries(facts.versionBlocklist)) {
    for (const [version, fact] of Object.entries(versions)) {
      const ours = data.blocked.find((one) =>
        one.package === name && one.version === version
      );
      same(`${name} ${version}`, [ours?.severity, ours?.upstream.toSorted()], [
        fact.severity,
        fact.upstream.toSorted(),
      ]);
    }
  }
  for (const [id, fact] of Object.entries(facts.workloadAdvisories)) {
    const ours = data.workloads.find((one) => one.id === id);
    same(id, [ours?.severity, ours?.signature, ours?.upstream], [
      fact.severity,
      fact.signature,
      fact.upstream,
    ]);
  }
  for (const [name, fact] of Object.entries(facts.modelDims)) {
    const ours = data.dims.find((one) => one.name === name);
    same(name, [
      ours?.layers,
      ours?.heads,
      ours?.kvHeads,
      ours?.headDim,
      ours?.dtypeBytes,
    ], [
      fact.layers,
      fact.heads,
      fact.kvHeads,
      fact.headDim,
      fact.dtypeBytes,
    ]);
  }
  for (const fact of reports) {
    same(
      `${fact.sourceUrl} ${fact.modelId ?? ""}`,
      isThere(fact, data),
      true,
    );
  }
  return { checked, differences };
}

const INDEX = /^code-index file id (\d+)$/;

/** Whether a report stands somewhere, with its address, family and day; or among those without an address. */
function isThere(fact: ReportFact, data: RegistryData): boolean {
  const index = INDEX.exec(fact.sourceUrl)?.[1];
  if (index !== undefined) {
    return data.unlinked.some((one) => one.indexId === Number(index));
  }
  const [address = ""] = fact.sourceUrl.split(" ");
  return [...data.models.flatMap((one) => one.reports), ...data.machineReports]
    .some((report) =>
      threadOf(report.url) === address &&
      (report.date ?? null) === fact.date &&
      (report.gpuFamily ?? null) === fact.gpuFamily
    );
}

/** Names of the files' fields, as code has them. Keys that are ids stay as they are. */
const FIELDS: ReadonlyMap<string, string> = new Map([
  ["first_observed", "firstObserved"],
  ["last_observed", "lastObserved"],
  ["safe_alternative", "safeAlternative"],
  ["error_classes", "errorClasses"],
  ["known_panic_models", "knownPanicModels"],
  ["version_advisories", "versionAdvisories"],
  ["version_blocklist", "versionBlocklist"],
  ["workload_advisories", "workloadAdvisories"],
  ["model_dims", "modelDims"],
  ["model_id", "modelId"],
  ["gpu_family", "gpuFamily"],
  ["source_url", "sourceUrl"],
  ["kv_heads", "kvHeads"],
  ["head_dim", "headDim"],
  ["dtype_bytes", "dtypeBytes"],
]);

/** Gives each object of the files our names of its fields. */
function rename(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [FIELDS.get(key) ?? key, part]),
  );
}

/** Reads both files of a folder. */
export function readFacts(folder: string): {
  readonly facts: RegistryFacts;
  readonly reports: readonly ReportFact[];
} {
  const text = (name: string): string =>
    Deno.readTextFileSync(`${folder}/${name}`);
  return {
    facts: JSON.parse(text("registry_facts.json"), rename),
    reports: text("registry_reports.jsonl").split("\n")
      .filter((line) => line.trim() !== "").map((line) =>
        JSON.parse(line, rename)
      ),
  };
}

/** The folder that the environment names, else that of the fixtures. */
export function factsFolder(): string {
  return Deno.env.get("METALGUARD_REGISTRY_FACTS") ??
    new URL("../tests/fixtures/registry/facts", import.meta.url).pathname;
}

if (import.meta.main) {
  const { facts, reports } = readFacts(factsFolder());
  const { checked, differences } = checkFacts(facts, reports, registryData());
  const lines = [
    ...differences,
    `${checked} facts, ${differences.length} differences`,
  ];
  Deno.stdout.writeSync(new TextEncoder().encode(`${lines.join("\n")}\n`));
  Deno.exitCode = differences.length === 0 ? 0 : 1;
}
