/**
 * Commands that show something: what they are called, take and say of themselves. What they do is loaded when they
 * run.
 *
 * @module
 */
import { buildCommand, type Command } from "@stricli/core";
import type { AbortsFlags } from "./commands/aborts.ts";
import type { BreadcrumbFlags } from "./commands/breadcrumb.ts";
import type { CompletionsFlags } from "./commands/completions.ts";
import type { ModeFlags } from "./commands/mode.ts";
import type { PanicsFlags } from "./commands/panics.ts";
import type { StatusFlags } from "./commands/status.ts";
import type { CliContext } from "./context.ts";
import { JSON_FLAG, parseNumberFlag, switchFlag } from "./flags.ts";

const HEALTH_CODES =
  "Exit codes: 0 ok, 1 a kernel panic in the window, 2 five or more.";

/** Ten years: more than any report folder holds. */
const MOST_HOURS = 87_600;

function sinceHours(fallback: string, what: string): {
  readonly kind: "parsed";
  readonly parse: (text: string) => number;
  readonly default: string;
  readonly placeholder: string;
  readonly brief: string;
} {
  return {
    kind: "parsed",
    parse: (text) =>
      parseNumberFlag(text, { min: 0, max: MOST_HOURS, whole: false }),
    default: fallback,
    placeholder: "hours",
    brief: `How far back to look for ${what}`,
  };
}

/** `status`. */
export const status: Command<CliContext> = buildCommand<
  StatusFlags,
  [],
  CliContext
>({
  loader: async () => (await import("./commands/status.ts")).default,
  parameters: {
    flags: {
      json: JSON_FLAG,
      watch: switchFlag("Redraw in place until Ctrl-C"),
      interval: {
        kind: "parsed",
        parse: (text) =>
          parseNumberFlag(text, { min: 1, max: 3_600, whole: false }),
        default: "2",
        placeholder: "seconds",
        brief: "From one picture to the next, for --watch",
      },
      format: {
        kind: "enum",
        values: ["text", "json", "swiftbar"],
        default: "text",
        brief: "swiftbar is a menu for SwiftBar or xbar, and ends with 0",
      },
    },
  },
  docs: {
    brief: "One picture: health, gate, panics, mode, breadcrumbs",
    fullDescription:
      `Shows the whole picture. It is the command without a name.\n${HEALTH_CODES}`,
    customUsage: [
      { input: "", brief: "for a person" },
      { input: "--watch", brief: "for a person who waits" },
      { input: "--json", brief: "for a dashboard" },
      { input: "--format swiftbar", brief: "for a menu bar" },
    ],
  },
});

/** `panics`. */
export const panics: Command<CliContext> = buildCommand<
  PanicsFlags,
  [],
  CliContext
>({
  loader: async () => (await import("./commands/panics.ts")).default,
  parameters: {
    flags: { json: JSON_FLAG, sinceHours: sinceHours("72", "kernel panics") },
  },
  docs: {
    brief: "Kernel panics, newest first, also those of other drivers",
    fullDescription:
      `Lists kernel panics out of the system's own reports; two reports of one crash are one.\n${HEALTH_CODES}`,
    customUsage: [
      { input: "--since-hours 720", brief: "the last thirty days" },
      { input: "--json", brief: "the object of status" },
    ],
  },
});

/** `aborts`. */
export const aborts: Command<CliContext> = buildCommand<
  AbortsFlags,
  [],
  CliContext
>({
  loader: async () => (await import("./commands/aborts.ts")).default,
  parameters: {
    flags: {
      json: JSON_FLAG,
      sinceHours: sinceHours("24", "survived failures"),
    },
  },
  docs: {
    brief: "Failures the Mac survived: aborts, GPU resets, kills for memory",
    fullDescription:
      "Lists programs that died on the GPU, GPU resets and Jetsam kills. They never close the gate.\nExit code: 0.",
    customUsage: [
      { input: "--since-hours 168", brief: "the last week" },
      { input: "--json", brief: "for programs" },
    ],
  },
});

/** `breadcrumb`. */
export const breadcrumb: Command<CliContext> = buildCommand<
  BreadcrumbFlags,
  [],
  CliContext
>({
  loader: async () => (await import("./commands/breadcrumb.ts")).default,
  parameters: {
    flags: {
      json: JSON_FLAG,
      lines: {
        kind: "parsed",
        parse: (text) =>
          parseNumberFlag(text, { min: 0, max: 2_000, whole: true }),
        default: "20",
        placeholder: "count",
        brief: "How many lines; 0 shows none",
      },
    },
    aliases: { n: "lines" },
  },
  docs: {
    brief: "The end of the breadcrumb log: what ran before a crash",
    fullDescription:
      `Shows the last lines that guarded programs wrote about what they were about to do.\n${HEALTH_CODES}`,
    customUsage: [
      { input: "-n 100", brief: "more of it" },
      { input: "--json", brief: "the object of status" },
    ],
  },
});

/** `mode`. */
export const mode: Command<CliContext> = buildCommand<
  ModeFlags,
  [],
  CliContext
>({
  loader: async () => (await import("./commands/mode.ts")).default,
  parameters: { flags: { json: JSON_FLAG } },
  docs: {
    brief: "Whether the layers refuse (defensive) or only tell (observer)",
    fullDescription: `Shows what METALGUARD_MODE asks for.\n${HEALTH_CODES}`,
    customUsage: [
      { input: "", brief: "for a person" },
      { input: "--json", brief: "the object of status" },
    ],
  },
});

/** `completions`. */
export const completions: Command<CliContext> = buildCommand<
  CompletionsFlags,
  ["bash" | "zsh" | "fish"],
  CliContext
>({
  loader: async () => (await import("./commands/completions.ts")).default,
  parameters: {
    flags: {},
    positional: {
      kind: "tuple",
      parameters: [{
        placeholder: "shell",
        brief: "bash, zsh or fish",
        parse: parseShell,
        proposeCompletions: () => ["bash", "zsh", "fish"],
      }],
    },
  },
  docs: {
    brief: "Print a completion script for bash, zsh or fish",
    customUsage: [
      {
        input: "bash > ~/.local/share/bash-completion/completions/metal-guard",
        brief: "bash",
      },
      { input: 'zsh > "${fpath[1]}/_metal-guard"', brief: "zsh" },
      {
        input: "fish > ~/.config/fish/completions/metal-guard.fish",
        brief: "fish",
      },
    ],
  },
});

function parseShell(text: string): "bash" | "zsh" | "fish" {
  if (text === "bash" || text === "zsh" || text === "fish") return text;
  throw new SyntaxError("write bash, zsh or fish");
}
