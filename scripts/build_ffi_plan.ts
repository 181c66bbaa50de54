/** What can be built of `ffi/`. */
export type Target =
  /** The dylib that ships: universal, ad-hoc signed. */
  | "macos"
  /** The simulated Mac, and the loader of the shipped slice, for this machine. */
  | "linux"
  /** The same for arm64, against a tree of Debian packages. */
  | "linux-arm64"
  /** The simulated Mac with the address and undefined-behaviour sanitizers. */
  | "linux-asan";

/** Every target. */
export const TARGETS: readonly Target[] = [
  "macos",
  "linux",
  "linux-arm64",
  "linux-asan",
];

/** One program to run in `ffi/`. */
export interface BuildStep {
  /** Its name, found on PATH. */
  readonly program: string;
  /** Its arguments. */
  readonly args: readonly string[];
}

/** How a target is built. */
export interface BuildPlan {
  /** Folders that have to be there. */
  readonly folders: readonly string[];
  /** What to run, in order. */
  readonly steps: readonly BuildStep[];
  /** What is there in the end. */
  readonly outputs: readonly string[];
}

/** What a plan has to know. */
export interface BuildFacts {
  /** As `Deno.build.os`: what builds. */
  readonly platform: string;
  /** As `Deno.build.arch`: what builds. */
  readonly machine: string;
  /** Absolute path of the folder for what is built. */
  readonly out: string;
  /** Where GCC keeps Objective-C's headers; Linux. */
  readonly gccInclude: string;
  /** The arm64 tree; for `linux-arm64`. */
  readonly sysroot: string;
}

/** Version of the LLVM packages. */
export const LLVM = "19";
/** The oldest macOS that the dylib runs on. */
export const MINIMUM_MACOS = "12.0";
/** File name of the dylib; linked under this name, for it becomes the signature's identifier. */
export const DYLIB = "libmetalguard.dylib";
/** File name of the simulated Mac. */
export const SIMULATOR = "libmetalguard-sim.so";
/** File name of the loader that runs the shipped slice. */
export const LOADER = "libmetalguard-host.so";

const SOURCE = "src/metal_guard.m";
const SIMULATED = [
  "sim_machine.m",
  "sim_iokit.m",
  "sim_metal.m",
  "sim_system.m",
]
  .map((name) => `sim/${name}`);
const STRICT = [
  "-Wall",
  "-Wextra",
  "-Werror",
  "-O2",
  "-fvisibility=hidden",
  "-fno-objc-arc",
];
const FRAMEWORKS = ["CoreFoundation", "Foundation", "IOKit", "Metal"];
const STUBS = ["CoreFoundation", "Foundation", "IOKit", "Metal", "libSystem"]
  .concat("libobjc").map((name) => `stubs/tbd/${name}.tbd`);

/** Plans a build. */
export function planBuild(target: Target, facts: BuildFacts): BuildPlan {
  if (target === "macos") {
    return facts.platform === "darwin" ? planOnMac(facts) : planForMac(facts);
  }
  return planLinux(target, facts);
}

/** Where a target's files are below the folder for what is built. */
export function folderOfTarget(target: Target, machine: string): string {
  switch (target) {
    case "macos":
      return "";
    case "linux":
      return `linux-${machine}`;
    case "linux-arm64":
      return "linux-aarch64";
    case "linux-asan":
      return "linux-asan";
  }
}

/** Without Apple's SDK: our stub headers, and LLVM's linker, which signs. */
function planForMac({ out }: BuildFacts): BuildPlan {
  const slices = ["arm64", "x86_64"].map((arch) => {
    const folder = `${out}/macos-${arch}`;
    const object = `${folder}/metal_guard.o`;
    const slice = `${folder}/${DYLIB}`;
    const compile: BuildStep = {
      program: `clang-${LLVM}`,
      args: [
        "-target",
        `${arch}-apple-macos12`,
        "-nostdlibinc",
        "-isystem",
        "stubs/include",
        "-isystem",
        "stubs/darwin",
        ...STRICT,
        "-c",
        SOURCE,
        "-o",
        object,
      ],
    };
    const link: BuildStep = {
      program: `ld64.lld-${LLVM}`,
      args: [
        "-dylib",
        "-arch",
        arch,
        "-platform_version",
        "macos",
        MINIMUM_MACOS,
        "14.0",
        "-install_name",
        `@rpath/${DYLIB}`,
        "-current_version",
        "1",
        "-compatibility_version",
        "1",
        "-adhoc_codesign",
        "-no_fixup_chains",
        "-dead_strip",
        "-fatal_warnings",
        object,
        ...STUBS,
        "-o",
        slice,
      ],
    };
    return { folder, object, slice, steps: [compile, link] };
  });
  const join: BuildStep = {
    program: `llvm-lipo-${LLVM}`,
    args: [
      "-create",
      ...slices.map(({ slice }) => slice),
      "-output",
      `${out}/${DYLIB}`,
    ],
  };
  return {
    folders: slices.map(({ folder }) => folder),
    steps: [...slices.flatMap(({ steps }) => steps), join],
    outputs: [`${out}/${DYLIB}`, ...slices.map(({ object }) => object)],
  };
}

/** With the Xcode command-line tools. */
function planOnMac({ out }: BuildFacts): BuildPlan {
  const dylib = `${out}/${DYLIB}`;
  const build: BuildStep = {
    program: "xcrun",
    args: [
      "clang",
      "-arch",
      "arm64",
      "-arch",
      "x86_64",
      `-mmacosx-version-min=${MINIMUM_MACOS}`,
      ...STRICT,
      "-dynamiclib",
      "-install_name",
      `@rpath/${DYLIB}`,
      "-current_version",
      "1",
      "-compatibility_version",
      "1",
      "-Wl,-dead_strip",
      ...FRAMEWORKS.flatMap((name) => ["-framework", name]),
      SOURCE,
      "-o",
      dylib,
    ],
  };
  const sign: BuildStep = {
    program: "codesign",
    args: ["--force", "--sign", "-", "--identifier", DYLIB, dylib],
  };
  return { folders: [out], steps: [build, sign], outputs: [dylib] };
}

/** Against GNUstep. `-z nodelete`: Objective-C classes cannot be unloaded. */
function planLinux(target: Target, facts: BuildFacts): BuildPlan {
  const isArm = target === "linux-arm64";
  const folder = `${facts.out}/${folderOfTarget(target, facts.machine)}`;
  const include = `${isArm ? facts.sysroot : ""}/usr/include/GNUstep`;
  const gccInclude = isArm
    ? `${facts.sysroot}/usr/lib/gcc/aarch64-linux-gnu/12/include`
    : facts.gccInclude;
  const cross = isArm
    ? ["--target=aarch64-linux-gnu", `--sysroot=${facts.sysroot}`]
    : [];
  const sanitize = target === "linux-asan"
    ? [
      "-fsanitize=address,undefined",
      "-fno-sanitize-recover=undefined",
      "-shared-libsan",
      "-fno-omit-frame-pointer",
    ]
    : [];
  const start = `${folder}/sim_start.o`;
  const compileStart: BuildStep = {
    program: `clang-${LLVM}`,
    args: [
      ...cross,
      "-fPIC",
      ...STRICT,
      ...sanitize,
      "-c",
      "sim/sim_start.c",
      "-o",
      start,
    ],
  };
  function link(sources: readonly string[], name: string): BuildStep {
    return {
      program: `clang-${LLVM}`,
      args: [
        ...cross,
        "-shared",
        "-fPIC",
        ...STRICT,
        ...sanitize,
        "-g",
        "-fobjc-runtime=gcc",
        "-fobjc-exceptions",
        "-fexceptions",
        "-fconstant-string-class=NSConstantString",
        "-fno-strict-aliasing",
        "-D_NATIVE_OBJC_EXCEPTIONS",
        "-isystem",
        "stubs/include",
        "-isystem",
        include,
        "-idirafter",
        gccInclude,
        "-fuse-ld=lld",
        "-Wl,-Bsymbolic",
        // The sanitizers' own functions are in the library that is preloaded.
        ...(sanitize.length > 0 ? [] : ["-Wl,-z,defs"]),
        "-Wl,-z,nodelete",
        "-Wno-incompatible-library-redeclaration",
        "-Wno-deprecated-non-prototype",
        ...sources,
        ...SIMULATED,
        start,
        "-o",
        `${folder}/${name}`,
        "-lgnustep-base",
        "-lobjc",
        "-lpthread",
      ],
    };
  }
  const steps = [compileStart, link([SOURCE], SIMULATOR)];
  const outputs = [`${folder}/${SIMULATOR}`];
  if (target !== "linux-asan") {
    steps.push(link(["sim/macho_host.m"], LOADER));
    outputs.push(`${folder}/${LOADER}`);
  }
  return { folders: [folder], steps, outputs };
}
