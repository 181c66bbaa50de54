import type { RegistryAnswer } from "../../policy/registry_lookup.ts";
import {
  registryCheckJson,
  registryCheckText,
} from "../../report/registry_check.ts";
import { registryToSearch } from "../../registry/registry_data.ts";
import { command, complain, outputStyle, printJson } from "../context.ts";

/** Flags of `registry check`. */
export interface RegistryCheckFlags {
  readonly json: boolean;
  readonly gpu?: string;
}

/** What the program ends with, by what is to be feared. */
const EXIT_CODES: { readonly [K in RegistryAnswer["level"]]: number } = {
  clear: 0,
  advisory: 1,
  panic: 2,
};

/** `metal-guard registry check`: what is known against a model. Ends with 0 clear, 1 advisory, 2 panic tier. */
export default command<RegistryCheckFlags, [string]>(
  async (context, flags, id) => {
    const { registry } = context.guard;
    const found = await registry.check(
      id,
      flags.gpu === undefined ? {} : { gpuFamily: flags.gpu },
    );
    const exitCode = EXIT_CODES[found.level];
    const findings = await registry.findings();
    for (const { message } of findings) complain(context, message);
    if (flags.json) {
      printJson(context, {
        ...registryCheckJson(found, exitCode),
        findings,
      });
    } else {
      context.terminal.stdout.write(registryCheckText(found, {
        style: outputStyle(context),
        classes: registryToSearch().classes,
      }));
    }
    return exitCode;
  },
);
