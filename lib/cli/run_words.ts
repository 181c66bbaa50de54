/** Flags of `run` that the short way understands, and whether a word follows. */
const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ["--label", true],
  ["--max-footprint", true],
  ["--no-lock", false],
  ["--strict", false],
]);

/** Nearly always a Python's or a model's: there is more to ask, and the whole command line does. */
const OF_MODELS = /python|mlx|^(?:uv|uvx|conda|poetry|pipenv)$|^--?model/i;

/**
 * Recognises a run of which only what it starts and how much memory that may take has to be known. It stands alone: the
 * gate's own file asks it, and must not load what answers. Fails to the whole command line, which knows all there is.
 *
 * @param args The words behind the program's name.
 */
export function isPlainRun(args: readonly string[]): boolean {
  if (args[0] !== "run") return false;
  for (let at = 1; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (arg === "--") {
      const words = args.slice(at + 1);
      return words.length > 0 && !words.some((word) => OF_MODELS.test(word));
    }
    const hasWord = FLAGS.get(arg);
    if (hasWord === undefined) return false;
    if (hasWord) at += 1;
  }
  return false;
}
