import type { Target } from "./build_ffi_plan.ts";
import { LLVM } from "./build_ffi_plan.ts";
import type { ToolPlan } from "./test_tools.ts";

/** A file that a build needs, and the Debian package that holds it. */
interface Need {
  /** A program on PATH, or an absolute path. */
  readonly what: string;
  readonly debianPackage: string;
}

const CROSS: readonly Need[] = [
  { what: `clang-${LLVM}`, debianPackage: `clang-${LLVM}` },
  { what: `ld64.lld-${LLVM}`, debianPackage: `lld-${LLVM}` },
  { what: `llvm-lipo-${LLVM}`, debianPackage: `llvm-${LLVM}` },
];
const GNUSTEP: readonly Need[] = [
  {
    what: "/usr/include/GNUstep/Foundation/Foundation.h",
    debianPackage: "libgnustep-base-dev",
  },
  { what: "gcc", debianPackage: "gcc" },
];

/** What {@linkcode planFfiTools} has to know of the machine. */
export interface FfiToolFacts {
  /** As `Deno.build.os`. */
  readonly platform: string;
  /** As `Deno.build.arch`. */
  readonly machine: string;
  /** Whether we are root. */
  readonly isRoot: boolean;
  /** Whether a program is on PATH, or a file with an absolute path is there. */
  readonly has: (what: string) => boolean;
}

/** Decides how a build's tools get onto this machine: root on Debian installs, everybody else is told the line to type. */
export function planFfiTools(
  targets: readonly Target[],
  facts: FfiToolFacts,
): ToolPlan {
  if (facts.platform === "darwin") {
    const missing = ["xcrun", "codesign"].filter((name) => !facts.has(name));
    return missing.length === 0
      ? { kind: "ready" }
      : { kind: "ask", line: "xcode-select --install", missing };
  }
  const needs = [
    ...CROSS,
    ...(targets.some((one) => one !== "macos") ? GNUSTEP : []),
    ...(targets.includes("linux-asan") ? [sanitizers(facts.machine)] : []),
  ];
  const absent = needs.filter(({ what }) => !facts.has(what));
  if (absent.length === 0) return { kind: "ready" };
  const missing = absent.map(({ what }) => what);
  const packages = absent.map(({ debianPackage }) => debianPackage);
  if (!facts.has("apt-get")) {
    const line = `install ${
      packages.join(" ")
    } of Debian 12, or their like, with your system's package manager`;
    return { kind: "ask", line, missing };
  }
  const install = ["apt-get", "install", "-y", "--no-install-recommends"];
  if (facts.isRoot) {
    return {
      kind: "install",
      commands: [["apt-get", "update"], [...install, ...packages]],
    };
  }
  const line = `sudo apt-get update && sudo ${
    [...install, ...packages].join(" ")
  }`;
  return { kind: "ask", line, missing };
}

function sanitizers(machine: string): Need {
  return {
    what: sanitizerLibrary(machine),
    debianPackage: `libclang-rt-${LLVM}-dev`,
  };
}

/** The library of the address sanitizer, which has to be loaded before everything else. */
export function sanitizerLibrary(machine: string): string {
  return `/usr/lib/llvm-${LLVM}/lib/clang/${LLVM}/lib/linux/libclang_rt.asan-${machine}.so`;
}
