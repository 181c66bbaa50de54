import { MIB } from "../../core/bytes.ts";
import { known, type Observed, unknown } from "../../core/observed.ts";
import { plainText } from "../../core/plain_text.ts";
import type { ChildProcesses } from "../../ports/child_process.ts";

/** The system's own programs, each by its absolute path: PATH is somebody else's. */
export interface SystemTools {
  /** Shows the IORegistry. */
  readonly ioreg: string;
  /** Shows kernel variables. */
  readonly sysctl: string;
  /** Counts pages. */
  readonly vmStat: string;
  /** Lists kernel extensions. */
  readonly kextstat: string;
}

/** Where macOS has them. */
export const MAC_TOOLS: SystemTools = {
  ioreg: "/usr/sbin/ioreg",
  sysctl: "/usr/sbin/sysctl",
  vmStat: "/usr/bin/vm_stat",
  kextstat: "/usr/sbin/kextstat",
};

/** A machine in trouble answers late; a status that waits longer is no help. */
export const TOOL_TIMEOUT_MS = 3_000;

/** Which program, and what is asked of it. */
export interface ToolQuestion {
  /** Absolute path. */
  readonly program: string;
  /** Its arguments. */
  readonly args: readonly string[];
  /** @default 3 s */
  readonly timeoutMs?: number;
}

/**
 * What a program printed. Never throws: one that is missing, hangs, fails or prints without end is `unknown`.
 *
 * @param isPartial Whether an exit code other than 0 still leaves an answer, as `sysctl` has when one name is missing.
 */
export async function runTool(
  children: ChildProcesses,
  question: ToolQuestion,
  isPartial = false,
): Promise<Observed<string>> {
  const { program, args } = question;
  const timeoutMs = question.timeoutMs ?? TOOL_TIMEOUT_MS;
  const maxBytes = 8 * MIB;
  try {
    const output = await children.capture(program, {
      args,
      env: { LC_ALL: "C" },
      timeoutMs,
      maxBytes,
    });
    if (output.timedOut) {
      return unknown(`${program} gave no answer in ${timeoutMs} ms`);
    }
    const hasAnswer = output.exitCode === 0 ||
      (isPartial && output.stdout !== "");
    if (!hasAnswer) {
      const words = plainText(output.stderr.split("\n", 1)[0] ?? "", 120);
      return unknown(
        `${program} ended with ${output.exitCode}${
          words === "" ? "" : `: ${words}`
        }`,
      );
    }
    return output.stdout.length >= maxBytes
      ? unknown(`${program} printed more than ${maxBytes} bytes`)
      : known(output.stdout);
  } catch (error) {
    return unknown(error instanceof Error ? error.message : String(error));
  }
}
