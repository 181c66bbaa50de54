/** Folders that hold no source of ours. */
const PASSED_OVER: ReadonlySet<string> = new Set([
  ".cache",
  ".git",
  "node_modules",
  "dist",
]);

/**
 * Lists the files below a folder, sorted. A folder that is not there is empty.
 *
 * @param root The project's folder.
 * @param folder Folder below it, with slashes.
 * @returns Paths below `root`, with slashes.
 */
export function listFiles(root: string, folder: string): string[] {
  const found: string[] = [];
  let entries: Deno.DirEntry[];
  try {
    entries = [...Deno.readDirSync(`${root}/${folder}`)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  for (const entry of entries) {
    const path = `${folder}/${entry.name}`;
    if (entry.isFile) found.push(path);
    else if (entry.isDirectory && !PASSED_OVER.has(entry.name)) {
      found.push(...listFiles(root, path));
    }
  }
  return found.sort();
}

/** Whether a file is there. */
export function isFile(root: string, path: string): boolean {
  try {
    return Deno.statSync(`${root}/${path}`).isFile;
  } catch (error) {
    if (
      error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory
    ) return false;
    throw error;
  }
}

/** The project's folder: the argument, or the folder above this script's. */
export function projectRoot(args: readonly string[]): string {
  const given = args[0] ??
    decodeURIComponent(new URL("..", import.meta.url).pathname);
  return Deno.realPathSync(given);
}

/** The `file:` address of an absolute path. */
export function fileUrl(path: string): string {
  return new URL(`file://${path.split("/").map(encodeURIComponent).join("/")}`)
    .href;
}
