import { MetalGuardError } from "../../core/error.ts";
import { decodeRunReport } from "../../parse/run_report_file.ts";
import { explainRunText } from "../../report/run_report.ts";
import { type CliContext, command, outputStyle } from "../context.ts";
import { EXIT } from "../exit_code.ts";
import { runFlagged, type RunFlags } from "../run_body.ts";

/** A report is small; a larger file is none. */
const MAX_REPORT_BYTES = 2 ** 20;

/**
 * `metal-guard run [options] -- CMD…`: the guard around any command. It ends as the command does; 75 it was not started, 76 the
 * guard ended it.
 */
export default command<RunFlags, string[]>(async (context, flags, ...words) => {
  if (flags.explain !== undefined) return explain(context, flags.explain);
  if (words.length === 0) {
    throw new MetalGuardError(
      "usage",
      "Name the command to run behind --: metal-guard run --max-footprint 26GiB -- CMD",
    );
  }
  if (flags.probe !== undefined && flags.probeOpenai !== undefined) {
    throw new MetalGuardError("usage", "Use either --probe or --probe-openai");
  }
  const { runWhole } = await import("../../compose/whole_run.ts");
  return await runFlagged(
    context,
    flags,
    words,
    (command, options) => runWhole(command, options, context.ports),
  );
}, { failedCode: EXIT.internal });

function explain(context: CliContext, path: string): number {
  const { store } = context.ports;
  const text = new TextDecoder().decode(store.readHead(path, MAX_REPORT_BYTES));
  const report = decodeRunReport(text);
  context.terminal.stdout.write(
    explainRunText(report, { style: outputStyle(context) }),
  );
  return 0;
}
