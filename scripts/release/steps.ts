/**
 * The steps of a release, each by itself: between compiling and packing a Mac signs.
 *
 * @module
 */
import { VERSION } from "../../lib/version.ts";
import { sha256 } from "../build_ffi_manifest.ts";
import { LLVM } from "../build_ffi_plan.ts";
import { findPayloads } from "../executable/container.ts";
import { MAN_PAGE, manPage } from "../man_page.ts";
import { compile, type Compiled } from "./compile.ts";
import { embeddedPackages, thirdPartyText } from "./embedded_packages.ts";
import { fillFormula } from "./formula.ts";
import { printed } from "./printed.ts";
import { sbom } from "./sbom.ts";
import type { Stage } from "./stage.ts";
import { MAC_TARGETS, type Target } from "./target.ts";
import { zip, type ZipEntry } from "./zip.ts";

/** The executable that runs on both kinds of Mac. */
export const UNIVERSAL = "macos-universal";
/** The list of sums. */
export const SUMS_FILE = "SHA256SUMS";
const PROGRAM = "metal-guard";
const FORMULA = "packaging/metal-guard.rb";

/**
 * Compiles for both kinds of Mac, each twice, and joins them.
 *
 * @param stage What is embedded.
 * @param out The folder for what is made.
 * @param standIn Another executable in place of the runtime, for each target.
 * @returns `no-base` when the runtime cannot be had.
 * @throws {Error} When two builds differ, or the runtime is for another machine.
 */
export async function compileRelease(
  stage: Stage,
  out: string,
  standIn?: (target: Target) => string,
): Promise<Compiled> {
  for (const target of MAC_TARGETS) {
    const output = `${out}/${target.name}/${PROGRAM}`;
    const base = standIn === undefined ? {} : { standIn: standIn(target) };
    Deno.mkdirSync(`${out}/${target.name}`, { recursive: true });
    const compiled = compile(stage, { target, output, ...base });
    if (compiled.kind === "no-base") return compiled;
    const again = `${output}-again`;
    compile(stage, { target, output: again, ...base });
    const [one, two] = [Deno.readFileSync(output), Deno.readFileSync(again)];
    Deno.removeSync(again);
    if (await sha256(one) !== await sha256(two)) {
      throw new Error(`Two builds for ${target.name} differ`);
    }
    const archs = findPayloads(one).map(({ arch }) => `macos-${arch}`);
    if (archs.join() !== target.name) {
      throw new Error(`What was made for ${target.name} is ${archs.join()}`);
    }
  }
  join(out);
  return { kind: "made" };
}

/** Apple's `lipo`, or LLVM's, which the dylib is built with. */
function join(out: string): void {
  Deno.mkdirSync(`${out}/${UNIVERSAL}`, { recursive: true });
  const program = Deno.build.os === "darwin" ? "lipo" : `llvm-lipo-${LLVM}`;
  const { success, stderr } = new Deno.Command(program, {
    args: [
      "-create",
      ...MAC_TARGETS.map(({ name }) => `${out}/${name}/${PROGRAM}`),
      "-output",
      `${out}/${UNIVERSAL}/${PROGRAM}`,
    ],
  }).outputSync();
  if (!success) {
    throw new Error(
      `${program} failed: ${new TextDecoder().decode(stderr).trim()}`,
    );
  }
}

/** What {@linkcode packRelease} works with. */
export interface PackOptions {
  /** The project's folder. */
  readonly project: string;
  /** Where the executables are; what is packed goes there too. */
  readonly out: string;
  /** What the executables embed. */
  readonly stage: Stage;
  /** Address of the project; without it there is no formula. */
  readonly homepage?: string;
}

/**
 * Packs the executables, signed or not, with manual page, completions and licences, and writes bill of materials, formula
 * and sums.
 *
 * @returns Names of the files that are published.
 */
export async function packRelease(
  options: PackOptions,
): Promise<readonly string[]> {
  const { project, out, stage, homepage } = options;
  const packages = embeddedPackages(project);
  const text = (path: string, content: string): ZipEntry => ({
    path,
    bytes: new TextEncoder().encode(content),
  });
  const beside: ZipEntry[] = [
    text(MAN_PAGE, await manPage(VERSION)),
    text(
      "completions/metal-guard.bash",
      await printed(["completions", "bash"]),
    ),
    text("completions/_metal-guard", await printed(["completions", "zsh"])),
    text(
      "completions/metal-guard.fish",
      await printed(["completions", "fish"]),
    ),
    text("LICENSE", Deno.readTextFileSync(`${project}/LICENSE`)),
    text("README.md", Deno.readTextFileSync(`${project}/README.md`)),
    text("THIRD_PARTY_LICENSES.txt", thirdPartyText(packages)),
  ];
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const name of [...MAC_TARGETS.map((one) => one.name), UNIVERSAL]) {
    const bytes = Deno.readFileSync(`${out}/${name}/${PROGRAM}`);
    const archive = await zip([
      { path: PROGRAM, bytes, isExecutable: true },
      ...beside,
    ]);
    files.set(archiveName(name), archive);
  }
  const bill = await sbom({
    version: VERSION,
    packages,
    files: stage.files,
    runtime: Deno.version,
  });
  files.set(`${PROGRAM}-${VERSION}.cdx.json`, new TextEncoder().encode(bill));
  const universal = files.get(archiveName(UNIVERSAL));
  if (homepage !== undefined && universal !== undefined) {
    const formula = fillFormula(
      Deno.readTextFileSync(`${project}/${FORMULA}`),
      {
        homepage,
        version: VERSION,
        archive: archiveName(UNIVERSAL),
        sha256: await sha256(universal),
      },
    );
    files.set("metal-guard.rb", new TextEncoder().encode(formula));
  }
  let sums = "";
  for (const [name, bytes] of files) {
    sums += `${await sha256(bytes)}  ${name}\n`;
  }
  files.set(SUMS_FILE, new TextEncoder().encode(sums));
  for (const [name, bytes] of files) {
    Deno.writeFileSync(`${out}/${name}`, bytes);
  }
  return [...files.keys()];
}

function archiveName(target: string): string {
  return `${PROGRAM}-${VERSION}-${target}.zip`;
}
