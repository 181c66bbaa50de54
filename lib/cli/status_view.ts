import type { StatusOptions } from "../layers/status.ts";
import type { StatusTextOptions } from "../report/status.ts";
import { statusJson } from "../report/status_json.ts";
import type { StatusSnapshot } from "../report/status_snapshot.ts";
import { type CliContext, outputStyle, printJson } from "./context.ts";

/** What `status`, `panics`, `breadcrumb` and `mode` have in common: one picture, of which each shows a part. */
export async function showStatus(
  context: CliContext,
  options: StatusOptions & { readonly json: boolean },
  text: (snapshot: StatusSnapshot, options: StatusTextOptions) => string,
): Promise<number> {
  const snapshot = await context.guard.status.read(options);
  const { version } = context;
  const timeZone = context.ports.clock.timeZone();
  if (options.json) {
    printJson(context, statusJson(snapshot, { timeZone, version }));
  } else {
    const style = outputStyle(context);
    context.terminal.stdout.write(text(snapshot, { timeZone, style, version }));
  }
  return snapshot.exitCode;
}
