import type { Knob } from "../../lib/config.ts";
import { HOUR_MS, SECOND_MS } from "../../lib/core/instant.ts";

/** The page of all variables, in markdown, before it is formatted. */
export function variablesPage(
  knobs: Readonly<Record<string, Knob<unknown>>>,
): string {
  return [
    "# Variables",
    "<!-- Made by `deno task build:readme` from KNOBS in lib/config.ts. -->",
    "Each is read once, when the program starts. An empty one counts as unset. A value that means nothing is a finding, and the default holds. `metal-guard doctor` shows every one with its value and where that came from.",
    [
      "| variable | default | has to be | does |",
      "| --- | --- | --- | --- |",
      ...Object.values(knobs).map((knob) =>
        `| \`${knob.env}\` | ${
          defaultWords(knob)
        } | ${knob.expects} | ${knob.help} |`
      ),
    ].join("\n"),
    "The names are those of the Python metal-guard where it has them. `scripts/mlx-safe-python`, which is one bash file, reads `METALGUARD_BIN` and `MLX_SAFE_PYTHON_MODULE` too; its head says what they do.",
  ].join("\n\n") + "\n";
}

/** A default as a person would type it. */
function defaultWords(knob: Knob<unknown>): string {
  const { fallback, expects } = knob;
  if (typeof fallback === "boolean" || fallback === undefined) return "unset";
  if (typeof fallback !== "number") return String(fallback);
  if (expects.startsWith("a number of hours")) {
    return String(fallback / HOUR_MS);
  }
  return expects.startsWith("a number of seconds")
    ? String(fallback / SECOND_MS)
    : String(fallback);
}
