import type { FileProblem } from "../../lib/core/error.ts";
import { type MemoryDisk, type Node, ROOT } from "./memory_disk.ts";

/** As many links as Linux follows. */
const MOST_LINKS = 40;

/** Bits of a mode, as asked of one user. */
export const READ = 4;
export const WRITE = 2;
export const SEARCH = 1;

/** Where a path leads: a folder, the last name in it, and what that stands for. */
export interface Place {
  readonly folder: Node;
  readonly name: string;
  readonly node: Node | undefined;
}

/** Why a path leads nowhere. */
export class PathProblem extends Error {
  readonly problem: FileProblem;

  constructor(problem: FileProblem) {
    super(problem);
    this.problem = problem;
  }
}

/** Whether `userId` may do `bit` with `node`. Root passes, as it does in a kernel. */
export function allows(node: Node, bit: number, userId: number): boolean {
  if (userId === 0) return true;
  const shift = node.userId === userId ? 6 : 0;
  return (node.mode >> shift & bit) !== 0;
}

/**
 * Walks a path as a kernel does.
 *
 * @throws {PathProblem} If a folder on the way is absent, closed or no folder, or links lead in a circle.
 */
export function walk(
  disk: MemoryDisk,
  path: string,
  options: { readonly userId: number; readonly followLast: boolean },
): Place {
  if (!path.startsWith("/")) throw new PathProblem("absent");
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  const folders: Node[] = [disk.node(ROOT)];
  let links = 0;
  for (;;) {
    const folder = folders.at(-1) ?? disk.node(ROOT);
    const name = parts.shift();
    if (name === undefined) return { folder, name: ".", node: folder };
    if (folder.kind !== "folder") throw new PathProblem("not-a-folder");
    if (!allows(folder, SEARCH, options.userId)) {
      throw new PathProblem("denied");
    }
    if (name === "..") {
      if (folders.length > 1) folders.pop();
      continue;
    }
    const id = folder.names.get(name);
    const node = id === undefined ? undefined : disk.node(id);
    const isLast = parts.length === 0;
    if (node?.kind === "link" && (!isLast || options.followLast)) {
      if (++links > MOST_LINKS) throw new PathProblem("link-loop");
      if (node.target.startsWith("/")) folders.length = 1;
      parts.unshift(...node.target.split("/").filter((part) => part !== ""));
      continue;
    }
    if (isLast) return { folder, name, node };
    if (node === undefined) throw new PathProblem("absent");
    folders.push(node);
  }
}
