/** How documentation and source code give themselves away. */
export interface MentionMarks {
  /** A line that starts so is a comment of a program. */
  readonly lineStarts: readonly string[];
  /** A line that holds this is a piece of a program. */
  readonly lineMarks: readonly string[];
  /** Words that say that something happened. */
  readonly eventWords: readonly string[];
  /** What only a machine's own report holds. */
  readonly reportMarks: readonly string[];
}

/** How far a line is looked at in each direction: a whole report may be one line. */
const LINE_REACH = 300;
/** How near the words that tell of an event have to stand. */
const EVENT_REACH = 120;

/**
 * Whether what stands at `at` is only spoken of: in a comment or in a piece of a program.
 *
 * @param lower Text in lower case.
 */
export function isMention(
  lower: string,
  at: number,
  marks: MentionMarks,
): boolean {
  const before = lower.slice(Math.max(0, at - LINE_REACH), at);
  const after = lower.slice(at, at + LINE_REACH);
  const lineEnd = after.indexOf("\n");
  const line = before.slice(before.lastIndexOf("\n") + 1) +
    (lineEnd < 0 ? after : after.slice(0, lineEnd));
  const trimmed = line.trimStart();
  return marks.lineStarts.some((start) => trimmed.startsWith(start)) ||
    marks.lineMarks.some((mark) => line.includes(mark));
}

/** Whether the words around `at` say that something happened. */
export function tellsOfEvent(
  lower: string,
  at: number,
  marks: MentionMarks,
): boolean {
  const around = lower.slice(Math.max(0, at - EVENT_REACH), at + EVENT_REACH);
  return marks.eventWords.some((word) => around.includes(word));
}

/** So many of the marks make a report: any one of them is quoted in documentation too. */
const ENOUGH_MARKS = 3;

/** Whether the text holds what only a machine's own report holds. */
export function isReport(lower: string, marks: MentionMarks): boolean {
  return marks.reportMarks.filter((mark) => lower.includes(mark)).length >=
    ENOUGH_MARKS;
}
