/** Name and version out of a package's `METADATA`. */
export interface PackageMetadata {
  /** As written there. */
  readonly name: string | undefined;
  /** As written there. */
  readonly version: string | undefined;
}

/** Headers end at the first empty line; the description after it may be long, and may quote headers. */
const MAX_LINES = 2_000;

/**
 * Reads the headers of a package's `METADATA`. The first header of a name counts.
 *
 * @param text The file, or its beginning.
 */
export function parsePackageMetadata(text: string): PackageMetadata {
  let name: string | undefined;
  let version: string | undefined;
  for (const line of text.split(/\r?\n/, MAX_LINES)) {
    if (line === "") break;
    const at = line.indexOf(":");
    const key = line.slice(0, Math.max(at, 0)).toLowerCase();
    if (key === "name") name ??= line.slice(at + 1).trim();
    if (key === "version") version ??= line.slice(at + 1).trim();
  }
  return { name: name || undefined, version: version || undefined };
}

/** One spelling for all that mean the same package: `MLX_LM` and `mlx.lm` are `mlx-lm`. */
export function normalizePackageName(name: string): string {
  return name.slice(0, 200).replace(/[-_.]+/g, "-").toLowerCase();
}

/**
 * Which package a folder such as `mlx_lm-0.32.2.dist-info` describes.
 *
 * @returns Its normalized name, or `undefined` when the folder is none of these.
 */
export function packageOfFolder(folder: string): string | undefined {
  const found =
    /^(?<name>[A-Za-z0-9][A-Za-z0-9._-]{0,150})-[^-]{1,100}\.dist-info$/
      .exec(folder)?.groups?.["name"];
  return found === undefined ? undefined : normalizePackageName(found);
}
