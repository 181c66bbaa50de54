import {
  DYLIB,
  folderOfTarget,
  LOADER,
  SIMULATOR,
  type Target,
} from "./build_ffi_plan.ts";

/** Tests that run once for each native library. */
export const NATIVE_TESTS = "tests/native";
/** Tests of what was built. */
export const BUILD_TESTS = "tests/native_build";

/** Tests that the arm64 run alone can run. */
export const ARM64_TESTS = "tests/native_arm64";
/** Tests that the run with sanitizers alone can run. */
export const ASAN_TESTS = "tests/native_asan";
/** Tests elsewhere that open the simulated Mac themselves, or let a program open it. They run once, over the simulator. */
export const SIMULATOR_TESTS: readonly string[] = [
  "tests/contract/diagnose_test.ts",
  "tests/scripts/evidence/simulated_test.ts",
];

/** Files and folders that need a native library; the usual run leaves them out. */
export const NATIVE_PLACES: readonly string[] = [
  NATIVE_TESTS,
  BUILD_TESTS,
  ARM64_TESTS,
  ASAN_TESTS,
  ...SIMULATOR_TESTS,
];

/** One run of `deno test`. */
export interface NativeRun {
  /** What it is called to people. */
  readonly name: string;
  /** Its arguments. */
  readonly args: readonly string[];
  /** Variables that are set for it. */
  readonly env: Readonly<Record<string, string>>;
}

/** What has to be built and run. */
export interface NativePlan {
  /** What has to be there first. */
  readonly targets: readonly Target[];
  /** The runs, in order. */
  readonly runs: readonly NativeRun[];
}

/** What {@linkcode planNativeRuns} has to know. */
export interface NativeFacts {
  /** As `Deno.build.os`. */
  readonly platform: string;
  /** As `Deno.build.arch`. */
  readonly machine: string;
  /** Folder of what is built. */
  readonly out: string;
  /** Whether a path is there. */
  readonly isThere: (path: string) => boolean;
}

const PERMISSIONS = [
  "--no-prompt",
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--allow-run",
  "--allow-sys",
];

/**
 * Plans the native tests: the same ones over the simulated Mac and over the slice of the shipped dylib that this
 * machine's processor runs, and those of what was built. On macOS only the dylib itself is looked at: there is nothing to
 * simulate there.
 *
 * @param asked Files and folders to run; none means all.
 */
export function planNativeRuns(
  asked: readonly string[],
  facts: NativeFacts,
): NativePlan {
  const paths = asked.map((path) =>
    path.replace(/^\.\//, "").replace(/\/$/, "")
  );
  const native = below(NATIVE_TESTS, paths).filter(facts.isThere);
  const built = below(BUILD_TESTS, paths).filter(facts.isThere);
  const others = SIMULATOR_TESTS.filter((test) =>
    facts.isThere(test) && isAsked(test, paths)
  );
  const runs: NativeRun[] = [];
  if (facts.platform === "darwin") {
    const one = `${BUILD_TESTS}/dylib_test.ts`;
    if (native.length + built.length > 0) {
      runs.push({
        name: "what was built",
        args: [...PERMISSIONS, one],
        env: {},
      });
    }
    return { targets: runs.length > 0 ? ["macos"] : [], runs };
  }
  if (native.length > 0) {
    runs.push(runOver("the simulated Mac", SIMULATOR, native, facts));
    runs.push(
      runOver(`the shipped ${facts.machine} slice`, LOADER, native, facts),
    );
  }
  if (others.length > 0) {
    runs.push(runOver("over the simulated Mac", SIMULATOR, others, facts));
  }
  if (built.length > 0) {
    runs.push({
      name: "what was built",
      args: [...PERMISSIONS, ...built],
      env: {},
    });
  }
  return { targets: runs.length > 0 ? ["macos", "linux"] : [], runs };
}

/** A run of the native tests over one library. */
export function runOver(
  name: string,
  library: string,
  tests: readonly string[],
  { out, machine }: Pick<NativeFacts, "out" | "machine">,
): NativeRun {
  const folder = folderOfTarget("linux", machine);
  return {
    name,
    args: [...PERMISSIONS, "--allow-ffi", ...tests],
    env: {
      METALGUARD_FFI_LIBRARY: `${out}/${folder}/${library}`,
      METAL_GUARD_DYLIB: `${out}/${DYLIB}`,
    },
  };
}

/** What of `folder` is asked for: all of it, some files of it, or nothing. */
function below(folder: string, paths: readonly string[]): string[] {
  return isAsked(folder, paths)
    ? [folder]
    : paths.filter((path) => path.startsWith(`${folder}/`));
}

function isAsked(path: string, asked: readonly string[]): boolean {
  return asked.length === 0 ||
    asked.some((one) => path === one || path.startsWith(`${one}/`));
}

/** Whether a path needs a native library. */
export function isNative(path: string): boolean {
  return NATIVE_PLACES.some((place) =>
    path === place || path.startsWith(`${place}/`)
  );
}
