import { DecodeError, FileError } from "../core/error.ts";
import { type Finding, finding } from "../core/finding.ts";
import { addMs, DAY_MS } from "../core/instant.ts";
import type { HoldInForce } from "../core/hold.ts";
import { plainText, shellWord } from "../core/plain_text.ts";
import {
  decodeSentinel,
  sentinelEnd,
  type SentinelFile,
} from "../parse/state/sentinel_file.ts";
import { tryStat } from "../ports/file_look.ts";
import type { FileStat, FileStore } from "../ports/file_store.ts";
import { folderOf, nameOf } from "../ports/state_folder.ts";
import { readStateFile } from "../ports/state_writer.ts";
import {
  believedTime,
  type DatedFilePorts,
  foundAt,
  listAside,
  stateKey,
} from "./dated_file.ts";

/** What the hold file, and hold files that were set aside, say. */
export interface HoldState {
  /** The hold that ends last, if one is in force. */
  readonly hold: HoldInForce | undefined;
  /** Whether the hold file cannot be decoded and waits to be set aside by somebody who may write. */
  readonly isDamaged: boolean;
  /** Which file on the disk is damaged, where it could be looked at. */
  readonly damagedIdentity: string | undefined;
  /** The file as it was read, where it could be. */
  readonly file: SentinelFile | undefined;
  /** When each hold file ends by the wall clock, also where that lies behind. */
  readonly ends: readonly NamedEnd[];
  /** Names in the state folder; `undefined` where they cannot be listed. */
  readonly folderNames: ReadonlySet<string> | undefined;
  /** Paths of hold files that were set aside. */
  readonly setAside: readonly string[];
  /** What is out of order. */
  readonly findings: readonly Finding[];
}

/** End of one hold file. */
export interface NamedEnd {
  /** What stands in it, or its own name: the same for the same hold, whatever the clock says. */
  readonly name: string;
  /** When it ends by the wall clock. */
  readonly until: Temporal.Instant;
}

/** What {@linkcode readHold} works with. */
export type HoldPorts = DatedFilePorts;

/** A hold file that cannot be decoded holds this long from the moment it was found (SPEC 1). */
const DAMAGED_HOLD_MS = DAY_MS;

const NONE: HoldState = {
  hold: undefined,
  isDamaged: false,
  damagedIdentity: undefined,
  file: undefined,
  ends: [],
  folderNames: undefined,
  setAside: [],
  findings: [],
};

/**
 * Reads the hold.
 *
 * Fails closed: a hold file that is torn, unreadable or no file holds for 24 h from when it was found, also after it
 * was set aside.
 */
export function readHold(
  ports: HoldPorts,
  path: string | undefined,
): HoldState {
  if (path === undefined) return NONE;
  const folderNames = namesIn(ports.store, folderOf(path));
  if (folderNames !== undefined && !namesHold(folderNames, path)) {
    return { ...NONE, folderNames };
  }
  const now = ports.clock.now();
  const current = readCurrent(ports, path, now);
  const aside = listAside(ports.store, path);
  const holds = [
    ...(current.hold === undefined
      ? []
      : [{ ...current.hold, name: nameOfHold(current.file, path) }]),
    ...aside.map((old) => ({
      name: nameOf(old.path),
      until: addMs(foundAt(ports, old), DAMAGED_HOLD_MS),
      by: "damaged" as const,
      reason: `${plainText(old.path)} was set aside`,
    })),
  ].toSorted((a, b) => Temporal.Instant.compare(b.until, a.until));
  const longest = holds.find((one) =>
    Temporal.Instant.compare(one.until, now) > 0
  );
  const hold = longest === undefined
    ? undefined
    : { until: longest.until, by: longest.by, reason: longest.reason };
  return {
    ...current,
    hold,
    ends: holds.map(({ name, until }) => ({ name, until })),
    folderNames,
    setAside: aside.map((old) => old.path),
    findings: hold?.by === "damaged" && !current.isDamaged
      ? [...current.findings, heldByAside(hold.reason)]
      : current.findings,
  };
}

/**
 * Names in a folder; none where there is no folder. One list costs a tenth of the errors that asking for files which
 * are not there throws.
 */
function namesIn(
  store: FileStore,
  folder: string,
): ReadonlySet<string> | undefined {
  try {
    return new Set(store.list(folder).map((entry) => entry.name));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return error.problem === "absent" ? new Set() : undefined;
  }
}

/** Whether a hold was ever set, going by the names alone. A disk may not tell large letters from small ones. */
function namesHold(names: ReadonlySet<string>, path: string): boolean {
  const start = nameOf(path).toLowerCase();
  return [...names].some((name) => name.toLowerCase().startsWith(start));
}

function readCurrent(
  ports: HoldPorts,
  path: string,
  now: Temporal.Instant,
): HoldState {
  const read = readStateFile(ports.store, path);
  if (read.kind === "absent") return NONE;
  if (read.kind === "unreadable" && read.problem === "not-a-folder") {
    // HOME or a folder on the way is a file: nobody can have set a hold there.
    return { ...NONE, findings: [noPlace(read.message)] };
  }
  if (read.kind === "unreadable") {
    return read.stat === undefined
      // Not even the look at it worked: its folder changed when it came to stand there.
      ? damaged(ports, path, read.message, {
        stat: tryStat(ports.store, folderOf(path)),
        identity: undefined,
      })
      : damaged(ports, path, read.message, withIdentity(read.stat));
  }
  try {
    const file = decodeSentinel(read.text);
    const fileAt = believedTime(ports, read.stat, `${path} ${read.text}`);
    const timeZone = ports.clock.timeZone();
    const { until } = sentinelEnd(file, { fileAt, now, timeZone });
    const by = file.setBy ?? "python";
    return {
      ...NONE,
      file,
      hold: { until, by, reason: file.reason ?? null },
    };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return damaged(ports, path, error.message, withIdentity(read.stat));
  }
}

/** What dates a damaged file, and which file that is. */
interface Found {
  readonly stat: FileStat | undefined;
  readonly identity: string | undefined;
}

function withIdentity(stat: FileStat): Found {
  return { stat, identity: stat.identity };
}

function damaged(
  ports: HoldPorts,
  path: string,
  because: string,
  found: Found,
): HoldState {
  const { stat } = found;
  const since = stat === undefined
    ? ports.firstSight.of(path)
    : believedTime(ports, stat, stateKey(path, stat));
  return {
    ...NONE,
    isDamaged: true,
    damagedIdentity: found.identity,
    hold: {
      until: addMs(since, DAMAGED_HOLD_MS),
      by: "damaged",
      reason: plainText(because),
    },
    findings: [finding(
      "hold-file-damaged",
      `${plainText(because)}: a hold of 24 hours is assumed`,
      `Lift it:\n$ metal-guard hold --clear\nIf that is refused:\n$ sudo chown -R "$USER" ${
        shellWord(folderOf(path))
      }`,
    )],
  };
}

function nameOfHold(file: SentinelFile | undefined, path: string): string {
  return file === undefined
    ? nameOf(path)
    : `${file.createdAt ?? ""}/${file.cooldownUntil}`;
}

function heldByAside(reason: string | null): Finding {
  return finding(
    "hold-file-set-aside",
    `${
      reason ?? "A damaged hold file was set aside"
    }: its hold of 24 hours goes on`,
    "Lift it:\n$ metal-guard hold --clear",
  );
}

function noPlace(message: string): Finding {
  return finding(
    "state-folder-impossible",
    `${plainText(message)}: no hold can be kept`,
    "Set HOME or METALGUARD_STATE_DIR to a folder",
  );
}
