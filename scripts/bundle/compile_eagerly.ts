/** Where a function stands in a program: from its parameters' bracket to behind its last brace, in UTF-16 units. */
export interface FunctionExtent {
  /** First character: the bracket that opens its parameters. */
  readonly start: number;
  /** Behind its last character. */
  readonly end: number;
}

/** What stands in front of the parameters of a function declaration. */
const DECLARATION = /(?:^|[;}\n])((?:async )?function ([\w$]+))$/;
/** Longest name with its keywords; the minifier makes short ones. */
const LONGEST_HEAD = 120;

/**
 * Asks V8 to compile functions together with the program, so that they come out of its code cache and not one by one
 * from their text when they are first called. V8 takes brackets around a function for a promise that it is about to be
 * called; only that form is known to its cache.
 *
 * Functions that stand inside others stay as they are, and so do methods: neither can be moved.
 *
 * @param program A bundle whose functions are declared at its top.
 * @param called Functions that are called in every run that matters.
 * @returns The same program, with those functions as variables in front of everything else.
 */
export function compileEagerly(
  program: string,
  called: readonly FunctionExtent[],
): string {
  const moved: { readonly from: number; readonly to: number; text: string }[] =
    [];
  for (const extent of outermost(called)) {
    const head = DECLARATION.exec(
      program.slice(Math.max(0, extent.start - LONGEST_HEAD), extent.start),
    );
    const [, words, name] = head ?? [];
    if (words === undefined || name === undefined) continue;
    const from = extent.start - words.length;
    const text = program.slice(from, extent.end);
    moved.push({ from, to: extent.end, text: `${name}=(${text})` });
  }
  if (moved.length === 0) return program;
  let rest = "";
  let at = 0;
  for (const { from, to } of moved) {
    // A semicolon keeps what stood on both sides apart.
    rest += `${program.slice(at, from)};`;
    at = to;
  }
  const functions = moved.map(({ text }) => text).join(",");
  return `var ${functions};${rest}${program.slice(at)}`;
}

/** Those that stand inside no other one, by their place. */
function outermost(
  extents: readonly FunctionExtent[],
): readonly FunctionExtent[] {
  const sorted = extents.toSorted((a, b) => a.start - b.start || b.end - a.end);
  let end = 0;
  return sorted.filter((extent) => {
    const isInside = extent.start < end;
    end = Math.max(end, extent.end);
    return !isInside;
  });
}
