import { FileError } from "../core/error.ts";
import {
  type PropertyValue,
  tryParsePropertyList,
} from "../parse/property_list.ts";
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
  /** What it starts: program and arguments. Empty where that cannot be told, as of a binary property list. */
  readonly words: readonly string[];
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
        const text = reading.kind === "text" ? reading.text : "";
        return {
          label: name.slice(0, -SUFFIX.length),
          path,
          isOurs: isOwnJob(text),
          words: wordsOf(tryParsePropertyList(text)),
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

function wordsOf(list: PropertyValue | undefined): readonly string[] {
  if (typeof list !== "object" || isList(list) || "hex" in list) return [];
  const words = list["ProgramArguments"];
  return words !== undefined && isList(words) &&
      words.every((word) => typeof word === "string")
    ? words
    : [];
}

function isList(value: PropertyValue): value is readonly PropertyValue[] {
  return Array.isArray(value);
}
