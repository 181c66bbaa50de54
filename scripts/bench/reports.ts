import { CAUSES, nameStamp, panicReport, sampleBoot } from "../demo_reports.ts";

/** Reports to lay down. */
export interface ReportSet {
  /** How many. */
  readonly count: number;
  /** Age of the report with a number, in hours. */
  readonly ageHours: (number: number) => number;
}

/** Size of each report; real ones reach several MB. */
export const REPORT_BYTES = 1_000_000;

/** What stands behind the panic's text in a real report, as far as anything reads. */
const PROCESSES = Array.from(
  { length: 160 },
  (_, pid) =>
    `"${pid}" : {"timesThrottled":0,"pageIns":${pid},"waitInfo":["thread ${pid}: kernel mutex"],"procname":"sample${pid}","residentMemoryBytes":${
      pid * 16_384
    }},\n`,
).join("");

const HOUR_MS = 3_600_000;

/**
 * Writes reports of different crashes. The text at the start is real, the rest of each file is a hole in it: nothing
 * that is measured looks there, and 2,000 of them would be 2 GB.
 *
 * @param folder An empty folder.
 * @param set Which reports.
 * @param now The age of a report counts from here.
 */
export function writeReports(
  folder: string,
  set: ReportSet,
  now: Temporal.Instant = Temporal.Now.instant(),
): void {
  const timeZone = Temporal.Now.timeZoneId();
  for (let number = 0; number < set.count; number++) {
    const at = Temporal.Instant.fromEpochMilliseconds(
      Math.round(now.epochMilliseconds - set.ageHours(number) * HOUR_MS),
    );
    const path = `${folder}/panic-full-${nameStamp(at, timeZone)}.${
      String(number).padStart(4, "0")
    }.panic`;
    const panic = { at, boot: sampleBoot(number), cause: CAUSES.prepareCount };
    Deno.writeTextFileSync(path, panicReport(panic) + PROCESSES);
    Deno.truncateSync(path, REPORT_BYTES);
    const seconds = at.epochMilliseconds / 1_000;
    Deno.utimeSync(path, seconds, seconds);
  }
}

/** Size of a report that is read and written whole. */
const WHOLE_BYTES = 5_000_000;

/** Writes recent reports of 5 MB, all of it text: nothing in them is a hole. */
export function writeWholeReports(
  folder: string,
  count: number,
  now: Temporal.Instant = Temporal.Now.instant(),
): void {
  const rest = PROCESSES.repeat(Math.ceil(WHOLE_BYTES / PROCESSES.length));
  for (let number = 0; number < count; number++) {
    const at = now.subtract({ hours: 1 + number });
    const panic = { at, boot: sampleBoot(number), cause: CAUSES.prepareCount };
    Deno.writeTextFileSync(
      `${folder}/panic-full-${number}.panic`,
      (panicReport(panic) + rest).slice(0, WHOLE_BYTES),
    );
  }
}
