import { HOUR_MS } from "../../core/instant.ts";
import { diagnosisText } from "../../report/diagnosis.ts";
import { diagnosisJson } from "../../report/diagnosis_json.ts";
import type { Redact } from "../../parse/redaction.ts";
import { redactDeep } from "../../parse/redact_deep.ts";
import {
  type CliContext,
  command,
  outputStyle,
  printJson,
} from "../context.ts";

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
  const { composeDiagnosis } = await import("../../compose/diagnosis.ts");
  const { guard, ports, version } = context;
  const view = await composeDiagnosis(guard, ports).read({
    withinMs: flags.sinceHours * HOUR_MS,
    ...(flags.python === undefined ? {} : { python: flags.python }),
  });
  const timeZone = ports.clock.timeZone();
  const classes = context.errorClasses();
  const { exitCode } = view;
  const redact = flags.share
    ? await readSharedRedactor(context)
    : (text: string) => text;
  if (flags.json) {
    const json = diagnosisJson(view, { timeZone, classes, version, exitCode });
    printJson(context, redactDeep(json, redact));
  } else {
    const style = outputStyle(context);
    context.terminal.stdout.write(
      redact(diagnosisText(view, { timeZone, classes, style })),
    );
  }
  return exitCode;
});

/** The post-mortem's (SAFETY P3). */
async function readSharedRedactor(
  { ports, guard }: CliContext,
): Promise<Redact> {
  const { readRedactorOf } = await import("../../compose/redactor.ts");
  return await readRedactorOf(ports, guard.paths);
}
