import { finding } from "../../core/finding.ts";
import { HOUR_MS } from "../../core/instant.ts";
import {
  abortsJson,
  abortsText,
  type AbortsView,
} from "../../report/aborts.ts";
import { command, outputStyle, printJson } from "../context.ts";

/** Flags of `aborts`. */
export interface AbortsFlags {
  readonly json: boolean;
  readonly sinceHours: number;
}

/** `metal-guard aborts`: failures that the machine survived. They never close the gate, so it always ends with 0. */
export default command<AbortsFlags>(async (context, flags) => {
  const { guard, ports: { clock }, terminal } = context;
  const reading = await guard.panics.read({
    panicsWithinMs: 0,
    abortsWithinMs: flags.sinceHours * HOUR_MS,
  });
  const view: AbortsView = {
    aborts: reading.aborts,
    windowHours: flags.sinceHours,
    findings: [
      ...guard.configFindings,
      ...reading.unreadable.map(({ message, fix }) =>
        finding("reports-unreadable", message, fix)
      ),
      ...reading.findings,
    ],
  };
  if (flags.json) printJson(context, abortsJson(view));
  else {
    terminal.stdout.write(abortsText(view, {
      timeZone: clock.timeZone(),
      style: outputStyle(context),
      plainWords: (name) =>
        context.errorClasses().find((one) => one.name === name)?.plainWords,
    }));
  }
  return 0;
});
