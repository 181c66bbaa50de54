import type { Config } from "../config.ts";
import { FileError, MetalGuardError } from "../core/error.ts";
import { plainText, shellWord } from "../core/plain_text.ts";
import type {
  SafePythonDecision,
  SafePythonPolicy,
} from "../policy/safe_python.ts";
import type { ChildProcesses } from "../ports/child_process.ts";
import type { EnvReader } from "../ports/env.ts";
import type { FileStat, FileStore } from "../ports/file_store.ts";

/** What {@linkcode runSafePython} works with. */
export interface SafePythonDeps {
  /** Asks the panic gate: its exit status and what it has to say. A rejection is a broken gate. */
  checkGate(): Promise<{ readonly exitCode: number; readonly text: string }>;
  /** Starts python. */
  readonly children: ChildProcesses;
  /** The environment, for `PATH`. */
  readonly env: EnvReader;
  /** Which python, and whether the gate is asked at all. */
  readonly config: Pick<Config, "safePythonProgram" | "safePythonForced">;
  /** Looks at the files on `PATH`. */
  readonly files: FileStore;
  /** The decisions: `SAFE_PYTHON_POLICY`. */
  readonly policy: SafePythonPolicy;
  /** Path of the running program, which is never taken for a python. */
  readonly ownProgram?: string;
  /** Says something on standard error; the text has no line break at its end. */
  warn(text: string): void;
}

/** No python that can be started, as in a shell. */
const NO_PYTHON = 127;

/** Where `execvp` looks when there is no `PATH`. */
const DEFAULT_PATH = "/usr/bin:/bin";

/** How `scripts/mlx-safe-python` starts: taken for python3 it would only ask the gate once more. */
const SCRIPT_MARK = "#!/bin/bash\n# mlx-safe-python:";

/**
 * Starts python in our place unless the panic gate is closed. A broken gate fails open, with a warning.
 *
 * @param args Our own `--check` first, then python's arguments, which are passed on as they are.
 * @param deps What it works with.
 * @returns Python's own exit status (128 + signal) when it ran; 10 blocked; 127 no python. With `--check`, which runs
 *   nothing: 0 would run, 10 blocked, 11 would run because the gate is broken, 127 no python.
 */
export async function runSafePython(
  args: readonly string[],
  deps: SafePythonDeps,
): Promise<number> {
  const firstOfPython = args.findIndex((arg) => arg !== "--check");
  const ownCount = firstOfPython === -1 ? args.length : firstOfPython;
  const pythonArgs = args.slice(ownCount);

  const python = findPython(deps);
  if (python === undefined) {
    deps.warn(`safe-python: ${describeMissing(deps.config)}`);
    return NO_PYTHON;
  }
  const decision = deps.policy.decideWithoutGate(pythonArgs, {
    forced: deps.config.safePythonForced,
  }) ?? await askGate(deps);
  const warning = describeDecision(decision);
  if (warning !== undefined) deps.warn(`safe-python: ${warning}`);

  if (ownCount > 0 || decision.kind === "blocked") {
    return deps.policy.checkExitCode(decision);
  }
  try {
    const end = await deps.children.passThrough(python, {
      args: pythonArgs,
      env: decision.kind === "run-restricted" ? deps.policy.restrictedEnv : {},
    });
    return end.exitCode;
  } catch (error) {
    if (!(error instanceof MetalGuardError)) throw error;
    deps.warn(`safe-python: ${plainText(error.message)}`);
    return NO_PYTHON;
  }
}

async function askGate(deps: SafePythonDeps): Promise<SafePythonDecision> {
  let exitCode: number | undefined;
  let text: string;
  try {
    ({ exitCode, text } = await deps.checkGate());
  } catch (error) {
    // A gate that crashes is a broken gate, whatever it threw: this is the one place that must not pass it on.
    text = error instanceof Error
      ? plainText(error.message)
      : "The gate failed.";
  }
  const decision = deps.policy.decideByGate(exitCode);
  if (decision.kind !== "run" && text.trim() !== "") deps.warn(text.trimEnd());
  return decision;
}

function describeDecision(decision: SafePythonDecision): string | undefined {
  switch (decision.kind) {
    case "run":
      return undefined;
    case "blocked":
      return "blocked: the panic gate is closed, python was not started";
    case "run-restricted":
      return decision.because === "forced"
        ? "WARNING: MLX_SAFE_PYTHON_FORCE=1: the panic gate was not asked. GPU work may bring the next kernel panic."
        : "WARNING: the panic gate is broken and protects nothing. Python is not stopped; mend the gate before you use the GPU.";
  }
}

function describeMissing(config: SafePythonDeps["config"]): string {
  return config.safePythonProgram === undefined
    ? "there is no python3 and no python on PATH"
    : `MLX_SAFE_PYTHON_BIN names no python that can be started: ${
      shellWord(config.safePythonProgram)
    }`;
}

function findPython(deps: SafePythonDeps): string | undefined {
  const named = deps.config.safePythonProgram;
  if (named === undefined) {
    return findProgram("python3", deps) ?? findProgram("python", deps);
  }
  return findProgram(named, deps);
}

/** A path as it is, a name as `execvp` looks it up. */
function findProgram(name: string, deps: SafePythonDeps): string | undefined {
  if (name.includes("/")) return isProgram(name, deps) ? name : undefined;
  for (const folder of (deps.env("PATH") ?? DEFAULT_PATH).split(":")) {
    const path = `${folder === "" ? "." : folder}/${name}`;
    if (isProgram(path, deps)) return path;
  }
  return undefined;
}

function isProgram(path: string, deps: SafePythonDeps): boolean {
  const stat = tryStat(path, deps);
  if (stat?.kind !== "file" || isScript(path, deps)) return false;
  return deps.ownProgram === undefined ||
    tryStat(deps.ownProgram, deps)?.identity !== stat.identity;
}

function tryStat(path: string, deps: SafePythonDeps): FileStat | undefined {
  try {
    return deps.files.stat(path);
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

/** A python that may be executed but not read is still a python. */
function isScript(path: string, deps: SafePythonDeps): boolean {
  try {
    const head = deps.files.readHead(path, SCRIPT_MARK.length);
    return new TextDecoder().decode(head) === SCRIPT_MARK;
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}
