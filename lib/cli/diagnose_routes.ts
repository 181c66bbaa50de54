/**
 * The command for somebody who was woken by a Mac that went down. What it does is loaded when it runs.
 *
 * @module
 */
import { buildCommand, type Command } from "@stricli/core";
import type { DiagnoseFlags } from "./commands/diagnose.ts";
import type { CliContext } from "./context.ts";
import { JSON_FLAG, parseNumberFlag, switchFlag } from "./flags.ts";

/** Ten years: more than any report folder holds. */
const MOST_HOURS = 87_600;

/** `diagnose`. */
export const diagnose: Command<CliContext> = buildCommand<
  DiagnoseFlags,
  [],
  CliContext
>({
  loader: async () => (await import("./commands/diagnose.ts")).default,
  parameters: {
    flags: {
      json: JSON_FLAG,
      sinceHours: {
        kind: "parsed",
        parse: (text) =>
          parseNumberFlag(text, { min: 0, max: MOST_HOURS, whole: false }),
        default: "168",
        placeholder: "hours",
        brief: "How far back to look",
      },
      python: {
        kind: "parsed",
        parse: parsePython,
        placeholder: "path",
        optional: true,
        brief:
          "Whose packages to compare; else that of the last good run, else the active one",
      },
      share: switchFlag(
        "Take out names, home folders, hosts, serial numbers and secrets",
      ),
    },
  },
  docs: {
    brief: "After a crash: what happened, how sure, what ran, what to do",
    fullDescription:
      "Tells, in this order: what happened, how sure that is, what was running, what changed since it last\n" +
      "went well, and what to do now. It reads reports and records; it starts no Python and opens no Metal.\n\n" +
      "Exit codes: 0 nothing happened, 1 something did or it cannot be told, 2 five kernel panics or more.",
    customUsage: [
      { input: "", brief: "the last seven days" },
      { input: "--since-hours 24", brief: "the last day" },
      { input: "--share", brief: "to show it to others" },
      { input: "--json", brief: "for programs" },
    ],
  },
});

function parsePython(text: string): string {
  if (text !== "") return text;
  throw new SyntaxError("name an interpreter or the folder of an environment");
}
