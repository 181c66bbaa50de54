/**
 * Commands about running models: what they are called, take and say of themselves. What they do is loaded when they run.
 *
 * @module
 */
import { buildCommand, type Command } from "@stricli/core";
import { DAY_MS } from "../core/instant.ts";
import { tryParseSize } from "../parse/size.ts";
import type { FitFlags } from "./commands/fit.ts";
import type { CliContext } from "./context.ts";
import {
  JSON_FLAG,
  parseDurationFlag,
  parseNumberFlag,
  switchFlag,
} from "./flags.ts";
import type { RunFlags } from "./run_body.ts";

/** Longer than any model's context. */
const MOST_TOKENS = 100_000_000;

/** `fit`. */
export const fit: Command<CliContext> = buildCommand<
  FitFlags,
  [string],
  CliContext
>({
  loader: async () => (await import("./commands/fit.ts")).default,
  parameters: {
    flags: {
      json: JSON_FLAG,
      context: {
        kind: "parsed",
        parse: (text) =>
          parseNumberFlag(text, { min: 1, max: MOST_TOKENS, whole: true }),
        optional: true,
        placeholder: "tokens",
        brief: "Context that it shall serve: prompt and answer together",
      },
    },
    positional: {
      kind: "tuple",
      parameters: [{
        placeholder: "model",
        brief: "An id of the Hugging Face hub, or a folder",
        parse: String,
      }],
    },
  },
  docs: {
    brief: "Does a model fit into what is left of GPU memory?",
    fullDescription:
      "Shows the inequality with every number and where it comes from: the files in the Hugging Face cache,\n" +
      "else the model's name. Nothing is downloaded.\n" +
      "Exit codes: 0 it fits, or nobody can tell; 1 it does not.",
    customUsage: [
      {
        input: "mlx-community/Llama-3.3-70B-Instruct-4bit",
        brief: "will it load?",
      },
      { input: "--context 131072 ./my-model", brief: "and with that context?" },
    ],
  },
});

/** A year: whoever waits longer has forgotten it. */
const LONGEST_MS = 366 * DAY_MS;

function parseSize(text: string): number {
  const bytes = tryParseSize(text);
  if (bytes !== undefined) return bytes;
  throw new SyntaxError("write a whole number with MiB or GiB, e.g. 26GiB");
}

/** What programs do about wired memory. */
function parseWired(text: string): "stock" | "off" | number {
  if (text === "stock" || text === "off") return text;
  const bytes = tryParseSize(text);
  if (bytes !== undefined) return bytes;
  throw new SyntaxError(
    "write off, stock, or a whole number with MiB or GiB, e.g. 26GiB",
  );
}

/** Zero is a span here: no grace, no pause. */
function parseSpan(text: string): number {
  return /^0[a-z]*$/.test(text) ? 0 : parseDurationFlag(text, LONGEST_MS);
}

interface SpanFlag {
  readonly kind: "parsed";
  readonly parse: (text: string) => number;
  readonly default: string;
  readonly placeholder: string;
  readonly brief: string;
}

function spanFlag(fallback: string, brief: string): SpanFlag {
  return {
    kind: "parsed",
    parse: parseSpan,
    default: fallback,
    placeholder: "duration",
    brief,
  };
}

interface TextFlag {
  readonly kind: "parsed";
  readonly parse: (text: string) => string;
  readonly optional: true;
  readonly placeholder: string;
  readonly brief: string;
}

function textFlag(placeholder: string, brief: string): TextFlag {
  return { kind: "parsed", parse: String, optional: true, placeholder, brief };
}

/** `run`. */
export const run: Command<CliContext> = buildCommand<
  RunFlags,
  string[],
  CliContext
>({
  loader: async () => (await import("./commands/run.ts")).default,
  parameters: {
    flags: {
      model: textFlag("id", "The model [default: the command's own --model]"),
      label: {
        kind: "parsed",
        parse: String,
        default: "run",
        placeholder: "name",
        brief: "What for; others see it in the lock",
      },
      maxFootprint: {
        kind: "parsed",
        parse: parseSize,
        optional: true,
        placeholder: "size",
        brief: "End it when it and all it started take this much, e.g. 26GiB",
      },
      grace: spanFlag("10s", "Time between TERM and KILL"),
      wallTime: {
        kind: "parsed",
        parse: (text) => parseDurationFlag(text, LONGEST_MS),
        optional: true,
        placeholder: "duration",
        brief: "End it after this time",
      },
      restart: {
        kind: "enum",
        values: ["never", "on-failure", "always"],
        default: "never",
        brief: "Start it again, with growing pauses",
      },
      observe: switchFlag("Measure and warn; never refuse, never signal"),
      strict: switchFlag("Refuse for findings too"),
      noLock: switchFlag("Leave the GPU lock to the command"),
      wait: {
        kind: "parsed",
        parse: (text) =>
          text === "" ? Infinity : parseDurationFlag(text, LONGEST_MS),
        inferEmpty: true,
        optional: true,
        placeholder: "duration",
        brief:
          "Wait instead of refusing, at most this long (--wait, --wait=2h)",
      },
      beforeTerm: textFlag("words", "Shell words that save work before TERM"),
      beforeTermTimeout: spanFlag("1s", "How long they may take"),
      onGuardExit: {
        kind: "enum",
        values: ["terminate", "detach"],
        default: "terminate",
        brief: "What happens to it when this guard dies",
      },
      report: textFlag("file", "Keep a JSON report of the run here"),
      reportDetails: switchFlag("With command line and last words, masked"),
      explain: textFlag("file", "Read a report to a person; runs nothing"),
      probe: textFlag("words", "Shell words; exit 0 says that it still works"),
      probeOpenai: textFlag(
        "url",
        "Ask this completions address for one token, by curl",
      ),
      probeInterval: spanFlag("60s", "Time between two probes"),
      probeTimeout: spanFlag("30s", "Longest time of one probe"),
      probeFailures: {
        kind: "parsed",
        parse: (text) =>
          parseNumberFlag(text, { min: 1, max: 1_000, whole: true }),
        default: "3",
        placeholder: "count",
        brief: "Failed probes in a row that end it",
      },
      wiredLimit: {
        kind: "parsed",
        parse: parseWired,
        optional: true,
        placeholder: "off|size",
        brief:
          "Keep the command's Pythons from wiring memory (MLX), or fix how much",
      },
      probeAfter: spanFlag("120s", "Time before the first probe"),
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
    brief: "The guard around any command: ask, measure, end in time",
    fullDescription:
      "Asks gate, breaker, lock, fit and cadence before it starts the command, and measures all that the command starts.\n" +
      "At --max-footprint it is asked to end, at 110 % or after --grace it is killed. Every decision is on the disk before\n" +
      "its signal is sent. When this guard dies, a small watcher ends the command.\n\n" +
      "Exit codes: the command's own (128 + signal), 64 usage, 70 internal, 75 not started, 76 ended by the guard,\n" +
      "126 and 127 as in a shell.",
    customUsage: [
      {
        input: "--max-footprint 26GiB -- python -m mlx_lm server --model …",
        brief: "a server that is ended before the Mac is",
      },
      {
        input:
          "--restart on-failure --probe-openai http://127.0.0.1:8080/v1/chat/completions -- …",
        brief: "and started again when its generation is dead",
      },
      { input: "--observe -- python train.py", brief: "only measure" },
      { input: "--explain report.json", brief: "what happened?" },
    ],
  },
});
