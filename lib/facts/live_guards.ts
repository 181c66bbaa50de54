import { DecodeError, FileError } from "../core/error.ts";
import { type Finding, finding } from "../core/finding.ts";
import { plainText, shellWord } from "../core/plain_text.ts";
import type { StartToken } from "../core/process_identity.ts";
import {
  decodeLiveGuard,
  type LiveGuardFile,
} from "../parse/state/live_guard_file.ts";
import type { FileStore } from "../ports/file_store.ts";
import { readStateFile } from "../ports/state_writer.ts";

/** A process as the system shows it now. */
export interface LiveProcess {
  /** Its pid. */
  readonly pid: number;
  /** When it started, in the terms of whoever asked. */
  readonly startToken: StartToken;
}

/** One record that a guard published. */
export interface LiveGuardRecord {
  /** Its path. */
  readonly path: string;
  /** The pid in its name. */
  readonly pid: number;
  /** What it says; `undefined` for one that cannot be read. */
  readonly file: LiveGuardFile | undefined;
}

/** More guards than this on one machine are no guards. */
const MOST_RECORDS = 1_000;
const NAME = /^([1-9]\d{0,9})\.json$/;
/** A record holds a handful of requests. */
const MAX_RECORD_BYTES = 65_536;

/**
 * Reads what running guards say of themselves.
 *
 * It reports: a record that cannot be read, or whose pid is not that of its name, is a finding.
 *
 * @param store Where they lie.
 * @param folder Their folder; `undefined` where there is no place for one.
 */
export function readLiveGuards(
  store: FileStore,
  folder: string | undefined,
): {
  readonly records: readonly LiveGuardRecord[];
  readonly findings: readonly Finding[];
} {
  const records: LiveGuardRecord[] = [];
  const findings: Finding[] = [];
  const listed = folder === undefined ? [] : namesIn(store, folder, findings);
  for (const name of listed.slice(0, MOST_RECORDS)) {
    const path = `${folder}/${name}`;
    const pid = Number(NAME.exec(name)?.[1]);
    const read = readStateFile(store, path, MAX_RECORD_BYTES);
    if (read.kind === "absent") continue;
    const because = read.kind === "unreadable" ? read.message : undefined;
    const decoded = read.kind === "text" ? tryDecode(read.text, pid) : because;
    if (typeof decoded === "object") records.push({ path, pid, file: decoded });
    else {
      records.push({ path, pid, file: undefined });
      findings.push(finding(
        "guard-record-damaged",
        `${plainText(path)} tells of no guard: ${plainText(decoded ?? "")}`,
        `Take it away:\n$ rm -r ${shellWord(path)}`,
      ));
    }
  }
  return { records, findings };
}

/**
 * Whether the process that wrote a record still runs.
 *
 * Fails closed: where that cannot be told, it does, so that nothing of a living process is swept or signalled.
 *
 * @param record What it wrote; without content only the pid can speak.
 * @param now Who has that pid now; `undefined` when nobody has.
 * @param bootSessionUuid The running boot, where it is known.
 */
export function isStillRunning(
  record: LiveGuardRecord,
  now: LiveProcess | undefined,
  bootSessionUuid: string | undefined,
): boolean {
  if (now === undefined) return false;
  const { startToken, bootSessionUuid: boot } = record.file ?? {};
  if (
    boot !== undefined && bootSessionUuid !== undefined &&
    boot !== bootSessionUuid
  ) return false;
  return startToken === undefined ||
    startToken.kind !== now.startToken.kind ||
    startToken.value === now.startToken.value;
}

function namesIn(
  store: FileStore,
  folder: string,
  findings: Finding[],
): readonly string[] {
  try {
    return store.list(folder).map((entry) => entry.name)
      .filter((name) => NAME.test(name)).sort();
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const isNone = error.problem === "absent" ||
      error.problem === "not-a-folder";
    if (!isNone) {
      findings.push(finding("guards-unreadable", plainText(error.message)));
    }
    return [];
  }
}

function tryDecode(text: string, pid: number): LiveGuardFile | string {
  try {
    const file = decodeLiveGuard(text);
    return file.pid === pid ? file : `it names pid ${file.pid}`;
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
}
