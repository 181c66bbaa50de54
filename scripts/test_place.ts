import { asObject, asText } from "./json.ts";

/** Where one run of the tests works. */
export interface TestPlace {
  /** Folder of this run; everybody may enter it. */
  readonly folder: string;
  /** The Deno that runs the tests and that tests start as `Deno.execPath()`. */
  readonly deno: string;
  /** Its cache. */
  readonly denoDir: string;
}

/** User and group `nobody`. */
const NOBODY = "65534";

/**
 * Prepares the place of a run.
 *
 * Started as root, some tests start our program as another user, because root passes every permission. When Deno or
 * its cache lies in a folder that only root may enter (npx puts it below root's home), a copy is made that all may read.
 *
 * @param folder An empty folder.
 */
export function preparePlace(folder: string): TestPlace {
  Deno.chmodSync(folder, 0o755);
  Deno.mkdirSync(`${folder}/home`);
  Deno.mkdirSync(`${folder}/tmp`);
  Deno.chmodSync(`${folder}/tmp`, 0o1777);
  const deno = Deno.execPath();
  const denoDir = currentDenoDir();
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) {
    return { folder, deno, denoDir };
  }
  return {
    folder,
    deno: othersMay("-x", deno) ? deno : copyDeno(deno, folder),
    denoDir: othersMay("-r", denoDir) ? denoDir : copyCache(denoDir, folder),
  };
}

function currentDenoDir(): string {
  const output = new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-config"],
  }).outputSync();
  const info: unknown = JSON.parse(new TextDecoder().decode(output.stdout));
  const folder = asText(asObject(info)["denoDir"]);
  if (folder === undefined) {
    throw new Error("Cannot find Deno's cache: deno info does not name it");
  }
  return folder;
}

function othersMay(test: "-x" | "-r", path: string): boolean {
  return new Deno.Command("setpriv", {
    args: [
      `--reuid=${NOBODY}`,
      `--regid=${NOBODY}`,
      "--clear-groups",
      "test",
      test,
      path,
    ],
    stdout: "null",
    stderr: "null",
  }).outputSync().success;
}

function copyDeno(deno: string, folder: string): string {
  const copy = `${folder}/bin/deno`;
  Deno.mkdirSync(`${folder}/bin`);
  Deno.copyFileSync(deno, copy);
  Deno.chmodSync(copy, 0o755);
  return copy;
}

/** Packages only: what was compiled is soon compiled again, and its databases may be in use. */
function copyCache(denoDir: string, folder: string): string {
  const copy = `${folder}/deno`;
  Deno.mkdirSync(copy);
  copyFolder(`${denoDir}/npm`, `${copy}/npm`);
  return copy;
}

function copyFolder(from: string, to: string): void {
  let entries: Deno.DirEntry[];
  try {
    entries = [...Deno.readDirSync(from)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  Deno.mkdirSync(to);
  for (const { name, isDirectory } of entries) {
    if (isDirectory) copyFolder(`${from}/${name}`, `${to}/${name}`);
    else Deno.copyFileSync(`${from}/${name}`, `${to}/${name}`);
  }
}
