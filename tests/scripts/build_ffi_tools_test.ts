import assert from "node:assert/strict";
import { planBuild, type Target } from "../../scripts/build_ffi_plan.ts";
import { planFfiTools } from "../../scripts/build_ffi_tools.ts";

const HEADER = "/usr/include/GNUstep/Foundation/Foundation.h";
const ALL = ["clang-19", "ld64.lld-19", "llvm-lipo-19", "gcc", HEADER];

function plan(
  targets: readonly Target[],
  { platform = "linux", isRoot = false, here = ["apt-get"] }: {
    readonly platform?: string;
    readonly isRoot?: boolean;
    readonly here?: readonly string[];
  },
): ReturnType<typeof planFfiTools> {
  return planFfiTools(targets, {
    platform,
    machine: "x86_64",
    isRoot,
    has: (what) => here.includes(what),
  });
}

Deno.test("planFfiTools() asks for what the targets need and no more", () => {
  // Kills: 400 MB of packages for a machine that has them; sanitizers for a plain build.
  assert.deepEqual(plan(["macos", "linux"], { here: ALL }), { kind: "ready" });
  assert.deepEqual(plan(["macos"], { here: ALL.slice(0, 3) }), {
    kind: "ready",
  });
  assert.equal(plan(["linux-asan"], { here: ALL }).kind, "ask");
});

Deno.test("planFfiTools() installs for root on Debian, and tells everybody else the line", () => {
  // Kills: sudo behind somebody's back; a line that does not work when it is pasted.
  const packages = [
    "clang-19",
    "lld-19",
    "llvm-19",
    "libgnustep-base-dev",
    "gcc",
  ];
  const install = ["apt-get", "install", "-y", "--no-install-recommends"];
  assert.deepEqual(plan(["macos", "linux"], { isRoot: true }), {
    kind: "install",
    commands: [["apt-get", "update"], [...install, ...packages]],
  });
  assert.partialDeepStrictEqual(plan(["macos", "linux"], {}), {
    kind: "ask",
    line: `sudo apt-get update && sudo ${[...install, ...packages].join(" ")}`,
  });
  assert.partialDeepStrictEqual(plan(["macos"], { isRoot: true, here: [] }), {
    kind: "ask",
    line:
      "install clang-19 lld-19 llvm-19 of Debian 12, or their like, with your system's package manager",
  });
  assert.deepEqual(plan(["macos"], { platform: "darwin", isRoot: true }), {
    kind: "ask",
    line: "xcode-select --install",
    missing: ["xcrun", "codesign"],
  });
});

Deno.test("planBuild() uses Xcode's tools on a Mac and signs under the dylib's name", () => {
  // Kills: two ways to build that give two identifiers, so that a check of one refuses the other.
  const { steps, outputs } = planBuild("macos", {
    platform: "darwin",
    machine: "aarch64",
    out: "/out",
    gccInclude: "",
    sysroot: "",
  });
  assert.deepEqual(steps.map(({ program }) => program), ["xcrun", "codesign"]);
  const [compile, sign] = steps.map(({ args }) => args.join(" "));
  assert.match(compile ?? "", /-arch arm64 -arch x86_64/);
  assert.match(compile ?? "", /-install_name @rpath\/libmetalguard\.dylib/);
  assert.match(sign ?? "", /--identifier libmetalguard\.dylib/);
  assert.deepEqual(outputs, ["/out/libmetalguard.dylib"]);
});
