/** Text as roff prints it: no character of it is an order, and a hyphen stays the one that can be copied. */
export function roffText(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("…", "\\[u2026]")
    .replaceAll("“", "\\(lq")
    .replaceAll("”", "\\(rq")
    .replaceAll("×", "\\(mu")
    .replaceAll(/^([.'])/gm, "\\&$1");
}

/** The same in bold. */
export function roffBold(text: string): string {
  return `\\fB${roffText(text)}\\fR`;
}

/** A heading. */
export function roffSection(title: string): string {
  return `.SH ${quoted(title)}\n`;
}

/** A heading below a heading. */
export function roffSubsection(title: string): string {
  return `.SS ${quoted(title)}\n`;
}

/** Lines that stay as they are, set in. */
export function roffLines(lines: readonly string[]): string {
  return `.PP\n.RS 4\n.nf\n${lines.map(roffText).join("\n")}\n.fi\n.RE\n`;
}

/** A term and what it means. */
export function roffTerm(term: string, what: string): string {
  return `.TP\n${roffBold(term)}\n${roffText(what)}\n`;
}

/** A paragraph whose lines are broken as they are given. */
export function roffParagraph(lines: readonly string[]): string {
  return `.PP\n${lines.map(roffText).join("\n.br\n")}\n`;
}

function quoted(text: string): string {
  return `"${roffText(text).replaceAll('"', '""')}"`;
}
