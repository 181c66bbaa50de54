import {
  type CliContext,
  command,
  outputStyle,
  printJson,
} from "../context.ts";
import { fitJson, fitText, type FitView } from "../../report/fit.ts";

/** Flags of `fit`. */
export interface FitFlags {
  readonly json: boolean;
  /** Context that it shall serve, in tokens. */
  readonly context?: number;
}

/** It does not fit. */
const DOES_NOT_FIT = 1;

/**
 * Prints whether a model fits.
 *
 * @returns The exit code: 0 it fits or nobody can tell, 1 it does not.
 */
export function showFit(
  context: CliContext,
  view: FitView,
  flags: FitFlags,
): number {
  if (flags.json) printJson(context, fitJson(view));
  else {
    context.terminal.stdout.write(
      fitText(view, { style: outputStyle(context) }),
    );
  }
  return view.verdict !== null && view.verdict.kind !== "proceed"
    ? DOES_NOT_FIT
    : 0;
}

/** `metal-guard fit MODEL`: the inequality with every number and its source. */
export default command<FitFlags, [string]>(async (context, flags, model) => {
  const { RunningGuard } = await import("../../compose/running.ts");
  const guard = new RunningGuard(context.ports);
  const view = await guard.describeFit(model, flags.context);
  return showFit(context, view, flags);
});
