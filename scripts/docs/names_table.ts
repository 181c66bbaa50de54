import { type NameRow, PYTHON_NAMES } from "./python_names.ts";

/** Names on both sides, in markdown, before it is formatted. */
export function namesTable(rows: readonly NameRow[] = PYTHON_NAMES): string {
  return [
    "| layer | Python metal-guard 0.11 | here | what differs |",
    "| --- | --- | --- | --- |",
    ...rows.map((row) =>
      `| ${row.layer} | ${list(row.python)} | ${list(row.ours)} | ${
        row.note ?? ""
      } |`
    ),
  ].join("\n");
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}
