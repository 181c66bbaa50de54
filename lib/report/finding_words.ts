import type { Finding } from "../core/finding.ts";
import { plainText } from "../core/plain_text.ts";
import type { UnreadableReport } from "../policy/cooldown_verdict.ts";
import { labelled, type TextStyle } from "./text_style.ts";

/** Findings for a person: a quiet block each, with what to do about it. */
export function findingBlocks(
  findings: readonly Finding[],
  style: TextStyle,
): readonly string[] {
  return findings.map(({ message, fix }) => {
    const words = fix === null ? [message] : [message, ...fix.split("\n")];
    const text = words.map((line) => plainText(line, 600)).join("\n");
    return style.dim(labelled("Note", text));
  });
}

/** Evidence that could not be read, with what grants access; no block when there is none. */
export function unreadableBlocks(
  reports: readonly UnreadableReport[],
): readonly string[] {
  const text = reports.flatMap((
    { message, fix },
  ) => [message, ...fix.split("\n")])
    .map((line) => plainText(line, 600)).join("\n");
  return reports.length === 0 ? [] : [labelled("Unreadable", text)];
}
