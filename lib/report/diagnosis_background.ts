/**
 * The middle of a diagnosis for a person: what was running, and what changed since it last went well.
 *
 * @module
 */
import { plainText, shellWord } from "../core/plain_text.ts";
import type { RegistryMatch } from "../policy/registry_lookup.ts";
import type { RunningWork } from "../policy/running_before.ts";
import type { SetupPair } from "../policy/setup_changes.ts";
import type {
  ChangeNote,
  DiagnosisTextOptions,
  DiagnosisView,
  DriverNote,
} from "./diagnosis_view.ts";
import { countOf, spanBetween } from "./diagnosis_words.ts";
import { formatDistance, formatLocalTime } from "./local_time.ts";
import { nearWords } from "./registry_check.ts";

/** Most pieces of work that are listed. */
const MOST_WORK = 4;
/** Most models that are only presumed to fail alike. */
const MOST_NEAR = 2;
/** Room for the names of things in a list of changes. */
const NAME_WIDTH = 14;

/** What was running, a paragraph a line. */
export function runningWords(view: DiagnosisView): string {
  return [...workLines(view), ...modelLines(view)].join("\n");
}

function workLines(view: DiagnosisView): readonly string[] {
  const { running, diagnosis: { incident } } = view;
  if (running === null || incident === null) {
    return ["Nothing happened that it could be asked for."];
  }
  if (running.kind === "unknown") {
    return [`Not known: ${plainText(running.because)}.`];
  }
  const { work } = running.value;
  if (work.length === 0) {
    return [
      "Not known: nothing was written down. Work that is started under guard leaves a trace:",
      "$ metal-guard run -- CMD",
    ];
  }
  const rest = work.length - MOST_WORK;
  return [
    ...work.slice(0, MOST_WORK).map((one) => workLine(one, incident.at)),
    ...(rest > 0 ? [`And ${rest} more.`] : []),
  ];
}

/** How a piece of work is known to belong to what happened. */
const PROOF_WORDS: { readonly [K in RunningWork["proof"]]: string } = {
  "boot and pid": "of this boot and this very process",
  boot: "of this boot",
  time: "by its time alone",
};

function workLine(work: RunningWork, at: Temporal.Instant): string {
  const pid = work.pid === null ? "" : ` (pid ${work.pid})`;
  const isBefore = Temporal.Instant.compare(work.since, at) < 0;
  const details = [
    work.activity,
    ...work.figures,
    ...(isBefore ? [`since ${spanBetween(work.since, at)} before`] : []),
  ].join(", ");
  return `${plainText(work.what, 200)}${pid}: ${
    plainText(details, 300)
  }; known ${PROOF_WORDS[work.proof]}, from the ${SOURCE_WORDS[work.source]}.`;
}

const SOURCE_WORDS: { readonly [K in RunningWork["source"]]: string } = {
  breadcrumb: "breadcrumbs",
  guard: "record of its guard",
  lock: "GPU lock",
  run: "records of the run",
  cadence: "times of loads",
};

/** What the registry holds against the model; nothing where no model is known. */
function modelLines({ model }: DiagnosisView): readonly string[] {
  if (model === null) return [];
  const id = plainText(model.modelId, 160);
  const { exact, elsewhere, near } = model;
  if (exact !== null) return entryLines(exact, `${id} is in the registry`);
  if (elsewhere !== null) {
    return [
      `${id} is in the registry for other GPUs than ${model.gpuFamily}: ${
        plainText(elsewhere.whatHappens, 400)
      }`,
    ];
  }
  const [first] = near;
  if (first === undefined) {
    return [`The registry holds nothing against ${id}, which proves nothing.`];
  }
  return near.slice(0, MOST_NEAR).flatMap((match) =>
    entryLines(match, `Presumed, not confirmed: ${id} is ${nearWords(match)}`)
  );
}

function entryLines(
  { entry }: RegistryMatch,
  head: string,
): readonly string[] {
  const { evidence, tier, upstream } = entry;
  const source = entry.errorClasses[0]?.source ?? upstream[0];
  return [
    `${head}${head.includes(`(${tier})`) ? "" : ` (${tier})`}, ${
      countOf(evidence.independentReports, "source")
    }, confidence ${evidence.confidence}: ${plainText(entry.whatHappens, 400)}`,
    ...(source === undefined ? [] : [`Source: ${plainText(source, 300)}`]),
  ];
}

/** What changed since it last went well, a paragraph a line. */
export function changedWords(
  view: DiagnosisView,
  options: DiagnosisTextOptions,
): string {
  const { changes, driver } = view;
  return [
    ...(changes.kind === "unknown"
      ? [`Not known: ${plainText(changes.because)}.`]
      : changeLines(changes.value, view, options)),
    ...adviceLines(view),
    ...(driver === null ? [] : [driverWords(driver, view)]),
  ].join("\n");
}

function changeLines(
  note: ChangeNote,
  view: DiagnosisView,
  options: DiagnosisTextOptions,
): readonly string[] {
  const changed = note.pairs.filter((pair) => pair.state === "changed");
  const same = note.pairs.filter((pair) =>
    pair.state === "same" && pair.now !== null
  );
  const dark = note.pairs.filter((pair) => pair.state === "unknown");
  const { endedAt } = note.good;
  return [
    ...(note.isDated
      ? [
        note.isAfter
          ? `The last run that ended well came after this, so what it ran on has done well since. It ended ${
            formatDistance(endedAt, view.askedAt)
          }:`
          : `The last run that ended well, ${
            formatDistance(endedAt, view.askedAt)
          }:`,
        `${formatLocalTime(endedAt, options.timeZone, "floor")}.`,
      ]
      : ["The last run that ended well is dated ahead of this clock."]),
    ...changed.map((pair) =>
      `${pairName(pair).padEnd(NAME_WIDTH)}${sideWords(pair.before)} -> ${
        sideWords(pair.now)
      }`
    ),
    ...(changed.length === 0 && same.length > 0
      ? ["Nothing that is known has changed."]
      : []),
    ...(same.length === 0 ? [] : [
      `Same: ${
        same.map((pair) => `${pairName(pair)} ${sideWords(pair.now)}`)
          .join(", ")
      }.`,
    ]),
    ...darkWords(dark),
  ];
}

/** Things that cannot be told for one reason stand together. */
function darkWords(pairs: readonly SetupPair[]): readonly string[] {
  const reasons = new Map<string, string[]>();
  for (const pair of pairs) {
    const because = pair.because ?? "";
    reasons.set(because, [...reasons.get(because) ?? [], pairName(pair)]);
  }
  return Array.from(
    reasons,
    ([because, names]) =>
      `Not known: ${names.join(", ")} (${plainText(because, 200)}).`,
  );
}

const NAMES: Readonly<Record<string, string>> = {
  ["os_build"]: "macOS build",
  ["gpu_driver"]: "GPU driver",
  python: "Python",
};

/** What a pair is called to people. */
function pairName({ what }: SetupPair): string {
  return NAMES[what] ?? plainText(what, 60);
}

function sideWords(value: string | null | undefined): string {
  return value === undefined
    ? "unknown"
    : value === null
    ? "not installed"
    : plainText(value, 160);
}

/** What is known against what is installed: what must not be used in words, the rest as a number. */
function adviceLines(view: DiagnosisView): readonly string[] {
  const blocked = view.blocked.map(({ release, version }) =>
    `${release.package} ${version} must not be used: ${release.reason}`
  );
  const grave = view.advisories.filter(({ advisory }) =>
    advisory.severity === "critical" || advisory.severity === "high"
  );
  const python = view.python.kind === "known"
    ? ` --python ${shellWord(view.python.value.interpreter)}`
    : "";
  return grave.length + blocked.length === 0 ? blocked : [
    ...blocked,
    ...(grave.length === 0 ? [] : [
      `On record against what is installed: ${
        countOf(grave.length, "grave fault")
      }. All of it:`,
      `$ metal-guard advisories${python}`,
    ]),
  ];
}

/** Whether the fault that took the Mac down is still in its driver, as far as anybody reported. */
function driverWords(driver: DriverNote, view: DiagnosisView): string {
  const { incident } = view.diagnosis;
  const name = incident?.kind === "panic"
    ? incident.signature?.errorClass.name
    : undefined;
  const where = [
    ...(driver.version === null ? [] : [`GPU driver ${driver.version}`]),
    ...(driver.osBuild === null ? [] : [
      `macOS ${driver.row?.macos ?? "build"}${
        driver.row === null ? ` ${driver.osBuild}` : ` (${driver.osBuild})`
      }`,
    ]),
  ].join(", ");
  const count = driver.row?.panics.find((one) => one.class === name);
  const asked = `Is it fixed in this macOS? (${where})`;
  if (count === undefined) {
    return `${asked} Nobody reported this panic for it here, which does not say that it is fixed.`;
  }
  const unlinked = count.unlinked === 0
    ? ""
    : ` and ${count.unlinked} without an address`;
  const [url] = count.urls;
  return `${asked} No: ${
    countOf(count.reports, "report")
  }${unlinked} of this very panic.${url === undefined ? "" : ` ${url}`}`;
}
