import { LLVM, MINIMUM_MACOS } from "../build_ffi_plan.ts";
import type { Target } from "./target.ts";

/** Room for the load command that Deno adds. */
const HEADER_ROOM = "0x1000";

/**
 * Makes the smallest executable of a Mac, to stand where the runtime belongs. What is compiled around it can be read, joined
 * and signed like the real one; it does nothing when it is started.
 *
 * @param project The project's folder.
 * @param folder Where to put it.
 * @param target For which Mac.
 * @returns Its path.
 * @throws {Error} With the words of the compiler or linker.
 */
export function makeMacStandIn(
  project: string,
  folder: string,
  target: Target,
): string {
  const arch = target.name.replace("macos-", "");
  const source = `${folder}/${arch}.c`;
  const object = `${folder}/${arch}.o`;
  const output = `${folder}/stand-in-${arch}`;
  Deno.writeTextFileSync(source, "int main(void) { return 0; }\n");
  run(`clang-${LLVM}`, [
    "-target",
    `${arch}-apple-macos${MINIMUM_MACOS}`,
    "-c",
    source,
    "-o",
    object,
  ]);
  run(`ld64.lld-${LLVM}`, [
    "-arch",
    arch,
    "-platform_version",
    "macos",
    MINIMUM_MACOS,
    "14.0",
    "-headerpad",
    HEADER_ROOM,
    arch === "arm64" ? "-adhoc_codesign" : "-no_adhoc_codesign",
    object,
    `${project}/ffi/stubs/tbd/libSystem.tbd`,
    "-o",
    output,
  ]);
  return output;
}

function run(program: string, args: readonly string[]): void {
  const { success, stderr } = new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).outputSync();
  if (!success) {
    throw new Error(
      `${program} failed: ${new TextDecoder().decode(stderr).trim()}`,
    );
  }
}
