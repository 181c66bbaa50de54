/**
 * Measures what a person or a wrapper feels, as ratios within one run, and says which are over their targets.
 *
 * `--json [FILE]` writes the figures for programs, `--report-only` always ends with 0, `--rounds N` and `--reports N`
 * make it longer or shorter.
 *
 * @module
 */
import { HOSTILE_KINDS, measureGrowth } from "./bench/hostile.ts";
import { nativeRows } from "./bench/native.ts";
import { BenchPlace } from "./bench/place.ts";
import { findMemoryMeter, measureTogether } from "./bench/process.ts";
import {
  type BenchRow,
  isOver,
  isUnmeasured,
  limitRow,
  memoryRow,
  ratioRow,
  tableText,
  timeRow,
} from "./bench/row.ts";
import { samplingRows } from "./bench/sampling.ts";
import { measureSafety } from "./bench/safety.ts";
import { statusWriterRows } from "./bench/status_writer.ts";
import { supervisionRows } from "./bench/supervision.ts";

/** What was asked for. */
export interface BenchOptions {
  /** Where the figures go as JSON: a file, `-` for standard output, `undefined` for nowhere. */
  readonly json: string | undefined;
  /** Whether a row over its target is no failure. */
  readonly isReportOnly: boolean;
  /** How often each program is started. */
  readonly rounds: number;
  /** How many reports `panics` reads; the gate has a tenth of them. */
  readonly reports: number;
}

/** Targets of the project: ratios to the base of each row, and MiB or milliseconds beyond it. */
const TARGETS = {
  emptyGate: 1.35,
  emptyGateMiB: 8,
  someReports: 1.6,
  panics: 2,
  postmortem: 15,
  registryCheck: 1.4,
  statusJson: 1.6,
  doubledText: 2.2,
  runMs: 25,
} as const;

const MIB = 2 ** 20;
/** Parsers look at a mebicharacter at most: below it doubling shows, above it the bound does. */
const HOSTILE_LENGTHS = [MIB, 2 * MIB] as const;

/**
 * Reads the arguments.
 *
 * @throws {Error} If one is not known or has no good value.
 */
export function parseBenchArgs(args: readonly string[]): BenchOptions {
  let options: BenchOptions = {
    json: undefined,
    isReportOnly: false,
    rounds: 31,
    reports: 2_000,
  };
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    const next = args[at + 1];
    if (arg === "--report-only") options = { ...options, isReportOnly: true };
    else if (arg === "--json") {
      const hasFile = next !== undefined && !next.startsWith("--");
      if (hasFile) at += 1;
      options = { ...options, json: hasFile ? next : "-" };
    } else if (arg === "--rounds" || arg === "--reports") {
      at += 1;
      options = { ...options, [arg.slice(2)]: wholeNumber(arg, next) };
    } else throw new Error(`Unknown argument ${arg}`);
  }
  return options;
}

function wholeNumber(name: string, text: string | undefined): number {
  const value = Number(text);
  if (text !== undefined && Number.isSafeInteger(value) && value > 0) {
    return value;
  }
  throw new Error(`${name} wants a whole number above 0`);
}

/** Measures everything. */
export function runBench(
  project: string,
  options: BenchOptions,
): readonly BenchRow[] {
  const { reports } = options;
  using place = new BenchPlace(project, {
    gate: Math.max(10, Math.round(reports / 10)),
    panics: reports,
  });
  place.bundle();
  return [
    ...measure(place, options),
    ...statusWriterRows(place, Math.max(3, Math.round(options.rounds / 3))),
    ...supervisionRows(place, options.rounds),
  ];
}

/**
 * Measures every row.
 *
 * @param place Where the program has been bundled.
 * @param options How often, and what for.
 */
export function measure(
  place: BenchPlace,
  options: BenchOptions,
): readonly BenchRow[] {
  return [
    ...startRows(place, options.rounds),
    ...panicsRows(place, Math.max(3, Math.round(options.rounds / 3))),
    ...postmortemRows(place, Math.max(3, Math.round(options.rounds / 3))),
    ...nativeRows(place.project),
    ...samplingRows(place.project),
    ...hostileRows(Math.max(3, Math.round(options.rounds / 3))),
  ];
}

function startRows(place: BenchPlace, rounds: number): readonly BenchRow[] {
  const gate = ["panic-gate", "--json"];
  const meter = findMemoryMeter();
  const figures = measureTogether({
    bare: place.bare(),
    gate: place.bundled(gate),
    unbundled: place.unbundled(gate),
    some: place.bundled(gate, "some"),
    status: place.bundled(["status", "--json"]),
    ack: place.bundled(["ack", "--json"]),
    run: place.bundled(["run", "--", "true"]),
    registry: place.bundled(["registry", "check", "owner/unknown", "--json"]),
  }, { rounds, ...(meter === undefined ? {} : { meter }) });
  const { bare } = figures;
  const ratio = (
    id: string,
    what: string,
    of: { readonly wallMs: number },
    target: number | null = null,
  ): BenchRow =>
    ratioRow(id, what, { time: of.wallMs, base: bare.wallMs, target });
  const memory = (
    id: string,
    what: string,
    of: { readonly peakMiB: number | undefined },
    target: number | null = null,
  ): BenchRow =>
    memoryRow(id, what, { peak: of.peakMiB, base: bare.peakMiB, target });
  return [
    timeRow("bare", "bare Deno, empty file", bare.wallMs),
    ratio(
      "gate-empty",
      "panic-gate, no reports",
      figures.gate,
      TARGETS.emptyGate,
    ),
    memory(
      "gate-empty-memory",
      "panic-gate, no reports, memory",
      figures.gate,
      TARGETS.emptyGateMiB,
    ),
    ratio("gate-unbundled", "panic-gate, unbundled", figures.unbundled),
    memory(
      "gate-unbundled-memory",
      "panic-gate, unbundled, memory",
      figures.unbundled,
    ),
    ratio(
      "gate-reports",
      "panic-gate, many reports, 5 recent",
      figures.some,
      TARGETS.someReports,
    ),
    ratio(
      "status",
      "status --json",
      figures.status,
      TARGETS.statusJson,
    ),
    ratio("ack", "ack", figures.ack),
    limitRow(
      "run-true",
      "run -- true, beyond a bare start",
      figures.run.wallMs - bare.wallMs,
      TARGETS.runMs,
    ),
    ratio(
      "registry-check",
      "registry check, whole registry searched",
      figures.registry,
      TARGETS.registryCheck,
    ),
  ];
}

function panicsRows(place: BenchPlace, rounds: number): readonly BenchRow[] {
  const figures = measureTogether({
    loop: place.readHeads(),
    panics: place.bundled(
      ["panics", "--json", "--since-hours", "8760"],
      "many",
    ),
  }, { rounds });
  return [
    ratioRow("panics", "panics, all reports, against reading their heads", {
      time: figures.panics.wallMs,
      base: figures.loop.wallMs,
      target: TARGETS.panics,
    }),
  ];
}

function postmortemRows(
  place: BenchPlace,
  rounds: number,
): readonly BenchRow[] {
  const figures = measureTogether({
    bare: place.bare(),
    postmortem: place.postmortem(),
  }, { rounds });
  return [
    ratioRow("postmortem", "postmortem, five reports of 5 MB", {
      time: figures.postmortem.wallMs,
      base: figures.bare.wallMs,
      target: TARGETS.postmortem,
    }),
  ];
}

function hostileRows(rounds: number): readonly BenchRow[] {
  return HOSTILE_LENGTHS.flatMap((length) =>
    HOSTILE_KINDS.map((kind) => {
      const growth = measureGrowth(kind, { length, rounds });
      const size = length / MIB;
      return ratioRow(
        `hostile-${size}-${kind.name.replaceAll(/[^a-zA-Z]+/g, "-")}`,
        `${kind.name}, ${size / 2} → ${size} Mi`,
        {
          time: growth.longMs,
          base: growth.shortMs,
          target: TARGETS.doubledText,
        },
      );
    })
  );
}

/** The figures for programs. */
export function benchJson(
  rows: readonly BenchRow[],
  options: BenchOptions,
): string {
  const { rounds, reports } = options;
  const value = {
    deno: Deno.version.deno,
    os: Deno.build.os,
    arch: Deno.build.arch,
    rounds,
    reports,
    over: rows.filter(isOver).map((row) => row.id),
    rows,
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

function write(stream: typeof Deno.stdout, text: string): void {
  let rest = new TextEncoder().encode(text);
  while (rest.length > 0) rest = rest.subarray(stream.writeSync(rest));
}

async function main(): Promise<number> {
  let options: BenchOptions;
  try {
    options = parseBenchArgs(Deno.args);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    write(Deno.stderr, `bench: ${error.message}\n`);
    return 64;
  }
  const project = new URL("..", import.meta.url).pathname.replace(/\/$/, "");
  const rows = [
    ...runBench(project, options),
    ...await measureSafety(options.rounds),
  ];
  const over = rows.filter(isOver);
  const unmeasured = rows.filter(isUnmeasured);
  const table = `${tableText(rows)}\n${
    over.length === 0
      ? "Every measured row with a target is within it."
      : `${over.length} over target: ${over.map((row) => row.id).join(", ")}`
  }\n${
    unmeasured.length === 0
      ? ""
      : `Not measured: ${
        unmeasured.map((row) => row.id).join(", ")
      }. The native rows want deno task build:ffi.\n`
  }`;
  write(options.json === "-" ? Deno.stderr : Deno.stdout, table);
  if (options.json !== undefined) {
    const text = benchJson(rows, options);
    if (options.json === "-") write(Deno.stdout, text);
    else Deno.writeTextFileSync(options.json, text);
  }
  const isKept = over.length + unmeasured.length === 0;
  return isKept || options.isReportOnly ? 0 : 1;
}

async function run(): Promise<void> {
  Deno.exitCode = await main();
}

if (import.meta.main) void run();
