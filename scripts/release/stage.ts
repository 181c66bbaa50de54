import { OUT } from "../build_ffi.ts";
import { sha256 } from "../build_ffi_manifest.ts";
import { DYLIB } from "../build_ffi_plan.ts";
import {
  bundle,
  PROGRAM_FILE,
  REGISTRY_FILE,
  RUN_FILE,
  STATUS_FILE,
} from "../bundle.ts";
import { PACKED_FILE, packProgram } from "../bundle/pack_program.ts";

/** The file that is compiled. */
export const MAIN_FILE = "main.js";
/** Where the dylib lies beside it. */
export const LIBRARY_FOLDER = "ffi";
/** The time that all embedded files get, so that a build does not depend on the moment: 2026-01-01. */
const FILE_TIME_SECONDS = 1_767_225_600;

/** What goes into an executable. */
export interface Stage {
  /** The folder. */
  readonly folder: string;
  /** The files in it, by their path below it. */
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/**
 * Lays down what an executable embeds: the gate, the packed rest with its loaders, and for a Mac the dylib with its sum.
 *
 * @param project The project's folder.
 * @param folder An empty folder.
 * @param options `hasLibrary` for a Mac; the dylib has to be built.
 * @throws {Error} If the program cannot be bundled.
 */
export async function layStage(
  project: string,
  folder: string,
  options: { readonly hasLibrary: boolean },
): Promise<Stage> {
  const main = `${folder}/${MAIN_FILE}`;
  bundle(project, main);
  const parts = [STATUS_FILE, RUN_FILE, REGISTRY_FILE, PROGRAM_FILE];
  const { loaders, packed } = packProgram(
    new Map(
      parts.map((name) => [name, Deno.readTextFileSync(`${folder}/${name}`)]),
    ),
  );
  for (const [name, loader] of loaders) {
    Deno.writeTextFileSync(`${folder}/${name}`, loader);
  }
  Deno.writeFileSync(`${folder}/${PACKED_FILE}`, packed);
  const names = [MAIN_FILE, ...parts, PACKED_FILE];
  if (options.hasLibrary) {
    names.push(...await layLibrary(project, folder));
  }
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const name of names) {
    const path = `${folder}/${name}`;
    Deno.utimeSync(path, FILE_TIME_SECONDS, FILE_TIME_SECONDS);
    files.set(name, Deno.readFileSync(path));
  }
  return { folder, files };
}

/** The program opens its dylib only with a manifest that names it. */
async function layLibrary(
  project: string,
  folder: string,
): Promise<readonly string[]> {
  const library = Deno.readFileSync(`${project}/${OUT}/${DYLIB}`);
  Deno.mkdirSync(`${folder}/${LIBRARY_FOLDER}`);
  const name = `${LIBRARY_FOLDER}/${DYLIB}`;
  const manifest = `${LIBRARY_FOLDER}/manifest.json`;
  Deno.writeFileSync(`${folder}/${name}`, library);
  Deno.writeTextFileSync(
    `${folder}/${manifest}`,
    `${JSON.stringify({ files: { [DYLIB]: await sha256(library) } })}\n`,
  );
  return [name, manifest];
}
