/**
 * Commands about several processes: what they are called, take and say of themselves. What they do is loaded when they
 * run.
 *
 * @module
 */
import { buildCommand, type Command } from "@stricli/core";
import type { BreakerFlags } from "./commands/breaker.ts";
import type { OrphanScanFlags } from "./commands/orphan_scan.ts";
import type { CliContext } from "./context.ts";
import { JSON_FLAG, parseNumberFlag, switchFlag } from "./flags.ts";

/** `breaker`. */
export const breaker: Command<CliContext> = buildCommand<
  BreakerFlags,
  [],
  CliContext
>({
  loader: async () => (await import("./commands/breaker.ts")).default,
  parameters: {
    flags: { json: JSON_FLAG, clear: switchFlag("Close it by hand") },
  },
  docs: {
    brief: "Whether kernel panics came so thick that GPU work has to pause",
    fullDescription:
      "Two kernel panics of any kind within an hour open the breaker for an hour.\nExit code: 0, open or closed; panic-gate decides. 1 when --clear cannot write.",
    customUsage: [
      { input: "", brief: "open or closed, and why" },
      { input: "--clear", brief: "close it until the next kernel panic" },
    ],
  },
});

/** A week: an orphan that is older is no news. */
const MOST_SECONDS = 604_800;

/** `orphan-scan`. */
export const orphanScan: Command<CliContext> = buildCommand<
  OrphanScanFlags,
  [],
  CliContext
>({
  loader: async () => (await import("./commands/orphan_scan.ts")).default,
  parameters: {
    flags: {
      json: JSON_FLAG,
      kill: switchFlag("End those that are proved to be our own workers"),
      thresholdSec: {
        kind: "parsed",
        parse: (text) =>
          parseNumberFlag(text, { min: 0, max: MOST_SECONDS, whole: false }),
        optional: true,
        placeholder: "seconds",
        brief: "Least age of an orphan [default = 90]",
      },
    },
  },
  docs: {
    brief: "Workers that were started and never ended",
    fullDescription:
      "Looks at the last 2,000 breadcrumbs. Exit codes: 0 none, 1 at least one.\nWith --kill a worker is ended only where pid, start and owner are proved.",
    customUsage: [
      { input: "", brief: "look" },
      { input: "--kill", brief: "end those that are proved ours" },
    ],
  },
});
