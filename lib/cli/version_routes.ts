/**
 * Commands about what is installed: what they are called, take and say of themselves. What they do is loaded when they
 * run.
 *
 * @module
 */
import { buildCommand, type Command } from "@stricli/core";
import type { AdvisoriesFlags } from "./commands/advisories.ts";
import type { CliContext } from "./context.ts";
import { JSON_FLAG } from "./flags.ts";

/** `advisories`. */
export const advisories: Command<CliContext> = buildCommand<
  AdvisoriesFlags,
  [],
  CliContext
>({
  loader: async () => (await import("./commands/advisories.ts")).default,
  parameters: {
    flags: {
      json: JSON_FLAG,
      python: {
        kind: "parsed",
        parse: String,
        optional: true,
        placeholder: "path",
        brief: "Whose packages: an interpreter, a script, an environment",
      },
    },
  },
  docs: {
    brief: "Known faults of the MLX packages that are installed",
    fullDescription:
      "Reads versions of mlx, mlx-lm, mlx-vlm and transformers from files, without starting Python, and tells what is known against them.\n" +
      "Without --python: MLX_SAFE_PYTHON_BIN, else the active environment (venv, uv, conda), else python3 on PATH.\n\n" +
      "Exit codes: 0 nothing known, 1 an advisory, 2 a release that must not be used, 3 cannot tell.",
    customUsage: [
      { input: "", brief: "the Python that is active" },
      { input: "--python .venv", brief: "that of an environment" },
      {
        input: "--python mlx_lm.server",
        brief: "the one that a program on PATH runs under",
      },
      { input: "--json", brief: "for programs" },
    ],
  },
});
