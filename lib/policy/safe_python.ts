/** What becomes of a python that is to be started. */
export type SafePythonDecision =
  /** It runs as it is. */
  | { readonly kind: "run" }
  /** It runs with a warning and {@linkcode SafePythonPolicy.restrictedEnv}. */
  | { readonly kind: "run-restricted"; readonly because: "forced" | "broken" }
  /** It is not started. */
  | { readonly kind: "blocked" };

/** The decisions behind `safe-python`, as its command is given them. */
export interface SafePythonPolicy {
  /** {@linkcode decideWithoutGate} */
  readonly decideWithoutGate: typeof decideWithoutGate;
  /** {@linkcode decideByGate} */
  readonly decideByGate: typeof decideByGate;
  /** {@linkcode checkExitCode} */
  readonly checkExitCode: typeof checkExitCode;
  /** Variables of a python that runs although no gate said so: no packages of the user, no silent fallback from the GPU. */
  readonly restrictedEnv: Readonly<Record<string, string>>;
}

/** A module that `-m` may start at any time: none of them imports Metal. */
const HARMLESS_MODULE =
  /^(?:pip|pip3|pip3\.[0-9]+|build|virtualenv|venv|ensurepip|tomllib)$/;

/** Prints and ends, before anything is imported. */
const HARMLESS_WORDS: ReadonlySet<string> = new Set([
  "--version",
  "--help",
  "--help-all",
  "--help-env",
  "--help-xoptions",
]);

/** Values of `-X` that import nothing of the caller's choice, as `presite=mlx` would. */
const HARMLESS_X =
  /^(?:dev|utf8(?:=[01])?|faulthandler|importtime|tracemalloc|no_debug_ranges|frozen_modules(?:=on|=off)?)$/;

/** Flags of python without a value that do not change what is run; `-i` is not one: it leaves a prompt open. */
const HARMLESS_FLAGS = "BEIOPRSbdqsuvx";

/**
 * Whether python's arguments bring in no GPU library, so that the gate need not be asked. They are read as python's
 * own getopt reads them (`-Im pip` and `-mpip` are `-m pip`). Fails closed: what it does not know must ask.
 *
 * @param args Python's arguments, without its name.
 */
export function passesWithoutGate(args: readonly string[]): boolean {
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (HARMLESS_WORDS.has(arg)) return true;
    if (!/^-[^-]/.test(arg)) return false;
    const step = stepCluster(arg, args[at + 1]);
    if (step.kind === "passes") return true;
    if (step.kind === "asks") return false;
    if (step.tookNext) at += 1;
  }
  return false;
}

/** What one argument of joined flags, such as `-Im`, means for the whole. */
type Step =
  | { readonly kind: "passes" }
  | { readonly kind: "asks" }
  | { readonly kind: "goes-on"; readonly tookNext: boolean };

function stepCluster(arg: string, next: string | undefined): Step {
  for (let at = 1; at < arg.length; at++) {
    const flag = arg.charAt(at);
    if (HARMLESS_FLAGS.includes(flag)) continue;
    if ("Vh?".includes(flag)) return { kind: "passes" };
    const rest = arg.slice(at + 1);
    const value = rest === "" ? next : rest;
    if (value === undefined) return { kind: "asks" };
    if (flag === "m" && HARMLESS_MODULE.test(value)) return { kind: "passes" };
    const goesOn = (flag === "X" && HARMLESS_X.test(value)) ||
      // A category with a dot, as in `error::mlx.Warning`, is imported.
      (flag === "W" && !value.includes("."));
    return goesOn
      ? { kind: "goes-on", tookNext: rest === "" }
      : { kind: "asks" };
  }
  return { kind: "goes-on", tookNext: false };
}

/**
 * What is known before the gate is asked.
 *
 * @param args Python's arguments, without its name.
 * @param options Whether the user forces the run.
 * @returns `undefined` when the gate has to be asked.
 */
export function decideWithoutGate(
  args: readonly string[],
  options: { readonly forced: boolean },
): SafePythonDecision | undefined {
  if (passesWithoutGate(args)) return { kind: "run" };
  return options.forced
    ? { kind: "run-restricted", because: "forced" }
    : undefined;
}

/**
 * What the gate's answer means. Fails open, with a warning: only 2 blocks, every other status but 0 is a broken gate,
 * also the 1 of a python that could not import its gate.
 *
 * @param exitCode The gate's exit status; `undefined` when there was no answer.
 */
export function decideByGate(
  exitCode: number | undefined,
): SafePythonDecision {
  switch (exitCode) {
    case 0:
      return { kind: "run" };
    case 2:
      return { kind: "blocked" };
    default:
      return { kind: "run-restricted", because: "broken" };
  }
}

/**
 * Exit status of `--check`, which runs nothing.
 *
 * @returns 0 would run, 10 blocked, 11 would run because the gate is broken.
 */
export function checkExitCode(decision: SafePythonDecision): number {
  switch (decision.kind) {
    case "run":
      return 0;
    case "blocked":
      return 10;
    case "run-restricted":
      return decision.because === "broken" ? 11 : 0;
  }
}

/** All of it in one value. */
export const SAFE_PYTHON_POLICY: SafePythonPolicy = {
  decideWithoutGate,
  decideByGate,
  checkExitCode,
  restrictedEnv: { PYTHONNOUSERSITE: "1", PYTORCH_ENABLE_MPS_FALLBACK: "0" },
};
