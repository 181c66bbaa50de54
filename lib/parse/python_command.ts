/** Programs that only start another one, and what of their arguments stands before it. */
const STARTERS: ReadonlyMap<string, RegExp> = new Map([
  // Options with a value of their own would be taken for the program: then nothing is found, which is said.
  ["env", /^(?:-[a-z0]*|[A-Za-z_][A-Za-z0-9_]*=.*)$/s],
  ["nohup", /^--$/],
  ["nice", /^-(?:n|-?\d{1,3}|n-?\d{1,3})$|^-?\d{1,3}$/],
  ["caffeinate", /^-[a-z]+$/],
  ["time", /^-[a-z]+$/],
  ["exec", /^--$/],
]);
/** As many starters as anybody stacks. */
const MOST_STARTERS = 6;
const PYTHON = /^python(?:\d+(?:\.\d+)?)?t?$/i;

/**
 * The program that a command runs in the end: behind `env NAME=VALUE`, `nice`, `nohup`, `caffeinate`.
 *
 * @param command The program and its arguments.
 * @returns The program and its arguments, `undefined` where none is left.
 */
export function programOfCommand(
  command: readonly string[],
): readonly [string, ...string[]] | undefined {
  let words = command;
  for (let count = 0; count < MOST_STARTERS; count++) {
    const [program, ...rest] = words;
    if (program === undefined) return undefined;
    const before = STARTERS.get(nameOf(program));
    if (before === undefined) return [program, ...rest];
    const next = rest.findIndex((word) => !before.test(word));
    words = next < 0 ? [] : rest.slice(next);
  }
  return undefined;
}

/** Whether a program is a Python by its name, e.g. `/opt/venv/bin/python3.12`. */
export function isPythonName(program: string): boolean {
  return PYTHON.test(nameOf(program));
}

/** The last part of a path. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
