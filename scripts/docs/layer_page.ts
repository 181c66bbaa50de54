import { KNOBS } from "../../lib/config.ts";
import type { LayerRow } from "../../lib/core/layers.ts";
import { testNames } from "../check_layout.ts";
import type { LayerNote } from "./layer_notes.ts";
import type { DocumentedPart } from "./module_docs.ts";

/** Words for {@linkcode LayerRow.phase}. */
const PHASES: Readonly<Record<LayerRow["phase"], string>> = {
  before: "before GPU work begins",
  during: "while GPU work runs",
  after: "after something has failed",
  all: "at any time",
};

/** Words for {@linkcode LayerRow.fails}. */
const DIRECTIONS: Readonly<Record<LayerRow["fails"], string>> = {
  open: "**It fails open**: where it cannot know, it lets pass and says so.",
  closed: "**It fails closed**: where it cannot know, it holds back.",
  reports:
    "**It reports**: it refuses nothing, and what it cannot know it says.",
};

/** What a page is made of. */
export interface LayerPageParts {
  /** The row of `LAYERS`. */
  readonly row: LayerRow;
  /** What is said beside it. */
  readonly note: LayerNote | undefined;
  /** Classes and functions of its file, as they document themselves. */
  readonly parts: readonly DocumentedPart[];
  /** Text of its test file. */
  readonly tests: string;
}

/** The page of one layer, in markdown, before it is formatted. */
export function layerPage(page: LayerPageParts): string {
  const { row, note, parts, tests } = page;
  const number = row.number === "—" ? "" : ` (${row.number})`;
  return [
    `# \`${row.name}\`${number}`,
    `<!-- Made by \`deno task build:readme\` from LAYERS, the code's own words and scripts/docs/layer_notes.ts. -->`,
    row.summary,
    ...(note === undefined ? [] : [note.why]),
    `It works ${PHASES[row.phase]}. ${DIRECTIONS[row.fails]}`,
    ...commandBlock(note?.commands ?? []),
    ...libraryWords(note, parts),
    ...knobTable(note?.knobs ?? []),
    ...bulletList("Files", (note?.files ?? []).map((path) => codeOf(path))),
    "## Where it is decided and proved",
    [
      ...(note?.policies ?? []).map((name) =>
        `- decided in [\`lib/policy/${name}.ts\`](../../lib/policy/${name}.ts)`
      ),
      `- acts in [\`lib/layers/${row.name}.ts\`](../../lib/layers/${row.name}.ts)`,
      `- tested in [\`tests/layers/${row.name}_test.ts\`](../../tests/layers/${row.name}_test.ts); what it does when it cannot know:`,
      ...provingTests(row, tests).map((name) => `  - ${plain(name)}`),
    ].join("\n"),
  ].join("\n\n") + "\n";
}

function commandBlock(commands: readonly string[]): readonly string[] {
  return commands.length === 0
    ? []
    : ["## On the command line", `\`\`\`sh\n${commands.join("\n")}\n\`\`\``];
}

function libraryWords(
  note: LayerNote | undefined,
  parts: readonly DocumentedPart[],
): readonly string[] {
  const described = parts.filter(({ summary }) => summary !== "");
  if (described.length === 0) return [];
  const reach = note?.guard === undefined
    ? "It works inside of other layers; its parts:"
    : `Reached as \`${note.guard}\` on what \`openMetalGuard()\` returns.`;
  return [
    "## From a program",
    reach,
    ...described.flatMap((part) => [
      `**\`${part.name}\`** ${plain(part.summary)}`,
      ...(part.members.length === 0 ? [] : [
        part.members.map(({ name, summary }) =>
          `- \`${name}\`: ${plain(summary)}`
        ).join("\n"),
      ]),
    ]),
  ];
}

function knobTable(keys: readonly (keyof typeof KNOBS)[]): readonly string[] {
  return keys.length === 0 ? [] : [
    "## Variables",
    [
      "| variable | means |",
      "| --- | --- |",
      ...keys.map((key) => `| \`${KNOBS[key].env}\` | ${KNOBS[key].help} |`),
    ].join("\n"),
    "Their defaults stand in [variables](../variables.md).",
  ];
}

function bulletList(
  heading: string,
  lines: readonly string[],
): readonly string[] {
  return lines.length === 0
    ? []
    : [`## ${heading}`, lines.map((line) => `- ${line}`).join("\n")];
}

/** A path as code; what is a sentence about paths stays one. */
function codeOf(path: string): string {
  return /^[~/.a-z][^ ]*$/.test(path) ? `\`${path}\`` : path;
}

/** Tests of the layer whose name states its fail direction. */
function provingTests(row: LayerRow, tests: string): readonly string[] {
  const words = row.fails === "reports"
    ? /\breports\b/i
    : new RegExp(`\\bfails? ${row.fails}\\b`, "i");
  return testNames(tests).filter((name) => words.test(name));
}

/** Doc comment to prose: links become code, and what markdown would take for markup is kept as it is. */
function plain(text: string): string {
  return text.replace(
    /\{@link(?:code|plain)? ([^}|]+?)(?:\s*\|[^}]*)?\}/g,
    "`$1`",
  )
    .replace(/\s+/g, " ").trim();
}
