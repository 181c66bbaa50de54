/**
 * Runs the native tests over the simulated Mac with the address and undefined-behaviour sanitizers, after having shown
 * that they see a fault. The soak is left out: freed memory is kept on purpose here. Ends with `N passed, N failed`.
 *
 * @module
 */
import { buildFfi, OUT } from "./build_ffi.ts";
import { SIMULATOR } from "./build_ffi_plan.ts";
import { sanitizerLibrary } from "./build_ffi_tools.ts";
import { countTests, summarize } from "./junit.ts";
import { ASAN_TESTS } from "./native_runs.ts";
import { runDenoTest } from "./native_test_run.ts";
import { projectRoot } from "./source_tree.ts";

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
  const isReady = Deno.build.os === "linux" &&
    await buildFfi(["linux-asan"], { root, out, say });
  if (!isReady) {
    say("The sanitizers cannot start; they need Linux.");
    say("0 passed, 1 failed");
    return 1;
  }
  const env = {
    METALGUARD_FFI_LIBRARY: `${out}/linux-asan/${SIMULATOR}`,
    LD_PRELOAD: sanitizerLibrary(Deno.build.arch),
    // Deno itself ends with memory in hand; ours is counted by the tests.
    ASAN_OPTIONS: "detect_leaks=0",
    UBSAN_OPTIONS: "print_stacktrace=1:halt_on_error=1",
  };
  const runs = [
    runDenoTest([Deno.execPath()], [ASAN_TESTS], {
      METALGUARD_ASAN_ENV: JSON.stringify(env),
    }),
    runDenoTest([Deno.execPath()], TESTS, env),
  ];
  const count = countTests(runs.map(({ xml }) => xml).join("\n"));
  const result = summarize(count, runs.some(({ isGood }) => !isGood));
  say(result.line);
  return result.isGood ? 0 : 1;
}

if (import.meta.main) void main().then((code) => Deno.exit(code));
