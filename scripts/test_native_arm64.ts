/**
 * Runs the native tests over the shipped arm64 slice, which is the code that every user runs: on an arm64 Linux as it is,
 * elsewhere under an emulator that is fetched. Then shows that these tests can fail. Ends with `N passed, N failed`.
 *
 * @module
 */
import { type Arm64Tree, arm64Tree, fetchArm64 } from "./arm64_tree.ts";
import { buildFfi, OUT } from "./build_ffi.ts";
import { DYLIB, LOADER } from "./build_ffi_plan.ts";
import { countTests, summarize } from "./junit.ts";
import { runDenoTest } from "./native_test_run.ts";
import { ARM64_TESTS } from "./native_runs.ts";
import { projectRoot } from "./source_tree.ts";

/** Where the tree is, below the project's folder. */
const TREE = "dist/arm64";
/** What runs there; the soak is not asked of an emulator. */
const TESTS: readonly string[] = [
  "machines",
  "metal_probe",
  "scenes",
  "callers",
]
  .map((name) => `tests/native/${name}_test.ts`);

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

async function main(): Promise<number> {
  const root = projectRoot([]);
  const out = `${root}/${OUT}`;
  const isArm = Deno.build.arch === "aarch64";
  const tree: Arm64Tree = isArm
    ? { sysroot: "", deno: [Deno.execPath()] }
    : arm64Tree(`${root}/${TREE}`);
  const isReady = Deno.build.os === "linux" &&
    (isArm || fetchArm64(`${root}/${TREE}`, say)) &&
    await buildFfi(
      isArm ? ["macos", "linux"] : ["macos", "linux", "linux-arm64"],
      {
        root,
        out,
        sysroot: tree.sysroot,
        say,
      },
    );
  if (!isReady) {
    say("The arm64 tests cannot start; they need Linux.");
    say("0 passed, 1 failed");
    return 1;
  }
  const env = {
    METALGUARD_FFI_LIBRARY: `${out}/linux-aarch64/${LOADER}`,
    METAL_GUARD_DYLIB: `${out}/${DYLIB}`,
    ...(isArm ? {} : { DENO_DIR: `${root}/${TREE}/deno-dir` }),
  };
  say("Native tests: the shipped arm64 slice");
  const runs = [
    runDenoTest(tree.deno, ["--no-check", "--no-lock", ...TESTS], env),
    runDenoTest([Deno.execPath()], [ARM64_TESTS], {
      METALGUARD_ARM64_DENO: JSON.stringify(tree.deno),
      METALGUARD_ARM64_ENV: JSON.stringify(env),
    }),
  ];
  const count = countTests(runs.map(({ xml }) => xml).join("\n"));
  const result = summarize(count, runs.some(({ isGood }) => !isGood));
  say(result.line);
  return result.isGood ? 0 : 1;
}

if (import.meta.main) void main().then((code) => Deno.exit(code));
