/**
 * Commands about jobs of launchd: what they are called, take and say of themselves. What they do is loaded when they run.
 *
 * @module
 */
import {
  buildCommand,
  buildRouteMap,
  type Command,
  type RouteMap,
} from "@stricli/core";
import type {
  LaunchdInstallFlags,
  LaunchdPrintFlags,
  LaunchdUninstallFlags,
} from "./commands/launchd.ts";
import type { CliContext } from "./context.ts";
import { JSON_FLAG, switchFlag } from "./flags.ts";

const JOBS =
  "Jobs: status-writer keeps status.json fresh. gate asks the gate at login and when a report appears, so that panics are\n" +
  "written down; gate -- CMD starts CMD once the gate is open. run -- CMD keeps CMD under metal-guard run.";

const WORDS = {
  kind: "array",
  parameter: {
    brief: "status-writer, gate or run; a command behind --",
    parse: String,
    placeholder: "job",
  },
} as const;

const COMMON = {
  json: JSON_FLAG,
  name: {
    kind: "parsed",
    parse: String,
    optional: true,
    placeholder: "word",
    brief: "Last part of the label, for jobs with a command",
  },
  program: {
    kind: "parsed",
    parse: String,
    optional: true,
    placeholder: "path",
    brief: "The metal-guard that the job starts [default = the one on PATH]",
  },
  metricsDir: {
    kind: "parsed",
    parse: String,
    optional: true,
    placeholder: "folder",
    brief: "The status-writer also writes metal_guard.prom there",
  },
} as const;

const APPLY = switchFlag("Do it; without this it is only shown");

const print: Command<CliContext> = buildCommand<
  LaunchdPrintFlags,
  string[],
  CliContext
>({
  loader: async () => (await import("./commands/launchd.ts")).print,
  parameters: { flags: COMMON, positional: WORDS },
  docs: {
    brief: "Print a job's property list",
    fullDescription:
      `Prints what install would write, and nothing else.\n${JOBS}\n\nExit codes: 0 printed, 64 usage.`,
    customUsage: [
      { input: "status-writer", brief: "what install would write" },
      {
        input: "run -- /path/bin/mlx_lm.server --model …",
        brief: "a guarded server",
      },
    ],
  },
});

const install: Command<CliContext> = buildCommand<
  LaunchdInstallFlags,
  string[],
  CliContext
>({
  loader: async () => (await import("./commands/launchd.ts")).install,
  parameters: {
    flags: {
      ...COMMON,
      apply: APPLY,
      replace: switchFlag(
        "Keep a file that is not ours under another name; uninstall puts it back",
      ),
    },
    positional: WORDS,
  },
  docs: {
    brief: "Write a job into LaunchAgents and load it (shown first)",
    fullDescription:
      `Shows what it would do; --apply does it. Doing it twice changes nothing.\n${JOBS}\n\n` +
      "Exit codes: 0 done or shown, 1 it could not be done, 64 usage.",
    customUsage: [
      { input: "status-writer --apply", brief: "status.json, kept fresh" },
      { input: "gate", brief: "look at it first" },
      { input: "gate --apply", brief: "do it" },
      {
        input: "run --name qwen --apply -- /path/bin/mlx_lm.server --model …",
        brief: "com.metal-guard.run.qwen",
      },
    ],
  },
});

const uninstall: Command<CliContext> = buildCommand<
  LaunchdUninstallFlags,
  string[],
  CliContext
>({
  loader: async () => (await import("./commands/launchd.ts")).uninstall,
  parameters: { flags: { ...COMMON, apply: APPLY }, positional: WORDS },
  docs: {
    brief: "Unload a job and remove its file (shown first)",
    fullDescription:
      "Shows what it would do; --apply does it. Name the job as it was installed. What install had kept is put back.\n\n" +
      "Exit codes: 0 done or shown, 1 it could not be done, 64 usage.",
    customUsage: [
      { input: "gate --apply", brief: "take it away" },
      {
        input: "run --name qwen --apply",
        brief: "by its name",
      },
    ],
  },
});

/** `launchd`. */
export const launchd: RouteMap<CliContext> = buildRouteMap({
  routes: { print, install, uninstall },
  docs: {
    brief: "Jobs for launchd: print, install, uninstall",
    fullDescription: `Property lists that respect launchd's ways.\n${JOBS}`,
  },
});
