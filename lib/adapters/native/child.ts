import type { MetalReading } from "../../core/machine_reading.ts";
import { type Observed, unknown } from "../../core/observed.ts";
import type { ChildProcesses } from "../../ports/child_process.ts";
import type { MetalProbe } from "../../ports/metal_probe.ts";
import type { SelfProgram } from "../../ports/own_process.ts";
import {
  type ChildTask,
  decodeMetalAnswer,
  decodeTrialAnswer,
} from "./child_answer.ts";

/** The word by which this program knows that it is its own child (`lib/compose.ts` has it too, without our weight). */
const CHILD_WORD = "__native";

/** How a question is asked in a process of its own. */
export interface NativeChildPorts {
  /** How programs are started. */
  readonly children: ChildProcesses;
  /** How we are started again. */
  readonly self: SelfProgram;
}

/** A trial takes some 50 ms, most of it Deno's start. */
const TRIAL_TIMEOUT_MS = 5_000;

/**
 * Asks the dylib every question once in a process of its own, so that a library which crashes or hangs on this system
 * takes nobody along.
 *
 * @param path The dylib.
 * @returns `true`, or why it must not be used here.
 */
export async function tryNativeLibrary(
  ports: NativeChildPorts,
  path: string,
): Promise<Observed<true>> {
  const answer = await askChild(ports, ["trial", path], TRIAL_TIMEOUT_MS);
  return answer.kind === "unknown" ? answer : decodeTrialAnswer(answer.value);
}

/**
 * Metal, asked in a process of its own: a call that hangs in the driver cannot be ended, but left.
 *
 * @param path The dylib; `undefined` where there is none.
 */
export function createMetalChild(
  ports: NativeChildPorts,
  path: string | undefined,
): MetalProbe {
  return {
    async readMetal(timeoutMs): Promise<Observed<MetalReading>> {
      if (path === undefined) {
        return unknown("Metal is asked through the dylib, and there is none");
      }
      const answer = await askChild(ports, ["metal", path], timeoutMs);
      return answer.kind === "unknown"
        ? answer
        : decodeMetalAnswer(answer.value);
    },
  };
}

async function askChild(
  ports: NativeChildPorts,
  [task, path]: readonly [ChildTask, string],
  timeoutMs: number,
): Promise<Observed<string>> {
  if (ports.self === undefined) {
    return unknown("it is not known how this program is started again");
  }
  const [program, ...args] = ports.self;
  try {
    const output = await ports.children.capture(program, {
      args: [...args, CHILD_WORD, task, path],
      env: { NO_COLOR: "1" },
      timeoutMs,
    });
    if (output.timedOut) {
      return unknown(`its ${task} gave no answer in ${timeoutMs} ms`);
    }
    return output.exitCode === 0
      ? { kind: "known", value: output.stdout }
      : unknown(
        output.signal === null
          ? `its ${task} ended with ${output.exitCode}`
          : `its ${task} crashed: ${output.signal}`,
      );
  } catch (error) {
    return unknown(error instanceof Error ? error.message : String(error));
  }
}
