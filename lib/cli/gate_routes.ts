/**
 * Commands about the gate: what they are called, take and say of themselves. What they do is loaded when they run.
 *
 * @module
 */
import { buildCommand, type Command } from "@stricli/core";
import { DAY_MS } from "../core/instant.ts";
import type { AckFlags } from "./commands/ack.ts";
import type { HoldFlags } from "./commands/hold.ts";
import type { PanicGateFlags } from "./commands/panic_gate.ts";
import type { CliContext } from "./context.ts";
import { JSON_FLAG, parseDurationFlag, switchFlag } from "./flags.ts";

/** A year: longer than any hold can last. */
const LONGEST_WAIT_MS = 366 * DAY_MS;
const LONGEST_HOLD_MS = 30 * DAY_MS;

/** `panic-gate`. */
export const panicGate: Command<CliContext> = buildCommand<
  PanicGateFlags,
  [],
  CliContext
>({
  loader: async () => (await import("./commands/panic_gate.ts")).default,
  parameters: {
    flags: {
      json: JSON_FLAG,
      quiet: switchFlag("Print nothing; the exit code says it"),
      wait: {
        kind: "parsed",
        parse: (text) =>
          text === "" ? Infinity : parseDurationFlag(text, LONGEST_WAIT_MS),
        inferEmpty: true,
        optional: true,
        placeholder: "duration",
        brief:
          "Sleep until the gate opens, at most this long (--wait, --wait=2h)",
      },
    },
    aliases: { q: "quiet" },
  },
  docs: {
    brief: "May GPU work start? 0 yes, 2 wait, 3 or more: cannot tell",
    fullDescription:
      "Asks whether GPU work may start after the GPU panics of the last 72 hours.\n\n" +
      "Exit codes: 0 go, 2 wait (cooldown, lockout or hold), 3 reports exist that cannot be read, 64 usage.\n" +
      "One panic: 2 hours. Two in 24 hours or three in 72: locked until metal-guard ack.",
    customUsage: [
      {
        input: "",
        brief: "what happened, why it waits, until when, how to clear it",
      },
      {
        input: "--quiet && exec mlx_lm.server …",
        brief: "in a launchd wrapper",
      },
      {
        input: "--wait=2h --quiet",
        brief: "sleep until it opens, two hours at most",
      },
      { input: "--json", brief: "for programs" },
    ],
  },
});

/** `ack`. */
export const ack: Command<CliContext> = buildCommand<AckFlags, [], CliContext>({
  loader: async () => (await import("./commands/ack.ts")).default,
  parameters: {
    flags: {
      json: JSON_FLAG,
      clear: switchFlag("Take the ack back"),
      reason: {
        kind: "parsed",
        parse: String,
        optional: true,
        placeholder: "text",
        brief: "What was changed; kept with the ack",
      },
    },
  },
  docs: {
    brief: "Say 'go on' after a lockout",
    fullDescription:
      "Lifts a lockout for 24 hours, for the panics that have happened. The next GPU panic needs a new one.\n" +
      "It lifts neither a cooldown nor a hold. Exit codes: 0 done, 1 the file cannot be written.",
    customUsage: [
      {
        input: "--reason 'moved to the 4-bit model'",
        brief: "lift the lockout",
      },
      { input: "--clear", brief: "take it back" },
    ],
  },
});

/** `hold`. */
export const hold: Command<CliContext> = buildCommand<
  HoldFlags,
  [],
  CliContext
>(
  {
    loader: async () => (await import("./commands/hold.ts")).default,
    parameters: {
      flags: {
        json: JSON_FLAG,
        clear: switchFlag("Lift the hold"),
        for: {
          kind: "parsed",
          parse: (text) => parseDurationFlag(text, LONGEST_HOLD_MS),
          optional: true,
          placeholder: "duration",
          brief: "How long, at most 30d [default = 2h]",
        },
        reason: {
          kind: "parsed",
          parse: String,
          optional: true,
          placeholder: "text",
          brief: "Why; shown by panic-gate",
        },
      },
    },
    docs: {
      brief: "Keep GPU work away by hand, or lift that",
      fullDescription:
        "Sets a hold: panic-gate answers 2 until it ends. A longer hold stays; only --clear shortens.\n" +
        "Exit codes: 0 done, 1 the file cannot be written.",
      customUsage: [
        {
          input: "--for 8h --reason 'training overnight'",
          brief: "until tomorrow",
        },
        { input: "--clear", brief: "lift it, also one that is damaged" },
      ],
    },
  },
);
