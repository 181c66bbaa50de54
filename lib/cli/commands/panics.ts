import { panicsText } from "../../report/status.ts";
import { command } from "../context.ts";
import { showStatus } from "../status_view.ts";

/** Flags of `panics`. */
export interface PanicsFlags {
  readonly json: boolean;
  readonly sinceHours: number;
}

/** `metal-guard panics`: kernel panics, newest first. */
export default command<PanicsFlags>((context, flags) =>
  showStatus(
    context,
    { json: flags.json, panicWindowHours: flags.sinceHours },
    panicsText,
  )
);
