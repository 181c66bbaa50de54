import assert from "node:assert/strict";
import { drawing, screenRows } from "../../lib/report/screen.ts";

const END = "\x1b[0m";
// deno-lint-ignore no-control-regex
const PARTS = /\x1b\[[0-9;]*m/g;

/** Rows without their colours. */
function plain(rows: readonly string[]): readonly string[] {
  return rows.map((row) => row.replaceAll(PARTS, ""));
}

Deno.test("no row is wider than the screen, and there are as many rows as fit", () => {
  // Kills: a line that goes on in the next row and pushes the rest off the screen.
  const text =
    "Gate        no GPU panic in the last 24 hours: work may start\n" +
    "            and a second line\nPath        /a/very/long/path/without/any/blank/in/it";
  for (const columns of [1, 2, 7, 13, 40, 80]) {
    for (const rows of [1, 2, 5, 24]) {
      const shown = screenRows(text, "12:00:00, Ctrl-C ends", {
        columns,
        rows,
      });
      assert.ok(shown.length <= rows, `${columns}×${rows}`);
      assert.ok(shown.every((row) => row.length <= columns), shown.join("\n"));
    }
  }
  assert.deepEqual(screenRows(text, "now", { columns: 40, rows: 9 }), [
    "Gate        no GPU panic in the last 24",
    "  hours: work may start",
    "  and a second line",
    "Path        /a/very/long/path/without/an",
    "  y/blank/in/it",
    "now",
  ]);
});

Deno.test("what has no room is counted, and the footer stays", () => {
  // Kills: a screen that looks complete and is not.
  const text = ["a", "b", "c", "d", "e"].join("\n");
  const rows = (rows: number): readonly string[] =>
    screenRows(text, "end", { columns: 20, rows });
  assert.deepEqual(rows(6), ["a", "b", "c", "d", "e", "end"]);
  assert.deepEqual(rows(5), ["a", "b", "c", "… 2 more lines", "end"]);
  assert.deepEqual(rows(2), ["… 5 more lines", "end"]);
  assert.deepEqual(rows(1), ["end"]);
});

Deno.test("colours take no room, and each row sets and ends its own", () => {
  // Kills: a screen that is dim from the first finding on, when what ends it was cut off.
  const text = `\x1b[2mone two\nthree${END} four`;
  assert.deepEqual(screenRows(text, "end", { columns: 5, rows: 9 }), [
    `\x1b[2mone${END}`,
    `  \x1b[2mtwo${END}`,
    `\x1b[2mthree${END}`,
    "  fou",
    "  r",
    "end",
  ]);
  assert.deepEqual(plain(screenRows(text, "end", { columns: 20, rows: 9 })), [
    "one two",
    "three four",
    "end",
  ]);
});

Deno.test("wide letters and symbols take two columns, marks none", () => {
  // Kills: a row with a model's Chinese name, or a badge, that is two columns too wide.
  assert.deepEqual(screenRows("模型模型", "e", { columns: 7, rows: 9 }), [
    "模型模",
    "  型",
    "e",
  ]);
  assert.deepEqual(screenRows("🟢 OK", "e", { columns: 5, rows: 9 }), [
    "🟢 OK",
    "e",
  ]);
  assert.deepEqual(screenRows("e\u0301e\u0301", "e", { columns: 2, rows: 9 }), [
    "e\u0301e\u0301",
    "e",
  ]);
});

Deno.test("drawing() erases nothing of a row that fills the screen", () => {
  // Kills: the last letter of each full row, erased by what was to clear behind it.
  const size = { columns: 4, rows: 2 };
  assert.ok(
    drawing(["abcd", "efgh"], size).endsWith("\x1b[Kefgh\x1b[?2026l"),
  );
  assert.ok(
    drawing(["abcd"], size).endsWith("\x1b[Kabcd\r\n\x1b[J\x1b[?2026l"),
  );
});
