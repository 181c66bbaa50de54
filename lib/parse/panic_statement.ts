import { plainText } from "../core/plain_text.ts";
import { unescapeJson } from "./json_slice.ts";

/** Longest statement that is kept, in characters. */
const LONGEST_STATEMENT = 400;
/** How far a statement may reach before wrapping and escapes are taken out. */
const STATEMENT_REACH = 1_200;
/** How deep into a text its structure is looked for. */
const STRUCTURE_REACH = 1 << 16;

/** `panic:` at the start of a line, quoted or not. */
const PANIC_LINE = /^[ \t#>`*|"]{0,16}(?:[Kk]ernel )?panic: ?(.{0,40})/m;
/** How a program written in Go says that it gave up: no kernel's doing. */
const GO_PANIC =
  /^(?:mlx:|runtime error|assignment to|send on closed|\S{1,40}: runtime)/;

const STRUCTURE = [
  "panic(cpu",
  "panic(...",
  "Debugger message: panic",
  "*** Panic Report ***",
  "SOCD report detected",
];

/** Whether a text has the build of a kernel panic, whatever its cause. A Go program's `panic:` has not. */
export function isPanicText(text: string): boolean {
  const head = text.slice(0, STRUCTURE_REACH);
  if (STRUCTURE.some((mark) => head.includes(mark))) return true;
  const line = PANIC_LINE.exec(head);
  return line !== null && !GO_PANIC.test(line[1] ?? "") &&
    !/^goroutine \d/m.test(head);
}

/**
 * What was said when the kernel stopped, on one line and safe to show.
 *
 * @param text Text of a panic, escaped as in JSON or not.
 */
export function panicLineOf(text: string): string | undefined {
  const at = statementAt(text);
  if (at < 0) return undefined;
  const slice = unescapeJson(text.slice(at, at + STATEMENT_REACH));
  const end = slice.search(/\n(?:[ \t]*\n|Debugger message|Panicked task)/);
  const line = (end < 0 ? slice : slice.slice(0, end)).replace(/\s+/g, " ");
  return plainText(line, LONGEST_STATEMENT);
}

function statementAt(text: string): number {
  const head = text.slice(0, STRUCTURE_REACH);
  for (const mark of ["panic(cpu", "panic(...", "panic: "]) {
    const at = head.indexOf(mark);
    if (at >= 0) return at;
  }
  return head.indexOf("SOCD report detected");
}
