import { statusText } from "../../report/status.ts";
import { command } from "../context.ts";
import { showStatus } from "../status_view.ts";

/** Flags of `status`. */
export interface StatusFlags {
  readonly json: boolean;
}

/** `metal-guard status`: one picture of all layers. */
export default command<StatusFlags>((context, flags) =>
  showStatus(context, flags, statusText)
);
