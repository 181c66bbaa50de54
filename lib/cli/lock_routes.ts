/**
 * Commands about the lock: what they are called, take and say of themselves. What they do is loaded when they run.
 *
 * @module
 */
import {
  buildCommand,
  buildRouteMap,
  type Command,
  type RouteMap,
} from "@stricli/core";
import { DAY_MS } from "../core/instant.ts";
import type { LockReleaseFlags } from "./commands/lock_release.ts";
import type { LockRunFlags } from "./commands/lock_run.ts";
import type { LockShowFlags } from "./commands/lock_show.ts";
import type { CliContext } from "./context.ts";
import { JSON_FLAG, parseDurationFlag, switchFlag } from "./flags.ts";

/** A year: whoever waits longer has forgotten it. */
const LONGEST_WAIT_MS = 366 * DAY_MS;

const show: Command<CliContext> = buildCommand<LockShowFlags, [], CliContext>({
  loader: async () => (await import("./commands/lock_show.ts")).default,
  parameters: { flags: { json: JSON_FLAG } },
  docs: {
    brief: "Who has the GPU lock",
    fullDescription:
      "Shows who holds the lock that the Python metal-guard and this one share. Nothing is changed.\n" +
      "Exit code 0, whoever has it.",
  },
});

const release: Command<CliContext> = buildCommand<
  LockReleaseFlags,
  [],
  CliContext
>({
  loader: async () => (await import("./commands/lock_release.ts")).default,
  parameters: {
    flags: {
      json: JSON_FLAG,
      force: switchFlag("End a living holder with SIGTERM first"),
    },
  },
  docs: {
    brief: "Clear away a lock that its holder has left behind",
    fullDescription:
      "Removes the record of a process that is gone. A living holder keeps it, unless --force asks it to end;\n" +
      "only a process that is proved to be the holder is ever signalled.\n\n" +
      "Exit codes: 0 the lock is free, 1 its file cannot be changed, 75 somebody alive holds it.",
    customUsage: [
      { input: "", brief: "after a crash" },
      { input: "--force", brief: "ask the holder to end, wait for it" },
    ],
  },
});

const run: Command<CliContext> = buildCommand<
  LockRunFlags,
  string[],
  CliContext
>({
  loader: async () => (await import("./commands/lock_run.ts")).default,
  parameters: {
    flags: {
      label: {
        kind: "parsed",
        parse: String,
        placeholder: "name",
        brief: "What for; others see it",
      },
      force: switchFlag("End a living holder with SIGTERM first"),
      wait: {
        kind: "parsed",
        parse: (text) =>
          text === "" ? Infinity : parseDurationFlag(text, LONGEST_WAIT_MS),
        inferEmpty: true,
        optional: true,
        placeholder: "duration",
        brief: "Wait for the lock, at most this long (--wait, --wait=2h)",
      },
    },
    positional: {
      kind: "array",
      parameter: {
        brief: "The command and its arguments, behind --",
        parse: String,
        placeholder: "cmd",
      },
    },
  },
  docs: {
    brief: "Hold the GPU lock around a command",
    fullDescription:
      "Runs a command while the lock is held for it. Whatever it leaves running keeps the lock until it has ended.\n\n" +
      "Exit codes: the command's own, 75 somebody else holds the lock, 126 and 127 as in a shell.",
    customUsage: [
      {
        input: "--label nightly -- python -m mlx_lm.generate …",
        brief: "75 when the GPU is taken",
      },
      {
        input: "--label nightly --wait=2h -- python train.py",
        brief: "wait for it, two hours at most",
      },
    ],
  },
});

/** `lock`. */
export const lock: RouteMap<CliContext> = buildRouteMap({
  routes: { show, release, run },
  defaultCommand: "show",
  docs: {
    brief: "One program at a time on the GPU: show, release, run",
    fullDescription:
      "Two MLX programs at once, or one right after another, is what wakes the driver bug.\n" +
      "The lock keeps them apart, also from those that use the Python metal-guard.",
  },
});
