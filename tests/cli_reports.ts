import type { CliPlace } from "./cli_place.ts";

/** Texts in `tests/fixtures/reports`. */
export type ReportForm =
  | "panic_full"
  | "panic_socd"
  | "panic_text"
  | "process_abort"
  | "gpu_restart"
  | "jetsam_event";

/** What the kernel says in the panics that matter here. */
export const CAUSES = {
  prepareCount: String
    .raw`\"completeMemory() prepare count underflow\" @IOGPUMemory.cpp:550`,
  pending219: String
    .raw`\"memory object unexpectedly not found in fPendingMemorySet\" @IOGPUGroupMemory.cpp:219`,
  pending220: String
    .raw`\"IOGPUGroupMemory.cpp:220 assertion failed: fPendingMemorySet is empty\" @IOGPUGroupMemory.cpp:220`,
  missing323: String
    .raw`\"IOGPUGroupMemory::remove_memory_object() memory object not found\" @IOGPUGroupMemory.cpp:323`,
  nonPending528: String
    .raw`\"pending memory object unexpectedly found in non pending hash\" @IOGPUGroupMemory.cpp:528`,
  otherDriver: String
    .raw`\"AppleStorageProcessor: command timeout\" @AppleStorageProcessor.cpp:77`,
} as const;

/** One report to write. */
export interface ReportSpec {
  /** File name. */
  readonly name: string;
  /** Which text. */
  readonly form: ReportForm;
  /** When it happened. */
  readonly at: Temporal.Instant;
  /** What the kernel said, or what a process died of; escaped as in JSON. */
  readonly cause?: string;
  /** Boot session UUID. @default one for each name */
  readonly boot?: string;
  /** Process id. @default 812 */
  readonly pid?: number;
}

/** Writes a report, dated by its text alone: the file's own time is now. */
export function writeReport(place: CliPlace, spec: ReportSpec): string {
  const path = `${place.reports}/${spec.name}`;
  Deno.writeTextFileSync(path, reportText(spec));
  return path;
}

/** The text of a report. */
export function reportText(spec: ReportSpec): string {
  const source = new URL(
    `fixtures/reports/${spec.form}.txt`,
    import.meta.url,
  );
  const words: Readonly<Record<string, string>> = {
    CAUSE: spec.form === "panic_text"
      ? (spec.cause ?? "").replaceAll('\\"', '"')
      : spec.cause ?? "",
    CALENDAR: calendar(spec.at),
    STAMP: stamp(spec.at),
    BOOT: spec.boot ?? bootOf(spec.name),
    PID: String(spec.pid ?? 812),
  };
  return Deno.readTextFileSync(source).replace(
    /\{\{(\w+)\}\}/g,
    (_, word: string) => {
      const value = words[word];
      if (value === undefined) throw new Error(`no value for ${word}`);
      return value;
    },
  );
}

/** Seconds and microseconds, as the kernel writes them. */
function calendar(at: Temporal.Instant): string {
  const seconds = Math.floor(at.epochMilliseconds / 1_000);
  const micros = (at.epochMilliseconds - seconds * 1_000) * 1_000;
  const hex = (value: number): string =>
    `0x${value.toString(16).padStart(8, "0")}`;
  return `${hex(seconds)} ${hex(micros)}`;
}

/** `2026-09-14 14:08:48.50 +0200`, in a zone that no test runs in. */
function stamp(at: Temporal.Instant): string {
  const local = at.toZonedDateTimeISO("Asia/Tokyo");
  const time = local.toPlainDateTime()
    .toString({ fractionalSecondDigits: 2 }).replace("T", " ");
  return `${time} ${local.offset.replace(":", "")}`;
}

function bootOf(name: string): string {
  let sum = 7;
  for (const char of name) sum = (sum * 31 + char.charCodeAt(0)) % 0xffff_ffff;
  return `AB12CD34-0000-4000-8000-0000${
    sum.toString(16).padStart(8, "0").toUpperCase()
  }`;
}
