/** Version of Deno for arm64 Linux, the newest that npm has. */
const DENO_ARM64 = "2.9.5";
/** The file that says that everything is there. */
const READY = "ready";

/** One program to run in a folder of the tree. */
export interface FetchStep {
  /** Folder below the tree. */
  readonly folder: string;
  /** The program and its arguments. */
  readonly command: readonly string[];
}

/** Where a tree of arm64 programs is, and how one runs them. */
export interface Arm64Tree {
  /** Libraries and headers of Debian for arm64. */
  readonly sysroot: string;
  /** What starts Deno there: the emulator with its arguments, then Deno. */
  readonly deno: readonly string[];
}

/** The tree in a folder. */
export function arm64Tree(folder: string): Arm64Tree {
  const sysroot = `${folder}/sysroot`;
  return {
    sysroot,
    deno: [
      `${folder}/qemu/usr/bin/qemu-aarch64-static`,
      "-L",
      sysroot,
      `${folder}/deno/package/deno`,
    ],
  };
}

/**
 * What fetches a tree: packages of Debian from the machine's own sources, asked for another architecture and unpacked
 * without being installed; the emulator; Deno from npm.
 *
 * @param folder Absolute path of the tree.
 * @param packages Names of the files in `apt/archives`, once the first steps have run.
 */
export function planFetch(
  folder: string,
  packages: () => readonly string[],
): readonly (() => readonly FetchStep[])[] {
  const state = `${folder}/apt`;
  const options = [
    "-qq",
    "-o",
    "APT::Sandbox::User=root",
  ];
  const foreign = [
    ...options,
    ...[
      "APT::Architecture=arm64",
      "APT::Architectures=arm64",
      "APT::Install-Recommends=false",
      `Dir::State=${state}`,
      `Dir::State::status=${state}/status`,
      `Dir::Cache=${state}`,
    ].flatMap((option) => ["-o", option]),
  ];
  const archives = "apt/archives";
  return [
    (): readonly FetchStep[] => [
      { folder: archives, command: ["apt-get", ...foreign, "update"] },
      {
        folder: archives,
        command: [
          "apt-get",
          ...foreign,
          "install",
          "-y",
          "--download-only",
          "libgnustep-base1.28",
          "libobjc-12-dev",
          "libc6-dev",
        ],
      },
      // Alone: the build tools that it depends on are not needed.
      {
        folder: archives,
        command: ["apt-get", ...foreign, "download", "libgnustep-base-dev"],
      },
      {
        folder: "qemu",
        command: ["apt-get", ...options, "download", "qemu-user-static"],
      },
      {
        folder: "deno",
        command: [
          "npm",
          "pack",
          "--silent",
          `@deno/linux-arm64-glibc@${DENO_ARM64}`,
        ],
      },
      {
        folder: "deno",
        command: ["tar", "xzf", `deno-linux-arm64-glibc-${DENO_ARM64}.tgz`],
      },
    ],
    (): readonly FetchStep[] =>
      packages().map((name) => ({
        folder: archives,
        command: name.startsWith("qemu-user-static")
          ? ["dpkg", "-x", `../../qemu/${name}`, `${folder}/qemu`]
          : ["dpkg", "-x", name, `${folder}/sysroot`],
      })),
  ];
}

/**
 * Makes a tree, unless it is there.
 *
 * @param folder Absolute path; about 430 MB.
 * @param say Where to say what is done.
 * @returns Whether it is there now; what failed was said.
 */
export function fetchArm64(
  folder: string,
  say: (line: string) => void,
): boolean {
  const folders = [
    "apt/lists/partial",
    "apt/archives/partial",
    "sysroot",
    "qemu",
    "deno",
  ];
  if (readText(`${folder}/${READY}`) === DENO_ARM64) return true;
  say(`fetching arm64 programs to ${folder}`);
  for (const one of folders) {
    Deno.mkdirSync(`${folder}/${one}`, { recursive: true });
  }
  Deno.writeTextFileSync(`${folder}/apt/status`, "");
  function packages(): string[] {
    return ["apt/archives", "qemu"].flatMap((one) =>
      [...Deno.readDirSync(`${folder}/${one}`)].map(({ name }) => name)
    ).filter((name) => name.endsWith(".deb"));
  }
  for (const part of planFetch(folder, packages)) {
    for (const step of part()) {
      if (runStep(folder, step)) continue;
      say(`$ cd ${folder}/${step.folder} && ${step.command.join(" ")}`);
      say("This needs Debian 12 on x86_64 with dpkg, apt-get, tar and npm.");
      return false;
    }
  }
  Deno.writeTextFileSync(`${folder}/${READY}`, DENO_ARM64);
  return true;
}

function runStep(root: string, { folder, command }: FetchStep): boolean {
  const [program = "", ...args] = command;
  try {
    return new Deno.Command(program, {
      args,
      cwd: `${root}/${folder}`,
      stdin: "null",
      stdout: "null",
      stderr: "inherit",
    }).outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function readText(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
