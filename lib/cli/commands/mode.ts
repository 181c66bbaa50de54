import { modeText } from "../../report/status.ts";
import { command } from "../context.ts";
import { showStatus } from "../status_view.ts";

/** Flags of `mode`. */
export interface ModeFlags {
  readonly json: boolean;
}

/** `metal-guard mode`: whether the layers refuse or only tell. */
export default command<ModeFlags>((context, flags) =>
  showStatus(context, flags, modeText)
);
