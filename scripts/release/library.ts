import { buildFfi, OUT } from "../build_ffi.ts";

/**
 * Sees to it that the dylib for a Mac is built from the sources that are here.
 *
 * @param project The project's folder.
 * @param say Takes each line that is for a person.
 * @throws {Error} If it cannot be built; why was said.
 */
export async function needLibrary(
  project: string,
  say: (line: string) => void,
): Promise<void> {
  const isBuilt = await buildFfi(["macos"], {
    root: project,
    out: `${project}/${OUT}`,
    say,
  });
  if (!isBuilt) throw new Error("The dylib for macOS could not be built");
}
