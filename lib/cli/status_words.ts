/**
 * Recognises the plain ways to ask for the status as JSON. It stands alone: the gate's own file asks it, and must not load
 * what answers.
 *
 * @param args The words behind the program's name.
 */
export function isPlainStatus(args: readonly string[]): boolean {
  const words = args.filter((arg) => arg !== "--json");
  return args.length - words.length === 1 &&
    (words.length === 0 || (words.length === 1 && words[0] === "status"));
}
