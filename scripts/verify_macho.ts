/**
 * Checks, without Apple's tools, what dyld and the kernel of a Mac check when they load `libmetalguard.dylib`:
 * `deno run --allow-read scripts/verify_macho.ts FILE`. What it cannot see is the Mac itself.
 *
 * @module
 */
import { SYMBOLS } from "../ffi/symbols.ts";
import { DYLIB, MINIMUM_MACOS } from "./build_ffi_plan.ts";
import { MachoError, readMacho, type SliceFacts } from "./macho_file.ts";
import { finish, type Problem } from "./problem.ts";

/** Architectures that have to be in it. */
const ARCHS: readonly string[] = ["arm64", "x86_64"];
const SYSTEM = /^(?:\/usr\/lib\/|\/System\/Library\/)/;

/** What is wrong with a dylib, in words; nothing when it is as it has to be. */
export function judgeDylib(slices: readonly SliceFacts[]): string[] {
  const archs = slices.map(({ arch }) => arch).sort();
  const wrong = archs.join() === ARCHS.join()
    ? []
    : [`it holds ${archs.join(", ")} instead of ${ARCHS.join(", ")}`];
  return [
    ...wrong,
    ...slices.flatMap((slice) =>
      judgeSlice(slice).map((words) => `${slice.arch}: ${words}`)
    ),
  ];
}

function judgeSlice(slice: SliceFacts): string[] {
  const wrong: string[] = [];
  if (slice.installName !== `@rpath/${DYLIB}`) {
    wrong.push(`its install name is ${slice.installName}`);
  }
  if (slice.minimumMacos !== MINIMUM_MACOS) {
    wrong.push(`it needs macOS ${slice.minimumMacos}, not ${MINIMUM_MACOS}`);
  }
  for (const { name, isWeak } of slice.libraries) {
    if (!SYSTEM.test(name)) wrong.push(`it is bound to ${name}`);
    if (isWeak) wrong.push(`it is bound weakly to ${name}`);
  }
  if (slice.libraries.length === 0) wrong.push("it is bound to nothing");
  const wanted = Object.keys(SYMBOLS).sort();
  const exported = slice.exports.map(({ name }) => name);
  const missing = wanted.filter((name) => !exported.includes(name));
  const more = exported.filter((name) => !wanted.includes(name));
  if (missing.length > 0) {
    wrong.push(`it does not export ${missing.join(", ")}`);
  }
  if (more.length > 0) wrong.push(`it exports also ${more.join(", ")}`);
  return [...wrong, ...judgeSignature(slice)];
}

function judgeSignature({ signature }: SliceFacts): string[] {
  if (signature === undefined) return ["it is not signed"];
  const wrong: string[] = [];
  if (signature.identifier !== DYLIB) {
    wrong.push(`it is signed as ${signature.identifier}`);
  }
  if (signature.brokenPages.length > 0) {
    wrong.push(
      `pages ${signature.brokenPages.join(", ")} are not what was signed`,
    );
  }
  return wrong;
}

/** Reads and judges a file. */
export async function verifyMacho(path: string): Promise<readonly Problem[]> {
  const fix = "build it anew by `deno task build:ffi --force`";
  try {
    const slices = await readMacho(Deno.readFileSync(path));
    return judgeDylib(slices).map((message) => ({ path, message, fix }));
  } catch (error) {
    if (!(error instanceof MachoError)) throw error;
    return [{ path, message: error.message, fix }];
  }
}

async function main(): Promise<void> {
  const [path] = Deno.args;
  if (path === undefined) {
    finish("verify:macho", [{
      path: "scripts/verify_macho.ts",
      message: "no file is named",
      fix: "give the dylib as the argument",
    }], "");
  }
  finish(
    "verify:macho",
    await verifyMacho(path),
    `${path} is as a Mac wants it`,
  );
}

if (import.meta.main) void main();
