import { FileError } from "../core/error.ts";
import { type Finding, finding } from "../core/finding.ts";
import { tryStat } from "../ports/file_look.ts";
import type { FileStore } from "../ports/file_store.ts";
import { folderOf } from "../ports/state_folder.ts";

/**
 * Looks for guards in other users' homes: each has its own lock, and all share one GPU (SAFETY I3).
 *
 * Fails open: a home that may not be looked into is passed over.
 *
 * @param home Our own home; its neighbours are looked at.
 */
export function findOtherGuards(
  store: FileStore,
  home: string | undefined,
): readonly Finding[] {
  if (home === undefined || home === "/") return [];
  const folder = folderOf(home);
  const others = namesIn(store, folder)
    .map((name) => `${folder === "/" ? "" : folder}/${name}`)
    .filter((other) =>
      other !== home && tryStat(store, `${other}/.metal-guard`) !== undefined
    );
  return others.length === 0 ? [] : [
    finding(
      "several-homes",
      `Other users guard this GPU with locks of their own: ${
        others.slice(0, 5).join(", ")
      }`,
      "Give all of them one lock, in a folder that they share:\n$ export MLX_LOCK_PATH=/Users/Shared/mlx_exclusive.lock",
    ),
  ];
}

function namesIn(store: FileStore, folder: string): readonly string[] {
  try {
    return store.list(folder).flatMap(({ name, kind }) =>
      kind === "folder" ? [name] : []
    );
  } catch (error) {
    if (error instanceof FileError) return [];
    throw error;
  }
}
