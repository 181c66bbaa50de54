import { stripControl } from "../../parse/report_text.ts";
import { command, complain, printJson } from "../context.ts";
import { EXIT } from "../exit_code.ts";

/** Flags of `feedback`. */
export interface FeedbackFlags {
  readonly json: boolean;
  readonly noRedact: boolean;
  readonly noBreadcrumbs: boolean;
}

/** `metal-guard feedback [REPORT]`: the text for Apple, alone. 1 when there is no panic to write about. */
export default command<FeedbackFlags, string[]>(
  async (context, flags, ...[report]) => {
    const { guard, terminal } = context;
    const text = await guard.postmortem.feedback(report, {
      isRedacted: !flags.noRedact,
      hasBreadcrumbs: !flags.noBreadcrumbs,
    });
    if (flags.json) printJson(context, { text: text ?? null });
    if (text === undefined) {
      complain(
        context,
        "no GPU panic in the last 72 hours; name a report: metal-guard feedback REPORT",
      );
      return EXIT.failed;
    }
    if (!flags.json) terminal.stdout.write(stripControl(text));
    return EXIT.ok;
  },
);
