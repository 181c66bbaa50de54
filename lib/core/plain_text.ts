/** C0 and C1 control characters, line and paragraph separators, and the marks that turn writing direction around. */
const UNPRINTABLE =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\u200e\u200f\u061c]+/g;

/**
 * Makes foreign text safe to show: one line, nothing that moves a terminal's cursor or turns its writing around.
 *
 * @param text Anything: a process name out of a report, a path, a reason somebody typed.
 * @param maxLength Longest result in characters; a cut text ends in `…`. @default 500
 */
export function plainText(text: string, maxLength = 500): string {
  const clean = text.slice(0, maxLength * 4).replace(UNPRINTABLE, " ").trim();
  const short = clean.length > maxLength
    // The cut may halve a character that takes two units.
    ? `${
      clean.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, "").trimEnd()
    }…`
    : clean;
  return short.toWellFormed();
}

/** Quotes a word so that a person can paste it into a shell and nothing in it acts. */
export function shellWord(word: string): string {
  const plain = plainText(word, 4_096);
  return /^[\w@%+=:,./-]+$/.test(plain)
    ? plain
    : `'${plain.replaceAll("'", `'\\''`)}'`;
}
