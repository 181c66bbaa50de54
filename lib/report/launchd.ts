import { plainText, shellWord } from "../core/plain_text.ts";
import { labelled, type TextStyle } from "./text_style.ts";

/** A job as it is planned. */
export interface LaunchdPlanView extends LaunchdPlaceView {
  /** The file's content. */
  readonly text: string;
}

/** Where a job is. */
export interface LaunchdPlaceView {
  /** Its label. */
  readonly label: string;
  /** Its file. */
  readonly path: string;
  /** What lies there now. */
  readonly found: "nothing" | "same" | "ours" | "other";
  /** The job in launchd's own terms. */
  readonly target: string;
}

/** What was done, or would be. */
export interface LaunchdView {
  /** What was asked for. */
  readonly verb: "install" | "uninstall";
  /** The job. */
  readonly plan: LaunchdPlaceView;
  /** The file that `install` writes; `null` for `uninstall`. */
  readonly text: string | null;
  /** `null` for a dry run. */
  readonly outcome: {
    readonly steps: readonly string[];
    readonly problem: string | null;
  } | null;
}

const FOUND = {
  nothing: "nothing is there",
  same: "the same file is there",
  ours: "an older one of ours is there; it is replaced",
  other: "a file is there that metal-guard did not write",
} as const;

/** The object that `launchd install --json` and `uninstall --json` print. */
export function launchdJson(view: LaunchdView): Record<string, unknown> {
  const { plan, outcome } = view;
  return {
    action: view.verb,
    dry_run: outcome === null,
    label: plan.label,
    path: plan.path,
    found: plan.found,
    target: plan.target,
    plist: view.text,
    commands: commandsOf(view),
    steps: outcome?.steps ?? [],
    problem: outcome?.problem ?? null,
  };
}

/** The object that `launchd print --json` prints. */
export function launchdPlanJson(
  plan: LaunchdPlanView,
): Record<string, unknown> {
  return {
    label: plan.label,
    path: plan.path,
    found: plan.found,
    target: plan.target,
    plist: plan.text,
  };
}

/** The same for a person. */
export function launchdText(view: LaunchdView, style: TextStyle): string {
  const { plan, outcome } = view;
  const head = `${style.bold(plan.label)}\n${
    labelled("File", plainText(plan.path, 600))
  }`;
  if (outcome !== null) {
    const steps = outcome.steps.map((step) =>
      labelled("Done", plainText(step, 600))
    );
    const problem = outcome.problem === null
      ? []
      : [labelled("Problem", plainText(outcome.problem, 600))];
    return `${[head, ...steps, ...problem].join("\n")}\n`;
  }
  const parts = [
    head,
    labelled("Now", FOUND[plan.found]),
    labelled(
      "Would run",
      commandsOf(view).map((line) => `$ ${line}`).join("\n"),
    ),
    labelled("To do it", "the same command with --apply"),
    ...(view.text === null ? [] : [`\n${view.text.trimEnd()}`]),
  ];
  return `${parts.join("\n")}\n`;
}

/** What a person would type. */
function commandsOf({ verb, plan }: LaunchdView): readonly string[] {
  const domain = plan.target.slice(0, plan.target.lastIndexOf("/"));
  return verb === "install"
    ? [`launchctl bootstrap ${domain} ${shellWord(plan.path)}`]
    : [
      `launchctl bootout ${plan.target}`,
      `rm ${shellWord(plan.path)}`,
    ];
}
