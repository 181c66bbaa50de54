import type { PanicRecord } from "../core/failure.ts";
import { plainText } from "../core/plain_text.ts";

/** A kernel panic as the ledger and every `--json` show it. */
export function panicJson(
  record: PanicRecord,
): Record<string, string | number | null> {
  return {
    ts: record.ts,
    signature: record.signature,
    explanation: record.explanation,
    pid: record.pid,
    source_file: record.sourceFile,
    boot_session_uuid: record.bootSessionUuid,
    process: record.process === null ? null : plainText(record.process),
    os_build: record.osBuild,
    kext_version: record.kextVersion,
  };
}

/** `python3.13 (pid 812)`, as far as the report says; `null` when it says nothing. */
export function taskWords(
  record: { readonly pid: number | null; readonly process: string | null },
): string | null {
  const name = record.process === null ? null : plainText(record.process, 80);
  if (name === null) return record.pid === null ? null : `pid ${record.pid}`;
  return record.pid === null ? name : `${name} (pid ${record.pid})`;
}
