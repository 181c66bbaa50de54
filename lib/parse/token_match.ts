/**
 * What has to stand in a text, as data. All parts that are given have to hold.
 *
 * Text is looked at in lower case. In a word a space stands for any run of white space (a line break that a terminal
 * put in counts, and so does the mark that quotes the next line), `~` for white space or underscores, `#` for digits,
 * `*` for what an identifier is made of.
 */
export interface PatternData {
  /** Anywhere, in any order. */
  readonly all?: readonly string[];
  /** One after the other, with anything between them. */
  readonly sequence?: readonly string[];
  /** Most characters from the start of the sequence to its end. */
  readonly within?: number;
  /** Nowhere. */
  readonly none?: readonly string[];
  /** The text also has to say that something happened: the words alone are mentioned too often. */
  readonly needsEvent?: boolean;
}

/** What a search asks of a text. A string is one; a test counts how often it is asked. */
export interface SearchableText {
  /** As that of a string. */
  indexOf(word: string, from?: number): number;
  /** As that of a string. */
  charCodeAt(at: number): number;
}

/** A word split at its first special character: the head is searched, the rest compared. */
export interface Token {
  /** Plain text. */
  readonly head: string;
  /** What follows, with special characters. */
  readonly rest: string;
}

/** {@linkcode PatternData}, ready to be looked for. */
export interface Pattern {
  /** Anywhere, in any order. */
  readonly all: readonly Token[];
  /** One after the other. */
  readonly sequence: readonly Token[];
  /** Most characters from the start of the sequence to its end. */
  readonly within: number;
  /** Nowhere. */
  readonly none: readonly Token[];
  /** Whether the text also has to say that something happened. */
  readonly needsEvent: boolean;
  /**
   * The longest plain text among its words, but not the word for panic itself, which every panic holds: where it is
   * missing, nothing else has to be looked for.
   */
  readonly anchor: string;
}

/** Makes a pattern ready to be looked for. */
export function compilePattern(data: PatternData): Pattern {
  const all = (data.all ?? []).map(splitWord);
  const sequence = (data.sequence ?? []).map(splitWord);
  const heads = [...all, ...sequence].map((token) => token.head);
  return {
    all,
    sequence,
    within: data.within ?? Infinity,
    none: (data.none ?? []).map(splitWord),
    needsEvent: data.needsEvent ?? false,
    anchor: longest(heads.filter((head) => !head.startsWith("panic"))) ||
      longest(heads),
  };
}

function longest(words: readonly string[]): string {
  return words.reduce((a, b) => b.length > a.length ? b : a, "");
}

function splitWord(word: string): Token {
  let at = 0;
  while (at < word.length && !isSpecial(word.charCodeAt(at))) at += 1;
  return { head: word.slice(0, at), rest: word.slice(at) };
}

function isSpecial(code: number): boolean {
  return code === SPACE || code === TILDE || code === HASH || code === STAR;
}

/** Longest identifier that `*`, and longest number that `#` passes over. Keeps matching linear. */
const LONGEST_RUN = 64;

/**
 * Finds a token.
 *
 * @param lower Text in lower case.
 * @param from Where to start.
 * @returns Where it starts, or -1.
 */
export function findToken(
  lower: SearchableText,
  token: Token,
  from: number,
): number {
  let at = lower.indexOf(token.head, from);
  while (at >= 0 && tokenEnd(lower, token, at) < 0) {
    at = lower.indexOf(token.head, at + 1);
  }
  return at;
}

/**
 * Finds a pattern. Linear: each position of the text is passed a fixed number of times.
 *
 * @param lower Text in lower case.
 * @param from Where its start may lie at the earliest.
 * @returns Where it starts, or -1.
 */
export function findPattern(
  lower: SearchableText,
  pattern: Pattern,
  from = 0,
): number {
  if (lower.indexOf(pattern.anchor) < 0) return -1;
  for (const token of pattern.all) {
    if (findToken(lower, token, 0) < 0) return -1;
  }
  const start = pattern.sequence.length > 0
    ? findSequence(lower, pattern.sequence, from, pattern.within)
    : firstOf(lower, pattern.all, from);
  if (start < 0) return -1;
  const isVetoed = pattern.none.some((token) =>
    findToken(lower, token, 0) >= 0
  );
  return isVetoed ? -1 : start;
}

function firstOf(
  lower: SearchableText,
  tokens: readonly Token[],
  from: number,
): number {
  const [first] = tokens;
  return first === undefined ? -1 : findToken(lower, first, from);
}

function findSequence(
  lower: SearchableText,
  tokens: readonly Token[],
  from: number,
  within: number,
): number {
  const first = tokens[0];
  if (first === undefined) return -1;
  let start = findToken(lower, first, from);
  if (start < 0) return -1;
  // Positions only ever move ahead, so that a hostile text full of first words costs no more than its length.
  const seen = new Array<number>(tokens.length).fill(-1);
  while (start >= 0) {
    let end = tokenEnd(lower, first, start);
    for (let index = 1; index < tokens.length; index++) {
      const token = tokens[index] ?? first;
      let at = seen[index] ?? -1;
      if (at < end) at = findToken(lower, token, end);
      if (at < 0) return -1;
      seen[index] = at;
      end = tokenEnd(lower, token, at);
    }
    if (end - start <= within) return start;
    start = findToken(lower, first, start + 1);
  }
  return -1;
}

/** Where a token that starts at `at` ends, or -1 when it does not. */
function tokenEnd(lower: SearchableText, token: Token, at: number): number {
  const { head, rest } = token;
  let end = at + head.length;
  for (let i = 0; i < rest.length; i++) {
    const want = rest.charCodeAt(i);
    const before = end;
    switch (want) {
      case SPACE:
        end = gapEnd(lower, end, false);
        if (end === before) return -1;
        break;
      case TILDE:
        end = gapEnd(lower, end, true);
        if (end === before) return -1;
        break;
      case HASH:
        end = runEnd(lower, end, isDigit);
        if (end === before) return -1;
        break;
      case STAR:
        end = runEnd(lower, end, isIdentifierPart);
        break;
      default:
        if (lower.charCodeAt(end) !== want) return -1;
        end += 1;
    }
  }
  return end;
}

const SPACE = 32;
const HASH = 35;
const STAR = 42;
const TILDE = 126;
const BACKSLASH = 92;
const LINE_BREAK = 10;

/** Passes white space, also as JSON escapes it, and the marks that quote a line (`#`, `>`, `|`). */
function gapEnd(
  lower: SearchableText,
  from: number,
  underscores: boolean,
): number {
  let at = from;
  let isLineStart = false;
  for (;;) {
    const code = lower.charCodeAt(at);
    if (code === LINE_BREAK || code === 0x2028) isLineStart = true;
    else if (code === BACKSLASH) {
      const escaped = lower.charCodeAt(at + 1);
      if (escaped === 110) isLineStart = true; // n
      else if (escaped !== 114 && escaped !== 116) return at; // r, t
      at += 1;
    } else if (
      !(code === SPACE || code === 0xa0 || (code >= 9 && code <= 13) ||
        (isLineStart && (code === HASH || code === 62 || code === 124)) ||
        (underscores && code === 95))
    ) return at;
    at += 1;
  }
}

function runEnd(
  lower: SearchableText,
  from: number,
  belongs: (code: number) => boolean,
): number {
  let at = from;
  while (at - from < LONGEST_RUN && belongs(lower.charCodeAt(at))) at += 1;
  return at;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isIdentifierPart(code: number): boolean {
  return isDigit(code) || (code >= 97 && code <= 122) || code === 95;
}
