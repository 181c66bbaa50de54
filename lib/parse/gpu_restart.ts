import type { ErrorClass } from "../core/failure.ts";
import { plainText } from "../core/plain_text.ts";
import { classifyAbort, type FailureTables } from "./failure_text.ts";
import { readJsonInteger, readJsonString } from "./json_slice.ts";
import { fieldAfter, parseOsBuild } from "./panic_fields.ts";

/** What the report of a GPU reset says. The machine survived it; it is an early warning. */
export interface GpuRestart {
  /** Why, when the report shows it; `undefined` when it does not. */
  readonly errorClass: ErrorClass | undefined;
  /** The process whose work was running. */
  readonly pid: number | undefined;
  /** Its name, safe to show. */
  readonly process: string | undefined;
  /** The driver's own number for the reason; its meaning is not published. */
  readonly restartReason: number | undefined;
  /** When, as the report says. */
  readonly timestamp: string | undefined;
  /** e.g. `25F84`. */
  readonly osBuild: string | undefined;
}

/**
 * Reads a `.gpuRestart`: JSON, whole or cut, or plain text. Never throws.
 *
 * @param text The report, decoded.
 * @param tables Signatures and classes.
 */
export function parseGpuRestart(
  text: string,
  tables: FailureTables,
): GpuRestart {
  const name = readJsonString(text, "process_name") ??
    readJsonString(text, "procname") ?? readJsonString(text, "procName") ??
    fieldAfter(text, "Application:");
  const timestamp = readJsonString(text, "timestamp", 64) ??
    readJsonString(text, "date", 64) ?? fieldAfter(text, "Date/Time:");
  const build = readJsonString(text, "os_version") ??
    fieldAfter(text, "OS Version:") ?? "";
  return {
    errorClass: classifyAbort(text, tables) ?? pageFault(text, tables),
    pid: readJsonInteger(text, "pid") ?? readJsonInteger(text, "process_id"),
    process: name === undefined || name.trim() === ""
      ? undefined
      : plainText(name, 64),
    restartReason: readJsonInteger(text, "restart_reason"),
    timestamp: timestamp === undefined ? undefined : plainText(timestamp, 64),
    osBuild: parseOsBuild(build),
  };
}

/** The driver writes down the address at which its memory unit stopped. */
function pageFault(
  text: string,
  tables: FailureTables,
): ErrorClass | undefined {
  return /"bif\d{0,2}_fault"/.test(text)
    ? tables.classes.find((row) => row.errorClass.name === "gpu_page_fault")
      ?.errorClass
    : undefined;
}
