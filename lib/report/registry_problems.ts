import { plainText } from "../core/plain_text.ts";
import type { RegistryProblem } from "../core/registry_problem.ts";
import type { TextStyle } from "./text_style.ts";

/** What `registry validate` found. */
export interface RegistryProblemsView {
  /** Every problem, by file and place. */
  readonly problems: readonly RegistryProblem[];
  /** How many files were read. */
  readonly fileCount: number;
}

/** The object that `registry validate --json` prints. */
export function registryProblemsJson(
  view: RegistryProblemsView,
): Record<string, unknown> {
  return {
    valid: view.problems.length === 0,
    files: view.fileCount,
    problems: view.problems,
  };
}

/** For a person: place, what is wrong, how to put it right. */
export function registryProblemsText(
  view: RegistryProblemsView,
  options: { readonly style: TextStyle },
): string {
  const { style } = options;
  const blocks = view.problems.map((one) =>
    `${style.bold(`${plainText(one.file, 400)}:${one.line}:${one.column}`)} ${
      style.badge("bad", one.rule)
    }\n  ${plainText(one.message, 600)}\n  ${
      style.dim(plainText(one.fix, 600))
    }\n`
  );
  const files = `${view.fileCount} file${view.fileCount === 1 ? "" : "s"}`;
  const count = view.problems.length;
  return `${blocks.join("")}${
    count === 0
      ? style.badge("good", `VALID  ${files}`)
      : `${count} problem${count === 1 ? "" : "s"} in ${files}.`
  }\n`;
}

/** Annotations as GitHub's runner reads them from a step's output: one line each. */
export function registryProblemsGithub(view: RegistryProblemsView): string {
  return view.problems.map((one) =>
    `::error file=${
      property(one.file)
    },line=${one.line},col=${one.column},title=${property(one.rule)}::${
      data(`${one.message}. ${one.fix}`)
    }\n`
  ).join("");
}

/** The runner's own escapes; a file name must not be able to start another command. */
function data(text: string): string {
  return plainText(text, 1_000).replaceAll("%", "%25");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
