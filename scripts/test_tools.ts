/** A program that tests start, and the Debian package that holds it. */
export interface Tool {
  /** Its name on PATH. */
  readonly program: string;
  /** Its package. */
  readonly debianPackage: string;
  /** A Python module to look for, in place of the program on PATH. */
  readonly module?: string;
  /** Platforms of `Deno.build.os` on which tests start it. */
  readonly platforms: readonly string[];
}

const TOOLS: readonly Tool[] = [
  { program: "bash", debianPackage: "bash", platforms: ["linux", "darwin"] },
  {
    program: "setpriv",
    debianPackage: "util-linux",
    platforms: ["linux"],
  },
  {
    program: "shellcheck",
    debianPackage: "shellcheck",
    platforms: ["linux", "darwin"],
  },
  { program: "zsh", debianPackage: "zsh", platforms: ["linux", "darwin"] },
  { program: "fish", debianPackage: "fish", platforms: ["linux", "darwin"] },
  {
    program: "python3",
    debianPackage: "python3",
    platforms: ["linux", "darwin"],
  },
  {
    program: "python3 -m venv",
    module: "ensurepip",
    debianPackage: "python3-venv",
    platforms: ["linux"],
  },
  {
    program: "plistutil",
    debianPackage: "libplist-utils",
    platforms: ["linux"],
  },
  { program: "tmux", debianPackage: "tmux", platforms: ["linux", "darwin"] },
  { program: "curl", debianPackage: "curl", platforms: ["linux", "darwin"] },
  { program: "ps", debianPackage: "procps", platforms: ["linux"] },
  { program: "cc", debianPackage: "gcc", platforms: ["linux"] },
  { program: "git", debianPackage: "git", platforms: ["linux", "darwin"] },
  { program: "shasum", debianPackage: "perl", platforms: ["linux", "darwin"] },
];

/** What `deno task test:fleet` starts, beside the program itself. */
export const FLEET_TOOLS: readonly Tool[] = [
  {
    program: "prometheus",
    debianPackage: "prometheus",
    platforms: ["linux", "darwin"],
  },
  {
    program: "promtool",
    debianPackage: "prometheus",
    // Homebrew's prometheus brings it along.
    platforms: ["linux"],
  },
  {
    program: "prometheus-node-exporter",
    debianPackage: "prometheus-node-exporter",
    platforms: ["linux"],
  },
  {
    program: "node_exporter",
    debianPackage: "prometheus-node-exporter",
    platforms: ["darwin"],
  },
];

/** What has to be done before the tests can run. */
export type ToolPlan =
  | { readonly kind: "ready" }
  | {
    readonly kind: "install";
    /** Commands to run in order, each with its arguments. */
    readonly commands: readonly (readonly string[])[];
  }
  | {
    readonly kind: "ask";
    /** What a person has to type. */
    readonly line: string;
    /** Programs that are missing. */
    readonly missing: readonly string[];
  };

/** What {@linkcode planTools} has to know of the machine. */
export interface ToolFacts {
  /** As `Deno.build.os`. */
  readonly platform: string;
  /** Whether we are root. */
  readonly isRoot: boolean;
  /** Whether a program is on PATH. */
  readonly has: (program: string) => boolean;
  /** Whether `python3` can import a module. */
  readonly hasModule: (module: string) => boolean;
}

/**
 * Decides how the programs that tests start get onto this machine. Only root on Debian installs by itself; everybody
 * else is told the line to type.
 *
 * @param tools What is needed. @default what the usual tests start
 */
export function planTools(
  facts: ToolFacts,
  tools: readonly Tool[] = TOOLS,
): ToolPlan {
  const missing = tools.filter((tool) =>
    tool.platforms.includes(facts.platform) &&
    !(tool.module === undefined
      ? facts.has(tool.program)
      : facts.hasModule(tool.module))
  );
  if (missing.length === 0) return { kind: "ready" };
  const programs = missing.map((tool) => tool.program);
  if (facts.platform === "darwin") {
    const line = `brew install ${programs.join(" ")}`;
    return { kind: "ask", line, missing: programs };
  }
  const packages = [
    ...new Set(missing.map((tool) => tool.debianPackage)),
  ];
  if (!facts.has("apt-get")) {
    const line = `install ${
      packages.join(" ")
    } with your system's package manager`;
    return { kind: "ask", line, missing: programs };
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
  return { kind: "ask", line, missing: programs };
}

/**
 * Whether a program is in one of the folders of `path`.
 *
 * @param program Its name.
 * @param path Folders with colons, as in `PATH`.
 */
export function isOnPath(program: string, path: string): boolean {
  return path.split(":").some((folder) => {
    try {
      const stat = Deno.statSync(`${folder === "" ? "." : folder}/${program}`);
      return stat.isFile && ((stat.mode ?? 0) & 0o111) !== 0;
    } catch (error) {
      if (
        error instanceof Deno.errors.NotFound ||
        error instanceof Deno.errors.NotADirectory ||
        error instanceof Deno.errors.PermissionDenied
      ) return false;
      throw error;
    }
  });
}
