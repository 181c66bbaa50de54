import { breadcrumbText } from "../../report/status.ts";
import { command } from "../context.ts";
import { showStatus } from "../status_view.ts";

/** Flags of `breadcrumb`. */
export interface BreadcrumbFlags {
  readonly json: boolean;
  readonly lines: number;
}

/** `metal-guard breadcrumb`: the end of the breadcrumb log. */
export default command<BreadcrumbFlags>((context, flags) =>
  showStatus(
    context,
    { json: flags.json, breadcrumbLines: flags.lines },
    breadcrumbText,
  )
);
