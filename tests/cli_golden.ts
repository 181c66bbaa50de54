import assert from "node:assert/strict";
import { VERSION } from "../lib/version.ts";
import type { CliPlace, RunOptions } from "./cli_place.ts";
import type { CliRun } from "./cli_process.ts";

const GOLDENS = new URL("fixtures/cli/", import.meta.url);
const MINUTE_MS = 60_000;
/** Everything in a transcript happens at a multiple of this from its beginning, so that a time names its cause. */
const STEP_MS = 10 * MINUTE_MS;

/**
 * What commands print, one after the other in one place, against `tests/fixtures/cli/<name>.txt`.
 * `METALGUARD_UPDATE_GOLDEN=1` writes the file anew.
 */
export class Transcript {
  /**
   * Where its times are counted from: half a second before the second in which it begins. Distances are rounded up to
   * the minute and ages down to 0.01 h = 36 s, so both read the same until the commands have run for half a minute.
   */
  readonly startedAt: Temporal.Instant = Temporal.Instant
    .fromEpochMilliseconds(
      Math.floor(Temporal.Now.instant().epochMilliseconds / 1_000) * 1_000 -
        500,
    );
  readonly #name: string;
  readonly #place: CliPlace;
  #text = "";

  constructor(name: string, place: CliPlace) {
    this.#name = name;
    this.#place = place;
  }

  /** `startedAt` and that many minutes. */
  readonly at = (minutes: number): Temporal.Instant =>
    Temporal.Instant.fromEpochMilliseconds(
      this.startedAt.epochMilliseconds + minutes * MINUTE_MS,
    );

  /** Runs one command and writes down what it printed; `hiddenEnv` makes the scene and is not written down. */
  async step(
    args: readonly string[],
    options: RunOptions & {
      readonly hiddenEnv?: Readonly<Record<string, string>>;
    } = {},
  ): Promise<CliRun> {
    const { hiddenEnv, ...rest } = options;
    const run = await this.#place.run(args, {
      ...rest,
      env: { ...hiddenEnv, ...options.env },
    });
    const zone = options.env?.["TZ"] ?? "Europe/Paris";
    const clean = (text: string): string =>
      normalize(text, {
        root: this.#place.root,
        zone,
        startedAt: this.startedAt,
        endedAt: run.endedAt,
      });
    const env = Object.entries(options.env ?? {})
      .map(([name, value]) => `${name}=${value ?? "<unset>"} `).join("");
    this.#text += `$ ${clean(env)}metal-guard ${args.join(" ")}\n` +
      clean(run.stdout) +
      (run.stderr === "" ? "" : `[standard error]\n${clean(run.stderr)}`) +
      `[exit ${run.code}]\n\n`;
    return run;
  }

  /** Compares all steps with the file. */
  check(): void {
    const file = new URL(`${this.#name}.txt`, GOLDENS);
    if (Deno.env.get("METALGUARD_UPDATE_GOLDEN") === "1") {
      Deno.mkdirSync(GOLDENS, { recursive: true });
      Deno.writeTextFileSync(file, this.#text);
    }
    assert.equal(this.#text, Deno.readTextFileSync(file));
  }
}

/** What {@linkcode normalize} has to know of a run. */
export interface RunFacts {
  /** Folder of the place. */
  readonly root: string;
  /** Zone of the run. */
  readonly zone: string;
  /** Where times are counted from. */
  readonly startedAt: Temporal.Instant;
  /** When the run had ended. */
  readonly endedAt: Temporal.Instant;
}

/** Rows of `status` about the machine, with the lines that belong to them. */
const MACHINE_ROWS = /^(Machine|Memory|GPU) {4,9}[^ ].*\n(?: {12}.*\n)*/gm;
/** Objects of `status --json` about the machine. */
const MACHINE_OBJECTS =
  /^ {2}"(memory|hardware|gpu|host_memory)": (?:null|\{\n(?: {4}.*\n)* {2}\})/gm;
const ISO = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?Z?/g;
const LOCAL =
  /(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (\d{1,2}) (\w{3}) (\d{4}),(\s+)(\d{2}:\d{2}) \((UTC)([+-]\d{2}:\d{2})?/g;
const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

/**
 * Makes one run's text comparable with another's. Six things are replaced, nothing else:
 * the place's folder, what the machine says of itself, the version, epoch seconds (`"ts"` and the names of files set aside), ISO times, and local times
 * with their offset.
 *
 * A time is never just taken out: it becomes its distance from the beginning, `{T-30min}` when it is exactly that,
 * `{now+120min}` when it is that plus the time the run took, `{~120min}` for a time to the minute, which cannot tell
 * them apart. A time that is neither, a wrong zone or a wrong offset is an error.
 */
export function normalize(text: string, facts: RunFacts): string {
  const named = (from: number, to: number): string => nameOf(from, to, facts);
  return text
    .replaceAll(facts.root, "{ROOT}")
    .replace(MACHINE_ROWS, (_, label: string) => `${label} {MACHINE}\n`)
    .replace(MACHINE_OBJECTS, '  "$1": "{MACHINE}"')
    .replaceAll(`metal-guard ${VERSION}`, "metal-guard {VERSION}")
    .replaceAll(`"version": "${VERSION}"`, '"version": "{VERSION}"')
    .replace(
      /^v?\d+\.\d+\.\d+$/gm,
      (text) => text === VERSION ? "{VERSION}" : text,
    )
    .replace(/"ts": (\d+(?:\.\d+)?)/g, (_, seconds: string) => {
      const ms = Math.round(Number(seconds) * 1_000);
      return `"ts": ${named(ms, ms)}`;
    })
    .replace(/\.corrupt-(\d{10})\b/g, (_, seconds: string) => {
      const ms = Number(seconds) * 1_000;
      return `.corrupt-${named(ms, ms + 999)}`;
    })
    .replace(ISO, (iso) => isoName(iso, facts))
    .replace(LOCAL, (whole, ...parts: readonly string[]) => {
      const [day = "", month = "", year = "", gap = "", clock = ""] = parts;
      const number = MONTHS.indexOf(month) / 3 + 1;
      const plain = `${year}-${twoDigits(number)}-${
        day.padStart(2, "0")
      }T${clock}`;
      const offset = parts[6] ?? "+00:00";
      const at = Temporal.Instant.from(`${plain}${offset}`);
      const real = at.toZonedDateTimeISO(facts.zone).offset;
      assert.equal(offset, real, `${whole}: wrong offset`);
      const ms = at.epochMilliseconds;
      // Beginnings are rounded down and ends up, so that it lies within a minute on either side.
      const name = named(ms - MINUTE_MS + 1, ms + MINUTE_MS - 1);
      return `${name}${gap}local (UTC${
        parts[6] === undefined ? "" : "{OFFSET}"
      }`;
    });
}

function isoName(iso: string, facts: RunFacts): string {
  const isUtc = iso.endsWith("Z");
  const span = iso.length <= 16 ? MINUTE_MS - 1 : 999;
  const text = isUtc ? iso.slice(0, -1) : iso;
  const plain = Temporal.PlainDateTime.from(text);
  const readings = isUtc
    ? [plain.toZonedDateTime("UTC")]
    : (["earlier", "later"] as const).map((disambiguation) =>
      plain.toZonedDateTime(facts.zone, { disambiguation })
    );
  for (const reading of readings) {
    const ms = reading.epochMilliseconds;
    const name = tryNameOf(ms, ms + span, facts);
    if (name !== undefined) return `${name}${isUtc ? " UTC" : " civil"}`;
  }
  throw new Error(`${iso} has no cause`);
}

function nameOf(from: number, to: number, facts: RunFacts): string {
  const name = tryNameOf(from, to, facts);
  if (name !== undefined) return name;
  throw new Error(`A time has no cause: epoch ${from} to ${to} ms`);
}

/** The name of a time that lies between two epoch milliseconds. */
function tryNameOf(
  from: number,
  to: number,
  facts: RunFacts,
): string | undefined {
  const start = facts.startedAt.epochMilliseconds;
  const tookMs = facts.endedAt.epochMilliseconds - start;
  const steps = Math.round((to - tookMs / 2 - start) / STEP_MS);
  const exact = start + steps * STEP_MS;
  const minutes = steps * STEP_MS / MINUTE_MS;
  const sign = minutes < 0 ? "" : "+";
  if (to - from > 1_000) {
    return from <= exact + tookMs && exact <= to
      ? `{~${sign}${minutes}min}`
      : undefined;
  }
  if (from <= exact && exact <= to) return `{T${sign}${minutes}min}`;
  // A hold of whole milliseconds is rounded up to the second in its file.
  return from <= exact + tookMs + 1_000 && exact <= to
    ? `{now${sign}${minutes}min}`
    : undefined;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
