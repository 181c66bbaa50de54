import { SHIPPED_PERMISSIONS } from "../scripts/permissions.ts";

/** Where the program under test lies, for us and for another user. */
const PROJECT = new URL("..", import.meta.url).pathname.replace(/\/$/, "");

export { SHIPPED_PERMISSIONS };

/** One way to start the program. */
export interface Program {
  /** Its main module. */
  readonly main: string;
  /** Deno's cache for it. */
  readonly denoDir: string;
}

let ours: Program | undefined;

/** Names the main module of a program that was taken out of an executable, to be tested in place of the sources. */
const EXTRACTED = Deno.env.get("METALGUARD_EXTRACTED_MAIN");

/** The program where it is developed, or the one that was taken out of an executable. */
export function ourProgram(): Program {
  return ours ??= EXTRACTED === undefined
    ? { main: `${PROJECT}/main.ts`, denoDir: findDenoDir() }
    : { main: EXTRACTED, denoDir: Deno.makeTempDirSync() };
}

/**
 * Copies the program to where every user may read it, with the one package that it imports.
 *
 * @param folder A folder that every user may enter.
 */
export function copyProgram(folder: string): Program {
  const { denoDir, main } = ourProgram();
  if (EXTRACTED !== undefined) {
    copyTree(main.slice(0, main.lastIndexOf("/")), `${folder}/extracted`);
    const cache = `${folder}/cache`;
    Deno.mkdirSync(cache);
    Deno.chmodSync(cache, 0o1777);
    return { main: `${folder}/extracted/main.js`, denoDir: cache };
  }
  for (const part of ["main.ts", "lib", "registry", "ffi"]) {
    copyTree(`${PROJECT}/${part}`, `${folder}/${part}`);
  }
  Deno.copyFileSync(findPackage(denoDir), `${folder}/stricli.js`);
  const config: unknown = JSON.parse(
    Deno.readTextFileSync(`${PROJECT}/deno.json`),
  );
  const imports = { "@stricli/core": "./stricli.js" };
  Deno.writeTextFileSync(
    `${folder}/deno.json`,
    JSON.stringify(Object.assign({}, config, { imports })),
  );
  const cache = `${folder}/cache`;
  Deno.mkdirSync(cache);
  Deno.chmodSync(cache, 0o1777);
  return { main: `${folder}/main.ts`, denoDir: cache };
}

function copyTree(from: string, to: string): void {
  if (Deno.statSync(from).isFile) {
    Deno.copyFileSync(from, to);
    Deno.chmodSync(to, 0o644);
    return;
  }
  Deno.mkdirSync(to);
  Deno.chmodSync(to, 0o755);
  for (const { name } of Deno.readDirSync(from)) {
    copyTree(`${from}/${name}`, `${to}/${name}`);
  }
}

function findPackage(denoDir: string): string {
  const text = Deno.readTextFileSync(`${PROJECT}/deno.json`);
  const version = /npm:@stricli\/core@([\d.]+)"/.exec(text)?.[1];
  const npm = `${denoDir}/npm`;
  for (const { name } of Deno.readDirSync(npm)) {
    const path = `${npm}/${name}/@stricli/core/${version}/dist/index.js`;
    if (isFile(path)) return path;
  }
  throw new Error(
    `@stricli/core ${version} is not in ${npm}: run deno install`,
  );
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    const isNone = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    if (isNone) return false;
    throw error;
  }
}

function findDenoDir(): string {
  const { stdout } = new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-config"],
  }).outputSync();
  const info: unknown = JSON.parse(new TextDecoder().decode(stdout));
  if (
    typeof info === "object" && info !== null && "denoDir" in info &&
    typeof info.denoDir === "string"
  ) return info.denoDir;
  throw new Error("Cannot find Deno's cache: deno info does not name it");
}
