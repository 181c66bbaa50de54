import assert from "node:assert/strict";
import { isNative, planNativeRuns } from "../../scripts/native_runs.ts";
import { planRuns } from "../../scripts/test_runs.ts";

/** Names of the runs, and what each runs. */
function plan(asked: readonly string[], platform = "linux"): string[] {
  return planNativeRuns(asked, {
    platform,
    machine: "x86_64",
    out: "/out",
    isThere: () => true,
  }).runs.map(({ name, args }) =>
    `${name}: ${args.filter((arg) => !arg.startsWith("--")).join(" ")}`
  );
}

Deno.test("planNativeRuns() runs the same tests over the simulated Mac and over the shipped slice", () => {
  // Kills: a dylib that no test has ever run; a test that runs over one of the two only.
  assert.deepEqual(plan([]), [
    "the simulated Mac: tests/native",
    "the shipped x86_64 slice: tests/native",
    "over the simulated Mac: tests/contract/diagnose_test.ts tests/scripts/evidence/simulated_test.ts",
    "what was built: tests/native_build",
  ]);
  assert.deepEqual(plan(["./tests/"]), plan([]));
  const { runs, targets } = planNativeRuns([], {
    platform: "linux",
    machine: "aarch64",
    out: "/out",
    isThere: () => true,
  });
  assert.deepEqual(targets, ["macos", "linux"]);
  assert.deepEqual(runs.map(({ env }) => env), [
    {
      METALGUARD_FFI_LIBRARY: "/out/linux-aarch64/libmetalguard-sim.so",
      METAL_GUARD_DYLIB: "/out/libmetalguard.dylib",
    },
    {
      METALGUARD_FFI_LIBRARY: "/out/linux-aarch64/libmetalguard-host.so",
      METAL_GUARD_DYLIB: "/out/libmetalguard.dylib",
    },
    {
      METALGUARD_FFI_LIBRARY: "/out/linux-aarch64/libmetalguard-sim.so",
      METAL_GUARD_DYLIB: "/out/libmetalguard.dylib",
    },
    {},
  ]);
});

Deno.test("planNativeRuns() runs what is asked for, and builds nothing for others", () => {
  // Kills: a compiler that is installed for a test of a policy.
  assert.deepEqual(plan(["tests/native/scenes_test.ts"]), [
    "the simulated Mac: tests/native/scenes_test.ts",
    "the shipped x86_64 slice: tests/native/scenes_test.ts",
  ]);
  assert.deepEqual(plan(["tests/core", "tests/native_build"]), [
    "what was built: tests/native_build",
  ]);
  const none = planNativeRuns(["tests/core"], {
    platform: "linux",
    machine: "x86_64",
    out: "/out",
    isThere: () => true,
  });
  assert.deepEqual(none, { targets: [], runs: [] });
  const elsewhere = planNativeRuns([], {
    platform: "linux",
    machine: "x86_64",
    out: "/out",
    isThere: () => false,
  });
  assert.deepEqual(elsewhere, { targets: [], runs: [] });
});

Deno.test("planNativeRuns() looks at the dylib alone on a Mac", () => {
  // Kills: a simulated Mac on a real one, where it does not build.
  assert.deepEqual(plan([], "darwin"), [
    "what was built: tests/native_build/dylib_test.ts",
  ]);
});

Deno.test("no native test runs among the others", () => {
  // Kills: tests without their library and permission.
  assert.equal(isNative("tests/native"), true);
  assert.equal(isNative("tests/native_build/pins_test.ts"), true);
  assert.equal(isNative("tests/natives_test.ts"), false);
  const [all = []] = planRuns([], () => true);
  const ignored = all.find((arg) => arg.startsWith("--ignore=")) ?? "";
  assert.match(ignored, /[=,]tests\/native(?:,|$)/);
  assert.match(ignored, /[=,]tests\/native_build(?:,|$)/);
  assert.deepEqual(planRuns(["tests/native/scenes_test.ts"], () => true), []);
});
