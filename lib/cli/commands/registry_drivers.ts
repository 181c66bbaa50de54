import {
  registryDriversJson,
  registryDriversText,
} from "../../report/registry_drivers.ts";
import { command, outputStyle, printJson } from "../context.ts";

/** Flags of `registry drivers`. */
export interface RegistryDriversFlags {
  readonly json: boolean;
}

/** `metal-guard registry drivers`: which panics were reported for which driver and macOS. Always ends with 0. */
export default command<RegistryDriversFlags>(async (context, flags) => {
  const view = await context.guard.registry.drivers();
  if (flags.json) printJson(context, registryDriversJson(view));
  else {
    context.terminal.stdout.write(
      registryDriversText(view, { style: outputStyle(context) }),
    );
  }
  return 0;
});
