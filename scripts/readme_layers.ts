/**
 * Writes the table of layers in README.md from `LAYERS`, or with `--check` says when it is out of date.
 *
 * @module
 */
import { LAYERS } from "../lib/core/layers.ts";

const BEGIN = "<!-- layers:begin -->";
const END = "<!-- layers:end -->";

/** The table of layers, in markdown, its columns as wide as the formatter wants them. */
export function layerTable(): string {
  const rows = [
    ["layer", "name", "works", "fails", "what it does"],
    ...LAYERS.map((row) => [
      row.number,
      `\`${row.name}\``,
      row.phase,
      row.fails,
      row.summary,
    ]),
  ];
  const widths = rows.reduce<number[]>(
    (widest, row) =>
      row.map((cell, at) => Math.max(cell.length, widest[at] ?? 0)),
    [],
  );
  const line = (cells: readonly string[], fill = " "): string =>
    `| ${
      cells.map((cell, at) => cell.padEnd(widths[at] ?? 0, fill)).join(" | ")
    } |`;
  const [head = [], ...body] = rows;
  return [
    line(head),
    line(head.map(() => ""), "-"),
    ...body.map((row) => line(row)),
  ].join("\n");
}

/** README with its table made anew. */
export function withLayerTable(readme: string): string {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin < 0 || end < begin) {
    throw new Error(`README.md has no ${BEGIN} … ${END}`);
  }
  return `${readme.slice(0, begin + BEGIN.length)}\n\n${layerTable()}\n\n${
    readme.slice(end)
  }`;
}

if (import.meta.main) {
  const path = new URL("../README.md", import.meta.url);
  const before = Deno.readTextFileSync(path);
  const after = withLayerTable(before);
  if (!Deno.args.includes("--check")) Deno.writeTextFileSync(path, after);
  else if (before !== after) {
    throw new Error(
      "README.md: the table of layers is out of date: deno task build:readme",
    );
  }
}
