import type { LinkReader } from "../../lib/ports/link_reader.ts";
import type { MemoryFileStore } from "./file_store.ts";
import { PathProblem, walk } from "./memory_paths.ts";

/** Reads the links of a disk in memory. */
export function fakeLinkReader(store: MemoryFileStore): LinkReader {
  return (path) => {
    try {
      const { disk, userId } = store;
      const { node } = walk(disk, path, { userId, followLast: false });
      return node?.kind === "link" ? node.target : undefined;
    } catch (error) {
      if (error instanceof PathProblem) return undefined;
      throw error;
    }
  };
}
