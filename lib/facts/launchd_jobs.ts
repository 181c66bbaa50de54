import { FileError } from "../core/error.ts";
import { readStateFile } from "../ports/state_writer.ts";
import type { FileStore } from "../ports/file_store.ts";

/** In every property list that we write; a file without it is not ours. */
export const OWN_JOB_MARK =
  "Written by metal-guard launchd install. Its uninstall removes it.";

/** Beginning of the labels that we and the Python metal-guard use. */
const PREFIX = "com.metal-guard.";
const SUFFIX = ".plist";

/** A job of launchd under one of our labels. */
export interface InstalledJob {
  /** Its label. */
  readonly label: string;
  /** Its property list. */
  readonly path: string;
  /** Whether we wrote it; `false` also for one that cannot be read. */
  readonly isOurs: boolean;
}

/**
 * Lists the jobs under our labels in a user's `LaunchAgents`, sorted. Whether they are loaded is not asked.
 *
 * Fails open: a folder that is absent or cannot be listed has none.
 *
 * @param store The disk.
 * @param home The user's home; `undefined` has no jobs.
 */
export function listInstalledJobs(
  store: FileStore,
  home: string | undefined,
): readonly InstalledJob[] {
  if (home === undefined) return [];
  const folder = `${home}/Library/LaunchAgents`;
  try {
    return store.list(folder).map(({ name }) => name)
      .filter((name) => name.startsWith(PREFIX) && name.endsWith(SUFFIX))
      .toSorted()
      .map((name) => {
        const path = `${folder}/${name}`;
        const reading = readStateFile(store, path);
        return {
          label: name.slice(0, -SUFFIX.length),
          path,
          isOurs: reading.kind === "text" && isOwnJob(reading.text),
        };
      });
  } catch (error) {
    if (error instanceof FileError) return [];
    throw error;
  }
}

/** Whether a property list is one that we wrote. */
export function isOwnJob(text: string): boolean {
  return text.includes(`<!-- ${OWN_JOB_MARK} -->`);
}
