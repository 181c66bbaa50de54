import { FileError } from "../core/error.ts";
import { earlier, instantFromEpochSeconds, isSane } from "../core/instant.ts";
import type { Clock } from "../ports/clock.ts";
import { tryStat } from "../ports/file_look.ts";
import type { FileStat, FileStore } from "../ports/file_store.ts";
import { folderOf, nameOf } from "../ports/state_folder.ts";
import type { FirstSight } from "./first_sight.ts";

/** What files are dated with. */
export interface DatedFilePorts {
  /** The disk. */
  readonly store: FileStore;
  /** Now. */
  readonly clock: Clock;
  /** Times of things that have none. */
  readonly firstSight: FirstSight;
}

/**
 * A file's own time, no later than now; where it has none, the moment we first saw it. A time that lay ahead once is
 * never taken later: what it holds would come back on that day.
 *
 * @param ports Clock and memory.
 * @param stat The file.
 * @param key What names it and its content.
 */
export function believedTime(
  ports: Omit<DatedFilePorts, "store">,
  stat: FileStat,
  key: string,
): Temporal.Instant {
  const { clock, firstSight } = ports;
  const kept = firstSight.recall(key);
  if (kept !== undefined) return kept.at;
  const now = clock.now();
  const { modifiedAt, changedAt } = stat;
  if (isSane(modifiedAt, now)) return earlier(modifiedAt, now);
  return changedAt !== undefined && isSane(changedAt, now)
    ? firstSight.keep(key, { at: earlier(changedAt, now), source: "changed" })
      .at
    : firstSight.of(key);
}

/** Names one state of a file whose content cannot be read. */
export function stateKey(path: string, stat: FileStat): string {
  return `${path} ${stat.identity} ${stat.modifiedAt}`;
}

/** A damaged file that was moved aside; its name carries the moment at which it was found. */
export interface SetAsideFile {
  /** Its path. */
  readonly path: string;
  /** The moment, epoch seconds. */
  readonly foundSeconds: number;
}

/**
 * Files that were set aside for a state file.
 *
 * Fails open: where the folder cannot be listed there are none; the file itself then speaks for it.
 */
export function listAside(
  store: FileStore,
  path: string,
): readonly SetAsideFile[] {
  const prefix = `${nameOf(path)}.corrupt-`;
  try {
    return store.list(folderOf(path))
      .filter((entry) => entry.name.startsWith(prefix))
      .map((entry) => ({
        path: `${folderOf(path)}/${entry.name}`,
        foundSeconds: Number.parseInt(entry.name.slice(prefix.length), 10),
      }))
      .filter((old) => Number.isFinite(old.foundSeconds));
  } catch (error) {
    if (error instanceof FileError) return [];
    throw error;
  }
}

/** When a file that was set aside was found damaged: by its name, else by its own time. */
export function foundAt(
  ports: DatedFilePorts,
  old: SetAsideFile,
): Temporal.Instant {
  const at = instantFromEpochSeconds(old.foundSeconds);
  if (at !== undefined && isSane(at, ports.clock.now())) return at;
  const stat = tryStat(ports.store, old.path);
  return stat === undefined
    ? ports.firstSight.of(old.path)
    : believedTime(ports, stat, stateKey(old.path, stat));
}
