import { HOUR_MS } from "../../core/instant.ts";
import { diagnosisText } from "../../report/diagnosis.ts";
import { diagnosisJson } from "../../report/diagnosis_json.ts";
import { command, outputStyle, printJson } from "../context.ts";

/** Flags of `diagnose`. */
export interface DiagnoseFlags {
  readonly json: boolean;
  readonly sinceHours: number;
  readonly python?: string;
  /** Whether others will read it. */
  readonly share: boolean;
}

/** `metal-guard diagnose`: what happened, how sure, what was running, what changed, what to do now. */
export default command<DiagnoseFlags>(async (context, flags) => {
  const { composeDiagnosis, shareRedactor } = await import(
    "../../compose/diagnosis.ts"
  );
  const { guard, ports, version } = context;
  const view = await composeDiagnosis(guard, ports).read({
    withinMs: flags.sinceHours * HOUR_MS,
    ...(flags.python === undefined ? {} : { python: flags.python }),
  });
  const timeZone = ports.clock.timeZone();
  const classes = context.errorClasses();
  const { exitCode } = view;
  const redact = flags.share
    ? await shareRedactor(guard, ports)
    : (text: string) => text;
  if (flags.json) {
    const json = diagnosisJson(view, { timeZone, classes, version, exitCode });
    // What is put in place of private words leaves JSON whole.
    printJson(context, JSON.parse(redact(JSON.stringify(json))));
  } else {
    const style = outputStyle(context);
    context.terminal.stdout.write(
      redact(diagnosisText(view, { timeZone, classes, style })),
    );
  }
  return exitCode;
});
