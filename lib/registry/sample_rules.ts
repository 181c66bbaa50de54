import type { RegistryProblem } from "../core/registry_problem.ts";
import type { CheckedFile } from "./entry_rules.ts";
import {
  type ErrorClassSource,
  type FailureLists,
  sampleFaults,
} from "./failure_sources.ts";
import { FAILURE_TABLES } from "./failures.ts";

/**
 * Samples of signatures and classes that do not give what they are samples of.
 *
 * @param signatures `signatures.jsonc`, if it is among the files.
 * @param classes `error_classes.jsonc`, if it is among them.
 */
export function sampleProblems(
  signatures: CheckedFile<FailureLists> | undefined,
  classes: CheckedFile<FailureLists> | undefined,
): readonly RegistryProblem[] {
  if (signatures === undefined && classes === undefined) return [];
  const lists: FailureLists = {
    signatures: signatures?.value.signatures ?? [],
    mentions: signatures?.value.mentions ?? FAILURE_TABLES.mentions,
    classes: withMissing(classes?.value.classes ?? [], signatures?.value),
  };
  return sampleFaults(lists).flatMap((fault) => {
    const file = fault.list === "signatures" ? signatures : classes;
    if (file === undefined) return [];
    const isNegative = fault.path.includes("mustNotMatch");
    return [file.source.problem(fault.path, {
      rule: "sample",
      message: isNegative
        ? `${fault.name} matches this text, which it must not`
        : `This sample gives ${fault.got ?? "nothing"}, not ${fault.name}`,
      fix: isNegative
        ? "Make the pattern narrower, or take the sample away"
        : "Correct the pattern or the sample; the first entry that matches wins",
    })];
  });
}

/** A signature is known by its text alone: its class only has to be there. Whether it exists is another rule's. */
function withMissing(
  classes: readonly ErrorClassSource[],
  lists: FailureLists | undefined,
): readonly ErrorClassSource[] {
  const known = new Set(classes.map((one) => one.name));
  const used = new Set(lists?.signatures.map((one) => one.errorClass));
  const missing = [...used].filter((name) => !known.has(name));
  return [
    ...classes,
    ...missing.map((name): ErrorClassSource => ({
      name,
      severity: "kernel_panic",
      recoveryHint: "unknown",
      upstream: [],
      plainWords: "",
      nextStep: "",
    })),
  ];
}
