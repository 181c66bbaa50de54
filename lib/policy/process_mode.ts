/** What kind of program runs MLX; each has its own defaults. */
export type ProcessMode =
  | "subprocess_worker"
  | "server"
  | "notebook"
  | "cli"
  | "embedded";

/** What a program shows of itself. */
export interface ProcessContext {
  /** Its command line, the program first. */
  readonly argv: readonly string[];
  /** Text of `METALGUARD_SUBPROCESS_WORKER` in its environment. */
  readonly subprocessWorker?: string | undefined;
  /** Whether ipykernel is loaded in it. @default false */
  readonly hasIpykernel?: boolean;
}

const MLX_SERVERS = ["mlx_lm.server", "mlx.server"] as const;
const WEB_SERVERS = ["uvicorn", "gunicorn", "hypercorn", "fastapi"] as const;

/**
 * Tells what kind of program it is. The first rule that fits decides; a program that fits none is `embedded`.
 *
 * @param context Command line and environment.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { detectProcessMode } from "@metal-guard/core";
 *
 * assert.equal(detectProcessMode({ argv: ["python3", "-m", "mlx_lm.server"] }), "server");
 * ```
 */
export function detectProcessMode(context: ProcessContext): ProcessMode {
  const { argv } = context;
  const program = baseName(argv[0] ?? "").toLowerCase();
  if (context.subprocessWorker === "1") return "subprocess_worker";
  if (argv.some((arg) => MLX_SERVERS.some((name) => arg.includes(name)))) {
    return "server";
  }
  if (
    WEB_SERVERS.some((name) => program.includes(name) || argv.includes(name))
  ) return "server";
  if (
    context.hasIpykernel === true ||
    argv.some((arg) => arg.includes("ipykernel"))
  ) return "notebook";
  const isCli = program.includes("pytest") || argv.includes("pytest") ||
    program.endsWith(".py") || program.startsWith("python");
  return isCli ? "cli" : "embedded";
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
