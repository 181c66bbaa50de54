import {
  advisoriesExitCode,
  advisoriesJson,
  advisoriesText,
  type AdvisoriesView,
} from "../../report/advisories.ts";
import { command, outputStyle, printJson } from "../context.ts";

/** Flags of `advisories`. */
export interface AdvisoriesFlags {
  readonly json: boolean;
  /** An interpreter, a script that one starts, or the folder of an environment. */
  readonly python?: string;
}

/** `metal-guard advisories`: what is known against the MLX packages that are installed. No Python is started. */
export default command<AdvisoriesFlags>(async (context, flags) => {
  const { guard, terminal } = context;
  const { python } = flags;
  const report = await guard.advisories.check(
    python === undefined ? {} : { python },
  );
  const view: AdvisoriesView = {
    advisories: report.advisories,
    blocked: report.blocked,
    python: report.installed.python,
    packages: report.installed.packages,
    findings: [...guard.configFindings, ...report.findings],
  };
  if (flags.json) printJson(context, advisoriesJson(view));
  else terminal.stdout.write(advisoriesText(view, outputStyle(context)));
  return advisoriesExitCode(view);
});
