import { HOUR_MS } from "../../core/instant.ts";
import { diagnosisText } from "../../report/diagnosis.ts";
import { diagnosisJson } from "../../report/diagnosis_json.ts";
import { command, outputStyle, printJson } from "../context.ts";

/** Flags of `diagnose`. */
export interface DiagnoseFlags {
  readonly json: boolean;
  readonly sinceHours: number;
  readonly python?: string;
}

/** `metal-guard diagnose`: what happened, how sure, what was running, what changed, what to do now. */
export default command<DiagnoseFlags>(async (context, flags) => {
  const { composeDiagnosis } = await import("../../compose/diagnosis.ts");
  const { guard, ports, version } = context;
  const view = await composeDiagnosis(guard, ports).read({
    withinMs: flags.sinceHours * HOUR_MS,
    ...(flags.python === undefined ? {} : { python: flags.python }),
  });
  const timeZone = ports.clock.timeZone();
  const classes = context.errorClasses();
  const { exitCode } = view;
  if (flags.json) {
    printJson(
      context,
      diagnosisJson(view, { timeZone, classes, version, exitCode }),
    );
  } else {
    const style = outputStyle(context);
    context.terminal.stdout.write(
      diagnosisText(view, { timeZone, classes, style }),
    );
  }
  return exitCode;
});
