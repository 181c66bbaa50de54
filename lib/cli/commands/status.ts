import { MetalGuardError } from "../../core/error.ts";
import { statusText } from "../../report/status.ts";
import { command } from "../context.ts";
import { showStatus } from "../status_view.ts";

/** Flags of `status`. */
export interface StatusFlags {
  readonly json: boolean;
  readonly watch: boolean;
  /** From one picture to the next, in seconds. */
  readonly interval: number;
  readonly format: "text" | "json" | "swiftbar";
}

/** `metal-guard status`: one picture of all layers. */
export default command<StatusFlags>(async (context, flags) => {
  const { format, interval, json, watch } = flags;
  if (watch) {
    if (json || format !== "text") {
      throw new MetalGuardError(
        "usage",
        "--watch is for a person: it goes with neither --json nor --format",
      );
    }
    const { watchStatus } = await import("./status_watch.ts");
    return await watchStatus(context, interval);
  }
  if (format === "swiftbar" && !json) {
    const { statusSwiftbar } = await import("../../report/status_swiftbar.ts");
    const { clock } = context.ports;
    const { version } = context;
    context.terminal.stdout.write(
      statusSwiftbar(await context.guard.status.read(), {
        timeZone: clock.timeZone(),
        version,
      }),
    );
    // A menu bar takes any other code for a plug-in that is broken.
    return 0;
  }
  return await showStatus(
    context,
    { json: json || format === "json" },
    statusText,
  );
});
