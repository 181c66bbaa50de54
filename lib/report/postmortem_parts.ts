import { plainText } from "../core/plain_text.ts";
import type { MachineChecks } from "../policy/machine_checks.ts";
import type { WorkerLine } from "../policy/orphans.ts";
import { hardwareJson } from "./hardware.ts";
import {
  gpuJson,
  gpuWords,
  machineWords,
  memoryJson,
  memoryWords,
} from "./machine_words.ts";
import type { CrumbView, MemorySeries, WorkSpan } from "./postmortem_view.ts";

/** Figures that place a line and say nothing to a person. */
const PLACING: ReadonlySet<string> = new Set(["at", "boot"]);
const ENDS: Readonly<Record<string, string>> = {
  SUBPROC_POST: "SUBPROC_PRE",
  RUN_END: "RUN_START",
};
const STARTS: ReadonlySet<string> = new Set(Object.values(ENDS));
/** Figures of lines that tell of memory, and what a page calls them. */
const MEMORY: readonly (readonly [string, string])[] = [
  ["footprint_bytes", "Footprint"],
  ["peak_bytes", "Footprint"],
  ["active_bytes", "GPU memory"],
  ["kv_bytes", "KV cache"],
];

/** Lines of the log as a page shows them. */
export function crumbViews(lines: readonly WorkerLine[]): readonly CrumbView[] {
  return lines.map((line) => ({
    at: line.at,
    tag: plainText(line.tag, 80),
    payload: plainText(line.payload ?? "", 300),
    figures: [...line.meta].filter(([name]) => !PLACING.has(name))
      .map(([name, value]) => `${name}=${plainText(value, 120)}`).join(" "),
  }));
}

/** Stretches of work: each start with its end, first in, first out for each model and process. */
export function workSpans(lines: readonly WorkerLine[]): readonly WorkSpan[] {
  const open: WorkerLine[] = [];
  const spans: WorkSpan[] = [];
  for (const line of lines) {
    if (STARTS.has(line.tag)) open.push(line);
    const start = ENDS[line.tag];
    if (start === undefined) continue;
    const index = open.findIndex((one) =>
      one.tag === start && one.payload === line.payload &&
      (one.boot === undefined || line.boot === undefined ||
        one.boot === line.boot) &&
      (one.meta.get("pid") ?? line.meta.get("pid")) ===
        (line.meta.get("pid") ?? one.meta.get("pid"))
    );
    const [begun] = index < 0 ? [] : open.splice(index, 1);
    if (begun !== undefined) {
      spans.push({ what: whatOf(begun), from: begun.at, to: line.at });
    }
  }
  return [
    ...spans,
    ...open.map((one) => ({ what: whatOf(one), from: one.at, to: null })),
  ].toSorted((a, b) => Temporal.Instant.compare(a.from, b.from));
}

function whatOf(line: WorkerLine): string {
  return plainText(line.payload ?? line.tag, 160);
}

/** Memory over time, out of the figures of lines and of the records of runs. */
export function memorySeries(
  lines: readonly WorkerLine[],
  footprints: MemorySeries["points"],
): readonly MemorySeries[] {
  const series = new Map<string, { at: Temporal.Instant; bytes: number }[]>();
  const add = (label: string, at: Temporal.Instant, bytes: number): void => {
    const points = series.get(label) ?? [];
    points.push({ at, bytes });
    series.set(label, points);
  };
  for (const { at, bytes } of footprints) add("Footprint", at, bytes);
  for (const line of lines) {
    for (const [name, label] of MEMORY) {
      const value = line.meta.get(name);
      if (value !== undefined && /^\d{1,15}$/.test(value)) {
        add(label, line.at, Number(value));
      }
    }
  }
  return Array.from(series, ([label, points]) => ({
    label,
    points: points.toSorted((a, b) => Temporal.Instant.compare(a.at, b.at)),
  }));
}

/** The machine as it is now, in rows of a name and words. */
export function machineRows(
  machine: MachineChecks,
): readonly (readonly [string, string])[] {
  const oneLine = (words: string): string => words.replaceAll("\n", "; ");
  return [
    ["Machine", oneLine(machineWords(machine))],
    ["Memory now", oneLine(memoryWords(machine))],
    ["GPU now", oneLine(gpuWords(machine))],
  ];
}

/** The object of `gpu_stats.json`: what the GPU and its memory are now, read without Metal. */
export function gpuStatsJson(machine: MachineChecks): Record<string, unknown> {
  return {
    memory: memoryJson(machine),
    gpu: gpuJson(machine),
    hardware: hardwareJson(machine),
  };
}
