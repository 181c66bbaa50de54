import { MIB } from "../../core/bytes.ts";
import { known, type Observed, unknown } from "../../core/observed.ts";
import { tryParseProcStat } from "../../parse/proc_stat.ts";
import type { ChildProcesses } from "../../ports/child_process.ts";
import type { KernelFiles } from "./libc.ts";

/** One process and who it descends from. */
export interface ParentLine {
  /** The process. */
  readonly pid: number;
  /** Who started it, or took it over. */
  readonly parentPid: number;
}

/** Texts of `/proc`, however they are read. No method throws. */
export interface ProcText {
  /**
   * Reads files, and puts them one behind the other; what has vanished is left out.
   *
   * @param paths Below `/proc`.
   */
  readFiles(paths: readonly string[]): Promise<Observed<string>>;
  /** Every process with its parent. */
  readParents(): Promise<Observed<readonly ParentLine[]>>;
}

const TIMEOUT_MS = 5_000;
/** A command line may have 2 MiB; what is cut is its end. */
const MAX_BYTES = MIB / 4;

/**
 * `/proc` by `/bin/cat` and `/bin/ps`, for programs that may not call foreign functions: 2 to 3 ms a look.
 *
 * @param children How they are started.
 */
export function createCatProcText(children: ChildProcesses): ProcText {
  return new CatProcText(children);
}

class CatProcText implements ProcText {
  readonly #children: ChildProcesses;

  constructor(children: ChildProcesses) {
    this.#children = children;
  }

  readFiles(paths: readonly string[]): Promise<Observed<string>> {
    return this.#run("/bin/cat", paths);
  }

  async readParents(): Promise<Observed<readonly ParentLine[]>> {
    const listing = await this.#run("/bin/ps", ["-A", "-o", "pid=,ppid="]);
    if (listing.kind === "unknown") return listing;
    return known(
      listing.value.split("\n").flatMap((line) => {
        const match = /^ *(\d{1,10}) +(\d{1,10})$/.exec(line);
        return match === null
          ? []
          : [{ pid: Number(match[1]), parentPid: Number(match[2]) }];
      }),
    );
  }

  /** An exit code of 1 says that one of the files has vanished: the text shows which. */
  async #run(
    program: string,
    args: readonly string[],
  ): Promise<Observed<string>> {
    try {
      const { stdout, timedOut } = await this.#children.capture(program, {
        args,
        env: { LC_ALL: "C", TZ: "UTC" },
        timeoutMs: TIMEOUT_MS,
        maxBytes: MAX_BYTES,
      });
      return timedOut
        ? unknown(`${program} gave no answer in ${TIMEOUT_MS} ms`)
        : known(stdout);
    } catch (error) {
      return unknown(error instanceof Error ? error.message : String(error));
    }
  }
}

/**
 * `/proc` through the C library: 10 µs a file, and no program is started.
 *
 * @param files The C library's.
 */
export function createLibcProcText(files: KernelFiles): ProcText {
  return {
    async readFiles(paths): Promise<Observed<string>> {
      let text = "";
      for (const path of paths) {
        // The one file that the kernel reads out of the process itself, which may be stuck.
        text += path.endsWith("/cmdline")
          ? await files.read(path, MAX_BYTES) ?? ""
          : files.glance(path) ?? "";
      }
      return known(text);
    },
    readParents(): Promise<Observed<readonly ParentLine[]>> {
      const lines = files.list("/proc").flatMap((name) => {
        if (!/^\d{1,10}$/.test(name)) return [];
        const stat = tryParseProcStat(files.glance(`/proc/${name}/stat`) ?? "");
        return stat === undefined
          ? []
          : [{ pid: stat.pid, parentPid: stat.parentPid }];
      });
      return Promise.resolve(
        lines.length === 0 ? unknown("/proc shows no process") : known(lines),
      );
    },
  };
}
