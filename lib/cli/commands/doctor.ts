import { doctorJson, doctorText } from "../../report/doctor.ts";
import { command, complain, outputStyle, printJson } from "../context.ts";
import { EXIT } from "../exit_code.ts";

/** Flags of `doctor`. */
export interface DoctorFlags {
  readonly json: boolean;
  readonly metal: boolean;
}

/**
 * `metal-guard doctor`: everything that could be wrong, looked at once.
 *
 * Fails closed with `--metal`: while the gate holds Metal is not asked, and the answer is 75.
 */
export default command<DoctorFlags>(async (context, flags) => {
  const report = await context.guard.doctor.run({ metal: flags.metal });
  const isRefused = flags.metal && report.gate.exitCode === 2;
  const exitCode = isRefused
    ? EXIT.refused
    : report.findings.length > 0
    ? EXIT.failed
    : EXIT.ok;
  const { version } = context;
  if (flags.json) {
    const timeZone = context.ports.clock.timeZone();
    printJson(context, doctorJson(report, { timeZone, version, exitCode }));
  } else {
    const style = outputStyle(context);
    context.terminal.stdout.write(doctorText(report, { style, version }));
  }
  if (isRefused) {
    complain(
      context,
      "Metal was not asked: the gate holds (metal-guard panic-gate says why)",
    );
  }
  return exitCode;
});
