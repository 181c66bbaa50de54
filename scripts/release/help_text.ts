/** One way to call a command, with what it is for. */
export interface HelpExample {
  /** The line to type. */
  readonly line: string;
  /** What for; empty where it is not told. */
  readonly what: string;
}

/** A flag or an argument. */
export interface HelpRow {
  /** As it is typed. */
  readonly name: string;
  /** What it means, with its default. */
  readonly what: string;
}

/** What `--help` of one command says, in its parts. */
export interface HelpText {
  /** Ways to call it. */
  readonly usage: readonly HelpExample[];
  /** Its description, as paragraphs of lines. */
  readonly paragraphs: readonly (readonly string[])[];
  /** Its flags. */
  readonly flags: readonly HelpRow[];
  /** Its arguments. */
  readonly args: readonly HelpRow[];
}

const FLAG = /^\s*((?:-\w\s+)?\[?--[\w-]*\]?)\s+(\S.*)$/;
const ARGUMENT = /^\s*(\S+)\s{2,}(\S.*)$/;

/**
 * Takes the help of a command apart, as the command line prints it.
 *
 * @param text What it prints.
 * @throws {Error} If a row of it has another form: a page without it would be wrong in silence.
 */
export function parseHelp(text: string): HelpText {
  const parts = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of text.trimEnd().split("\n")) {
    if (/^(?:USAGE|FLAGS|ARGUMENTS|COMMANDS|ALIASES)$/.test(line)) {
      current = [];
      parts.set(line, current);
    } else current.push(line);
  }
  const usage = parts.get("USAGE") ?? [];
  const end = usage.indexOf("");
  const paragraphs = end < 0 ? [] : usage.slice(end + 1);
  return {
    usage: examples(end < 0 ? usage : usage.slice(0, end)),
    paragraphs: split(paragraphs),
    flags: rows(parts.get("FLAGS") ?? [], FLAG),
    args: rows(parts.get("ARGUMENTS") ?? [], ARGUMENT),
  };
}

/** A line with four blanks explains the line before it. */
function examples(lines: readonly string[]): readonly HelpExample[] {
  const found: { line: string; what: string }[] = [];
  for (const line of lines) {
    const last = found.at(-1);
    if (line.startsWith("    ") && last !== undefined) last.what = line.trim();
    else found.push({ line: line.trim(), what: "" });
  }
  return found;
}

function split(lines: readonly string[]): readonly (readonly string[])[] {
  return lines.join("\n").split(/\n{2,}/)
    .map((text) => text.split("\n").filter((line) => line !== ""))
    .filter((paragraph) => paragraph.length > 0);
}

function rows(lines: readonly string[], form: RegExp): readonly HelpRow[] {
  return lines.filter((line) => line.trim() !== "").map((line) => {
    const [, name, what] = form.exec(line) ?? [];
    if (name === undefined || what === undefined) {
      throw new Error(`Cannot read a line of help: ${line}`);
    }
    return {
      name: name.replaceAll(/\s+/g, " "),
      what: what.replaceAll(/\s+/g, " "),
    };
  });
}
