/** One thing that a check found. */
export interface Problem {
  /** File, below the project's folder. */
  readonly path: string;
  /** Line from 1, where it is known. */
  readonly line?: number;
  /** What is wrong. */
  readonly message: string;
  /** How to mend it. */
  readonly fix: string;
}

/** `path:line: message`, and the way to mend it below. */
export function formatProblem(problem: Problem): string {
  const place = problem.line === undefined
    ? problem.path
    : `${problem.path}:${problem.line}`;
  return `${place}: ${problem.message}\n  fix: ${problem.fix}`;
}

/**
 * Prints problems, or that there are none, and ends the process with 1 or 0.
 *
 * @param name Name of the check.
 * @param problems What it found.
 * @param done What was looked at, for the line that says all is well.
 */
export function finish(
  name: string,
  problems: readonly Problem[],
  done: string,
): never {
  const text = problems.length === 0
    ? `${name}: ${done}\n`
    : `${problems.map(formatProblem).join("\n")}\n${name}: ${problems.length} ${
      problems.length === 1 ? "problem" : "problems"
    }\n`;
  const stream = problems.length === 0 ? Deno.stdout : Deno.stderr;
  stream.writeSync(new TextEncoder().encode(text));
  Deno.exit(problems.length === 0 ? 0 : 1);
}
