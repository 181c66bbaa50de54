/**
 * Something out of order that did not stop the work: a corrupt file, an unreadable report, a date in the future.
 * Findings are never swallowed: they reach the text, the JSON and `doctor`.
 */
export interface Finding {
  /** Stable identifier for programs, e.g. `report-unreadable`. */
  readonly code: string;
  /** What is out of order, as a sentence. */
  readonly message: string;
  /** What to do about it, or `null` when nothing needs doing. A line that starts with `$ ` is a command to paste. */
  readonly fix: string | null;
}

/** Builds a {@linkcode Finding}. */
export function finding(
  code: string,
  message: string,
  fix: string | null = null,
): Finding {
  return { code, message, fix };
}
