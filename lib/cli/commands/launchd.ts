import { MetalGuardError } from "../../core/error.ts";
import { plainText } from "../../core/plain_text.ts";
import type { LaunchdPlan } from "../../layers/launchd.ts";
import type { LaunchdJobKind } from "../../policy/launchd_job.ts";
import {
  launchdJson,
  launchdPlanJson,
  launchdText,
  type LaunchdView,
} from "../../report/launchd.ts";
import {
  type CliContext,
  command,
  outputStyle,
  printJson,
} from "../context.ts";
import { EXIT } from "../exit_code.ts";

/** Flags of `launchd print`. */
export interface LaunchdPrintFlags {
  readonly json: boolean;
  /** Last part of the label. */
  readonly name?: string;
  /** The program `metal-guard`. */
  readonly program?: string;
  /** Folder for the status-writer's metrics. */
  readonly metricsDir?: string;
}

/** Flags of `launchd uninstall`. */
export interface LaunchdUninstallFlags {
  readonly json: boolean;
  readonly apply: boolean;
  /** Last part of the label. */
  readonly name?: string;
}

/** Flags of `launchd install`. */
export interface LaunchdInstallFlags extends LaunchdPrintFlags {
  readonly apply: boolean;
  readonly replace: boolean;
}

/** `metal-guard launchd print`: a job's property list, alone, so that it can be written into a file. */
export const print = command<LaunchdPrintFlags, string[]>(
  async (context, flags, ...words) => {
    const plan = await planOf(context, flags, words);
    if (flags.json) printJson(context, launchdPlanJson(plan));
    else context.terminal.stdout.write(plan.text);
    return EXIT.ok;
  },
);

/** `metal-guard launchd install`: shows what it would do; with `--apply` it does it. */
export const install = command<LaunchdInstallFlags, string[]>(
  async (context, flags, ...words) => {
    const plan = await planOf(context, flags, words);
    const { replace } = flags;
    const outcome = flags.apply
      ? await (await context.guard.launchd()).install(plan, { replace })
      : null;
    const { text } = plan;
    return show(context, flags.json, { verb: "install", plan, text, outcome });
  },
);

/** `metal-guard launchd uninstall`: shows what it would do; with `--apply` it does it. */
export const uninstall = command<LaunchdUninstallFlags, string[]>(
  async (context, flags, ...words) => {
    const [kind = "status-writer", ...command] = words;
    const launchd = await context.guard.launchd();
    const { name } = flags;
    const plan = launchd.locate({ kind: kindOf(kind), name, command });
    const outcome = flags.apply ? await launchd.uninstall(plan) : null;
    return show(context, flags.json, {
      verb: "uninstall",
      plan,
      text: null,
      outcome,
    });
  },
);

async function planOf(
  { guard }: CliContext,
  flags: LaunchdPrintFlags,
  [kind = "status-writer", ...words]: readonly string[],
): Promise<LaunchdPlan> {
  return (await guard.launchd()).plan({
    kind: kindOf(kind),
    command: words,
    name: flags.name,
    program: flags.program,
    metricsDir: flags.metricsDir,
  });
}

function kindOf(word: string): LaunchdJobKind {
  if (word === "status-writer" || word === "gate" || word === "run") {
    return word;
  }
  throw new MetalGuardError(
    "usage",
    `"${
      plainText(word, 80)
    }" is no job: write status-writer, gate or run -- CMD`,
  );
}

function show(context: CliContext, json: boolean, view: LaunchdView): number {
  if (json) printJson(context, launchdJson(view));
  else context.terminal.stdout.write(launchdText(view, outputStyle(context)));
  return (view.outcome?.problem ?? null) === null ? EXIT.ok : EXIT.failed;
}
