/** Options by which MLX's own programs take a model. */
const NAMES = ["--model", "--model-path"];
const MAX_LENGTH = 512;

/**
 * Finds the model in a command line.
 *
 * @param args The program and its arguments.
 * @returns The model as it stands there; `undefined` where none is named.
 */
export function modelInArguments(args: readonly string[]): string | undefined {
  for (const [index, arg] of args.entries()) {
    const named = NAMES.find((name) => arg.startsWith(`${name}=`));
    const value = named !== undefined
      ? arg.slice(named.length + 1)
      : NAMES.includes(arg)
      ? args[index + 1]
      : undefined;
    if (
      value !== undefined && value !== "" && !value.startsWith("-") &&
      value.length <= MAX_LENGTH
    ) return value;
  }
  return undefined;
}
