/** How text may look: plain for pipes and files, coloured for a terminal that has colours. */
export interface TextStyle {
  /** Important words. */
  bold(text: string): string;
  /** Words that may be passed over. */
  dim(text: string): string;
  /** A state in its colour, with its symbol in front. */
  badge(tone: Tone, word: string): string;
}

/** How good or bad a state is. */
export type Tone = "good" | "warn" | "bad";

const CODES: { readonly [K in Tone]: number } = { good: 32, warn: 33, bad: 31 };
const SYMBOLS: { readonly [K in Tone]: string } = {
  good: "🟢",
  warn: "🟡",
  bad: "🔴",
};

/**
 * Builds a style.
 *
 * @param options `color` for ANSI colours, `emoji` for symbols; both only for a terminal that has them.
 */
export function textStyle(
  options: { readonly color: boolean; readonly emoji: boolean },
): TextStyle {
  const paint = (code: string, text: string): string =>
    options.color ? `\x1b[${code}m${text}\x1b[0m` : text;
  return {
    bold: (text) => paint("1", text),
    dim: (text) => paint("2", text),
    badge: (tone, word) => {
      const painted = paint(`1;${CODES[tone]}`, word);
      return options.emoji ? `${SYMBOLS[tone]} ${painted}` : painted;
    },
  };
}

/** A command to paste stays on one line: broken in two it would be two commands. */
const COMMAND_MARK = "$ ";
/** Width to which paragraphs are filled: fits a terminal of 80 columns with the label column in front. */
const TEXT_WIDTH = 78;
const LABEL_WIDTH = 12;

/**
 * A paragraph with its label in front, filled to the width of a terminal.
 *
 * @param label At most eleven characters.
 * @param text One paragraph; a line break starts a new line, which keeps words such as paths whole.
 */
export function labelled(label: string, text: string): string {
  const lines = text.split("\n").flatMap((line) =>
    line.startsWith(COMMAND_MARK)
      ? [line]
      : filled(line, TEXT_WIDTH - LABEL_WIDTH)
  );
  return lines
    .map((line, index) =>
      `${(index === 0 ? label : "").padEnd(LABEL_WIDTH)}${line}`.trimEnd()
    )
    .join("\n");
}

function filled(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** What a line of a list begins with. */
const LIST_MARK = /^(?:- |\d{1,3}\. +)/;

/**
 * Paragraphs under a heading: indented, filled to the width of a terminal. A line break starts a new line. What goes on
 * under a line of a list (`- `, `1. `) stands under its words; so does a command to paste, which stays on one line.
 *
 * @param text Paragraphs.
 */
export function indented(text: string): string {
  const margin = "  ";
  let hang = "";
  return text.split("\n").flatMap((line) => {
    if (line.startsWith(COMMAND_MARK)) return [margin + hang + line];
    const mark = LIST_MARK.exec(line)?.[0] ?? "";
    hang = " ".repeat(mark.length);
    const width = TEXT_WIDTH - margin.length - mark.length;
    return filled(line.slice(mark.length), width).map((part, index) =>
      margin + (index === 0 ? mark : hang) + part
    );
  }).map((line) => line.trimEnd()).join("\n");
}
