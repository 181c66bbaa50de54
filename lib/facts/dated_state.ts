import { DecodeError, FileError } from "../core/error.ts";
import { type Finding, finding } from "../core/finding.ts";
import { earlier, epochSeconds, later } from "../core/instant.ts";
import { plainText, shellWord } from "../core/plain_text.ts";
import { tryStat } from "../ports/file_look.ts";
import type { FileStat } from "../ports/file_store.ts";
import { folderOf } from "../ports/state_folder.ts";
import { readStateFile, setAside } from "../ports/state_writer.ts";
import {
  believedTime,
  type DatedFilePorts,
  foundAt,
  listAside,
  stateKey,
} from "./dated_file.ts";

/** What {@linkcode readDatedState} works with. */
export type DatedStatePorts = DatedFilePorts;

/** A state file, dated, with all that is damaged about it. */
export interface DatedState<T> {
  /** Its content; `undefined` when there is none that can be read. */
  readonly value: T | undefined;
  /** When it was last written, as far as can be believed and no later than now; `undefined` without content. */
  readonly writtenAt: Temporal.Instant | undefined;
  /** The last moment at which it, or one that was set aside, was found damaged. Its kind's length counts from here. */
  readonly damagedSince: Temporal.Instant | undefined;
  /** The file that stands there and cannot be decoded; it waits to be set aside by somebody who may write. */
  readonly damage: { readonly identity: string | undefined } | undefined;
  /** Paths of those that were set aside. */
  readonly setAside: readonly string[];
  /** What is out of order. */
  readonly findings: readonly Finding[];
}

/** What kind of file it is. */
export interface DatedStateKind<T> {
  /** Its name in messages, e.g. `breaker file`. */
  readonly what: string;
  /** Start of the finding's code, e.g. `breaker`. */
  readonly code: string;
  /** Understands it, or throws {@linkcode DecodeError}. */
  readonly decode: (text: string) => T;
  /** What a person can do about a damaged one. */
  readonly fix: string;
}

/**
 * Reads a state file that holds something back.
 *
 * Fails closed (SAFETY H2): one that is torn, unreadable or no file is damaged, never absent, also after it was set
 * aside.
 *
 * @param ports Disk, clock and memory.
 * @param path The file; `undefined` where there is no place for one.
 * @param kind What it is.
 */
export function readDatedState<T>(
  ports: DatedStatePorts,
  path: string | undefined,
  kind: DatedStateKind<T>,
): DatedState<T> {
  if (path === undefined) return nothing();
  const current = readCurrent(ports, path, kind);
  const aside = listAside(ports.store, path);
  const moments = [
    current.damagedSince,
    ...aside.map((old) => earlier(foundAt(ports, old), ports.clock.now())),
  ].filter((at) => at !== undefined);
  return {
    ...current,
    damagedSince: moments.length === 0 ? undefined : moments.reduce(later),
    setAside: aside.map((old) => old.path),
  };
}

/**
 * Moves a damaged file aside; its name then carries the moment at which it was found. Never throws: what stands in the
 * way is a finding.
 *
 * @param ports Disk and clock.
 * @param path The file.
 * @param state What {@linkcode readDatedState} said of it.
 * @param code Start of the finding's code.
 */
export function setDamagedAside(
  ports: DatedStatePorts,
  path: string | undefined,
  state: DatedState<unknown>,
  code: string,
): readonly Finding[] {
  if (path === undefined || state.damage === undefined) return [];
  const { identity } = state.damage;
  try {
    const aside = setAside(
      ports.store,
      path,
      Math.floor(epochSeconds(ports.clock.now())),
      identity === undefined ? {} : { identity },
    );
    return [
      finding(
        `${code}-set-aside`,
        `The damaged file is ${plainText(aside)} now`,
      ),
    ];
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    // Somebody else has moved it, or put a new one in its place.
    if (error.problem === "absent" || error.problem === "exists") return [];
    return [
      finding(
        `${code}-stuck`,
        error.message,
        `$ sudo rm -r ${shellWord(path)}`,
      ),
    ];
  }
}

function nothing<T>(): DatedState<T> {
  return {
    value: undefined,
    writtenAt: undefined,
    damagedSince: undefined,
    damage: undefined,
    setAside: [],
    findings: [],
  };
}

function readCurrent<T>(
  ports: DatedStatePorts,
  path: string,
  kind: DatedStateKind<T>,
): DatedState<T> {
  const read = readStateFile(ports.store, path);
  if (read.kind === "absent") return nothing();
  if (read.kind === "unreadable") {
    // A folder on the way is a file: nobody can have kept anything there.
    if (read.problem === "not-a-folder") return nothing();
    // Not even the look at it worked: its folder changed when it came to stand there.
    const stat = read.stat ?? tryStat(ports.store, folderOf(path));
    return damaged(ports, path, kind, {
      because: read.message,
      stat,
      identity: read.stat?.identity,
    });
  }
  try {
    const value = kind.decode(read.text);
    const key = `${path} ${read.text}`;
    return {
      ...nothing(),
      value,
      writtenAt: believedTime(ports, read.stat, key),
    };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return damaged(ports, path, kind, {
      because: error.message,
      stat: read.stat,
      identity: read.stat.identity,
    });
  }
}

function damaged<T>(
  ports: DatedStatePorts,
  path: string,
  kind: DatedStateKind<T>,
  found: {
    readonly because: string;
    readonly stat: FileStat | undefined;
    readonly identity: string | undefined;
  },
): DatedState<T> {
  const { stat } = found;
  return {
    ...nothing(),
    damagedSince: stat === undefined
      ? ports.firstSight.of(path)
      : believedTime(ports, stat, stateKey(path, stat)),
    damage: { identity: found.identity },
    findings: [finding(
      `${kind.code}-damaged`,
      `${
        plainText(found.because)
      }: the ${kind.what} counts as if it had just been written`,
      `${kind.fix}\nIf that is refused:\n$ sudo chown -R "$USER" ${
        shellWord(folderOf(path))
      }`,
    )],
  };
}
