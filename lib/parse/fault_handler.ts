/** What Python's faulthandler left behind when something below Python ended the process. */
export interface FaultDump {
  /** Its words, e.g. `Aborted`. */
  readonly reason: string;
  /** Where the thread was that it names first, innermost first: `generate_step generate.py:430`. */
  readonly frames: readonly string[];
}

/** A tail of standard error is no longer; the dump stands at its end. In UTF-16 units. */
const MAX_LENGTH = 1 << 17;
const FATAL = "Fatal Python error: ";
const MAX_FRAMES = 8;

/**
 * Finds the last dump of faulthandler in what a Python printed. Paths are cut to their file's name: a home folder is
 * nobody's business.
 *
 * @param text The end of its standard error.
 * @returns `undefined` when there is none.
 */
export function tryParseFaultDump(text: string): FaultDump | undefined {
  const end = text.slice(-MAX_LENGTH);
  const start = end.lastIndexOf(FATAL);
  if (start < 0) return undefined;
  const [first = "", ...lines] = end.slice(start + FATAL.length).split("\n");
  return { reason: first.trim().slice(0, 200), frames: framesOf(lines) };
}

/** Those of the thread that crashed; where that one was not Python's, of the first one. */
function framesOf(lines: readonly string[]): readonly string[] {
  const isHead = (line: string): boolean =>
    line.length < 200 && line.includes("(most recent call first)");
  const current = lines.findIndex((line) =>
    isHead(line) && line.startsWith("Current thread")
  );
  const head = current >= 0 ? current : lines.findIndex(isHead);
  const frames: string[] = [];
  if (head < 0) return frames;
  for (const line of lines.slice(head + 1)) {
    const frame = tryParseFrame(line);
    if (frame === undefined || frames.length >= MAX_FRAMES) break;
    frames.push(frame);
  }
  return frames;
}

function tryParseFrame(line: string): string | undefined {
  if (line.length > 1_024) return undefined;
  const match = /^ {2}File "([^"]*)", line (\d{1,9}|\?\?\?) in (.{1,200})$/
    .exec(line);
  const [, path = "", number = "", name = ""] = match ?? [];
  if (match === null) return undefined;
  return `${name} ${path.split("/").at(-1) ?? ""}:${number}`;
}
