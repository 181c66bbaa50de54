/**
 * Commands about running models: what they are called, take and say of themselves. What they do is loaded when they run.
 *
 * @module
 */
import { buildCommand, type Command } from "@stricli/core";
import type { FitFlags } from "./commands/fit.ts";
import type { CliContext } from "./context.ts";
import { JSON_FLAG, parseNumberFlag } from "./flags.ts";

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
