import {
  registryListJson,
  registryListText,
} from "../../report/registry_list.ts";
import { command, outputStyle, printJson } from "../context.ts";

/** Flags of `registry list`. */
export interface RegistryListFlags {
  readonly json: boolean;
  readonly tier?: "panic" | "abort" | "degradation";
  readonly family?: string;
  readonly class?: string;
}

/** `metal-guard registry list`: entries, all or filtered. Ends with 0 also when none is left. */
export default command<RegistryListFlags>(async (context, flags) => {
  const { models, findings } = await context.guard.registry.read();
  const chosen = models.filter((entry) =>
    (flags.tier === undefined || entry.tier === flags.tier) &&
    (flags.family === undefined ||
      entry.errorClasses.some((one) =>
        flags.family !== undefined && one.gpuFamilies.includes(flags.family)
      )) &&
    (flags.class === undefined ||
      entry.errorClasses.some((one) => one.type === flags.class))
  );
  const view = {
    models: chosen,
    total: models.length,
    findings: [...context.guard.configFindings, ...findings],
  };
  if (flags.json) printJson(context, registryListJson(view));
  else {
    context.terminal.stdout.write(
      registryListText(view, { style: outputStyle(context) }),
    );
  }
  return 0;
});
