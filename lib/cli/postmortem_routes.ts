/**
 * Commands about what comes after a panic: what they are called, take and say of themselves. What they do is loaded when
 * they run.
 *
 * @module
 */
import { buildCommand, type Command } from "@stricli/core";
import type { FeedbackFlags } from "./commands/feedback.ts";
import type { PostmortemFlags } from "./commands/postmortem.ts";
import type { CliContext } from "./context.ts";
import { JSON_FLAG, switchFlag } from "./flags.ts";

const NO_REDACT = switchFlag(
  "Leave names, paths, hosts and serial numbers in",
);

/** `postmortem`. */
export const postmortem: Command<CliContext> = buildCommand<
  PostmortemFlags,
  [string],
  CliContext
>({
  loader: async () => (await import("./commands/postmortem.ts")).default,
  parameters: {
    flags: { json: JSON_FLAG, noRedact: NO_REDACT },
    positional: {
      kind: "tuple",
      parameters: [{
        placeholder: "dir",
        brief: "Folder to collect in; made when missing",
        parse: parseFolder,
      }],
    },
  },
  docs: {
    brief: "Collect everything about a panic in one folder, to read and send",
    fullDescription:
      "Copies panic reports, log, ledger and status, and writes a page that says what ran and what to do.\n" +
      "Private words are taken out. A GPU panic holds GPU work for two hours, once a panic.\n" +
      "A second run replaces the files of the first. Exit codes: 0 done, 1 a file could not be written.",
    customUsage: [
      { input: "~/Desktop/panic", brief: "then open its index.html" },
      { input: "/var/tmp/panic --json", brief: "for a wrapper at start-up" },
    ],
  },
});

/** `feedback`. */
export const feedback: Command<CliContext> = buildCommand<
  FeedbackFlags,
  string[],
  CliContext
>({
  loader: async () => (await import("./commands/feedback.ts")).default,
  parameters: {
    flags: {
      json: JSON_FLAG,
      noRedact: NO_REDACT,
      noBreadcrumbs: switchFlag("Leave the lines of the log out"),
    },
    positional: {
      kind: "array",
      maximum: 1,
      parameter: {
        placeholder: "report",
        brief: "A report; the newest GPU panic's when left out",
        parse: parseFolder,
      },
    },
  },
  docs: {
    brief: "Print the text about a GPU panic for Apple's Feedback Assistant",
    fullDescription:
      "Writes what Apple asks for: the panic, the system, what ran, the log before it. Private words are taken out.\n" +
      "Exit codes: 0 printed, 1 there is no panic to write about, or the report cannot be read.",
    customUsage: [
      { input: "| pbcopy", brief: "to paste it" },
      { input: "panic-full-2026-11-20.panic", brief: "about one report" },
    ],
  },
});

function parseFolder(text: string): string {
  if (text.trim() !== "" && !text.includes("\0")) return text;
  throw new SyntaxError("write a path");
}
