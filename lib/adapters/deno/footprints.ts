import { MIB } from "../../core/bytes.ts";
import { type Observed, unknown } from "../../core/observed.ts";
import { parseResidentTotal } from "../../parse/ps_output.ts";
import { parsePssTotal } from "../../parse/smaps_rollup.ts";
import type { ChildProcesses } from "../../ports/child_process.ts";
import type { Footprints } from "../../ports/footprints.ts";
import type { HangMark } from "../../ports/own_process.ts";
import { createProcFootprints } from "./footprints_proc.ts";
import { openKernelFiles } from "./libc.ts";

/** A look is 2 to 10 ms; one that takes seconds is stuck behind a process in the driver. */
const TIMEOUT_MS = 2_000;
/** Starting `/bin/cat` and reading it takes 3 to 5 ms of a core. */
const CAT_SHORTEST_MS = 250;
/** Starting `/bin/ps`, which looks at every process, takes up to 10 ms of a core. */
const PS_SHORTEST_MS = 500;

/**
 * Memory of processes without the dylib: on Linux out of `/proc`, on macOS by `/bin/ps`.
 *
 * @param children How `/bin/cat` and `/bin/ps` are started.
 * @param options `hang` is set when a reading never ends.
 */
export function createDenoFootprints(
  children: ChildProcesses,
  options: { readonly hang?: HangMark | undefined } = {},
): Footprints {
  switch (Deno.build.os) {
    case "linux": {
      const files = openKernelFiles(options.hang);
      return files === undefined
        ? createCatFootprints(children)
        : createProcFootprints(files, () => performance.now());
    }
    case "darwin":
      return createPsFootprints(children);
    default:
      return createUnknownFootprints(Deno.build.os);
  }
}

/**
 * Memory of processes on Linux by `/bin/cat`, for programs that may not call foreign functions.
 *
 * @param children How it is started.
 */
export function createCatFootprints(children: ChildProcesses): Footprints {
  return {
    source: "cat",
    shortestMs: CAT_SHORTEST_MS,
    read: (pids) =>
      ask(children, {
        program: "/bin/cat",
        args: [...new Set(pids)].map((pid) => `/proc/${pid}/smaps_rollup`),
        parse: (stdout, stderr) =>
          // A process that has ended is no error; one of another user would be counted as nothing.
          /permission denied/i.test(stderr)
            ? unknown("a process of another user does not show its memory")
            : parsePssTotal(stdout),
      }),
  };
}

/**
 * Memory of processes by `/bin/ps`, for a Mac without the dylib. It knows what is resident: GPU memory and compressed pages
 * are not in it.
 *
 * @param children How it is started.
 */
export function createPsFootprints(children: ChildProcesses): Footprints {
  return {
    source: "ps",
    shortestMs: PS_SHORTEST_MS,
    read: (pids) =>
      pids.length === 0
        ? Promise.resolve(unknown("no process is named"))
        : ask(children, {
          program: "/bin/ps",
          args: ["-o", "pid=,rss=", "-p", [...new Set(pids)].join(",")],
          parse: (stdout) => parseResidentTotal(stdout, pids),
        }),
  };
}

/**
 * Says honestly that nothing is known.
 *
 * @param platform As Deno names it.
 */
export function createUnknownFootprints(platform: string): Footprints {
  const because = `the memory of processes is not read on ${platform}`;
  return { source: "none", read: () => Promise.resolve(unknown(because)) };
}

async function ask(
  children: ChildProcesses,
  { program, args, parse }: {
    readonly program: string;
    readonly args: readonly string[];
    readonly parse: (stdout: string, stderr: string) => Observed<number>;
  },
): Promise<Observed<number>> {
  try {
    const { stdout, stderr, timedOut } = await children.capture(program, {
      args,
      env: { LC_ALL: "C" },
      timeoutMs: TIMEOUT_MS,
      maxBytes: MIB,
    });
    return timedOut
      ? unknown(`${program} gave no answer in ${TIMEOUT_MS} ms`)
      : parse(stdout, stderr);
  } catch (error) {
    return unknown(error instanceof Error ? error.message : String(error));
  }
}
