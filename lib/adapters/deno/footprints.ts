import { MIB } from "../../core/bytes.ts";
import { type Observed, unknown } from "../../core/observed.ts";
import { parsePssTotal } from "../../parse/smaps_rollup.ts";
import type { ChildProcesses } from "../../ports/child_process.ts";
import type { Footprints } from "../../ports/footprints.ts";

/** A look is 2 to 3 ms; one that takes a second is stuck behind a process in the driver. */
const TIMEOUT_MS = 2_000;

/**
 * Memory of processes, on Linux out of `/proc` by `/bin/cat`: Deno opens nothing there for a program that may not do
 * everything. Elsewhere it is unknown here.
 *
 * @param children How `/bin/cat` is started.
 * @param platform As Deno names it.
 */
export function createDenoFootprints(
  children: ChildProcesses,
  platform: string = Deno.build.os,
): Footprints {
  if (platform !== "linux") {
    const because = `the memory of processes is not read on ${platform}`;
    return { read: () => Promise.resolve(unknown(because)) };
  }
  return { read: (pids) => readLinux(children, pids) };
}

async function readLinux(
  children: ChildProcesses,
  pids: readonly number[],
): Promise<Observed<number>> {
  try {
    const { stdout, stderr, timedOut } = await children.capture("/bin/cat", {
      args: pids.map((pid) => `/proc/${pid}/smaps_rollup`),
      env: { LC_ALL: "C" },
      timeoutMs: TIMEOUT_MS,
      maxBytes: MIB,
    });
    if (timedOut) return unknown(`/bin/cat gave no answer in ${TIMEOUT_MS} ms`);
    // A process that has ended is no error; one of another user would be counted as nothing.
    return /permission denied/i.test(stderr)
      ? unknown("a process of another user does not show its memory")
      : parsePssTotal(stdout);
  } catch (error) {
    return unknown(error instanceof Error ? error.message : String(error));
  }
}
