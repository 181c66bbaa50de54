import type { Finding } from "../core/finding.ts";
import type { RegistryAnswer } from "../policy/registry_lookup.ts";
import { registryToSearch } from "../registry/registry_data.ts";
import {
  registryCheckJson,
  registryCheckText,
} from "../report/registry_check.ts";
import { outputStyle, printJson, type TextContext } from "./context.ts";

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

/**
 * Shows what is known against a model.
 *
 * @param context Environment and streams.
 * @param flags In which form.
 * @param answer What was found, and what of a user's own entries could not be used.
 * @returns The exit code: 0 clear, 1 advisory, 2 panic tier.
 */
export function showRegistryAnswer(
  context: TextContext,
  flags: RegistryCheckFlags,
  answer: {
    readonly found: RegistryAnswer;
    readonly findings: readonly Finding[];
  },
): number {
  const { found, findings } = answer;
  const exitCode = EXIT_CODES[found.level];
  if (flags.json) {
    printJson(context, { ...registryCheckJson(found, exitCode), findings });
  } else {
    context.terminal.stdout.write(registryCheckText(found, {
      style: outputStyle(context),
      classes: registryToSearch().classes,
    }));
  }
  return exitCode;
}
