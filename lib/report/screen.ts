/** Room that a screen has. */
export interface ScreenSize {
  /** Characters in a row. */
  readonly columns: number;
  /** Rows. */
  readonly rows: number;
}

/** A change of colour, which takes no room. */
// deno-lint-ignore no-control-regex
const COLOUR = /(\x1b\[[0-9;]*m)/;
const RESET = "\x1b[0m";
/** Lines that go on stand under what they go on with, where there is room for that. */
const LABEL_WIDTH = 12;
const NARROW_COLUMNS = 60;

/** Takes no room: marks over the letter before, joiners, and what chooses a form. */
const NO_ROOM = /\p{Mn}|\p{Me}|\p{Cf}/u;
/** Takes two columns in a terminal, or may. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Columns that a character takes. */
function widthOf(character: string): number {
  if (character < "\u0300") return 1;
  if (NO_ROOM.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/**
 * Lays a text out on a screen: no row is wider than it, there are no more rows than it has, and each row sets and ends its
 * own colours. What has no room is counted in a row of its own.
 *
 * @param text Lines, perhaps coloured.
 * @param footer The last row.
 * @param size The screen; at least one row and one column.
 */
export function screenRows(
  text: string,
  footer: string,
  size: ScreenSize,
): readonly string[] {
  const columns = Math.max(1, size.columns);
  const rows = Math.max(1, size.rows);
  const all = wrapped(text.trimEnd(), columns);
  const last = wrapped(footer, columns)[0] ?? "";
  const room = rows - 1;
  if (room === 0) return [last];
  if (all.length <= room) return [...all, last];
  const more = `… ${all.length - room + 1} more lines`;
  return [
    ...all.slice(0, room - 1),
    ...wrapped(more, columns).slice(0, 1),
    last,
  ];
}

/** Rows of a text, each as wide as the screen at most. */
function wrapped(text: string, columns: number): readonly string[] {
  const indent = columns < NARROW_COLUMNS ? 2 : LABEL_WIDTH;
  const rows: string[] = [];
  let colour = "";
  for (const line of text.split("\n")) {
    const row = new Row(Math.min(indent, columns - 1), columns, colour);
    for (const piece of moved(line, indent).split(COLOUR)) {
      if (COLOUR.test(piece)) row.paint(piece);
      else row.add(piece);
    }
    rows.push(...row.rows());
    colour = row.colour;
  }
  return rows;
}

/** On a narrow screen, what stands under its label moves to the left. */
function moved(line: string, indent: number): string {
  const isUnderLabel = line.startsWith(" ".repeat(LABEL_WIDTH));
  return isUnderLabel ? " ".repeat(indent) + line.slice(LABEL_WIDTH) : line;
}

/** One line on its way into rows. */
class Row {
  readonly #indent: number;
  readonly #columns: number;
  readonly #done: string[] = [];
  #text: string;
  #width = 0;
  colour: string;

  constructor(indent: number, columns: number, colour: string) {
    this.#indent = indent;
    this.#columns = columns;
    this.#text = colour;
    this.colour = colour;
  }

  paint(code: string): void {
    this.colour = code === RESET ? "" : this.colour + code;
    this.#text += code;
  }

  /** Blanks stay where a line begins; elsewhere a row breaks at them. */
  add(piece: string): void {
    for (const [word] of piece.matchAll(/ +|[^ ]+/g)) {
      const width = [...word].reduce((sum, one) => sum + widthOf(one), 0);
      const isBlank = word.startsWith(" ");
      if (this.#width + width <= this.#columns) this.#put(word, width);
      else if (isBlank) this.#break();
      else if (width <= this.#columns - this.#indent) {
        this.#break();
        this.#put(word, width);
      } else {
        for (const one of word) this.#putCharacter(one);
      }
    }
  }

  rows(): readonly string[] {
    this.#finish();
    return this.#done;
  }

  #put(text: string, width: number): void {
    // The blank at which a row was broken is not carried over.
    if (text.startsWith(" ") && this.#isFresh()) return;
    this.#text += text;
    this.#width += width;
  }

  #putCharacter(one: string): void {
    const width = widthOf(one);
    if (this.#width + width > this.#columns) this.#break();
    this.#text += one;
    this.#width += width;
  }

  #isFresh(): boolean {
    return this.#done.length > 0 && this.#width === this.#indent;
  }

  #break(): void {
    this.#finish();
    this.#text = " ".repeat(this.#indent) + this.colour;
    this.#width = this.#indent;
  }

  #finish(): void {
    const end = this.colour === "" ? "" : RESET;
    this.#done.push(`${this.#text.trimEnd()}${end}`);
  }
}

/** Takes the terminal for a picture: its other screen, no cursor, no line that goes on in the next row. */
export const ENTER_SCREEN = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";
/** Gives it back as it was. */
export const LEAVE_SCREEN = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l";

/**
 * Draws rows over what is there, at once: a terminal that can shows nothing in between.
 *
 * What is erased is erased before a row and below the last one: behind a row that fills the screen it would be the row's
 * own last character.
 */
export function drawing(rows: readonly string[], size: ScreenSize): string {
  const below = rows.length < size.rows ? "\r\n\x1b[J" : "";
  return `\x1b[?2026h\x1b[H${
    rows.map((row) => `\x1b[K${row}`).join("\r\n")
  }${below}\x1b[?2026l`;
}
