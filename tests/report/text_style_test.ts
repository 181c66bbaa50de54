import assert from "node:assert/strict";
import { indented, labelled, textStyle } from "../../lib/report/text_style.ts";

Deno.test("plain style adds nothing", () => {
  // Kills: escape sequences in a log file.
  const style = textStyle({ color: false, emoji: false });
  assert.deepEqual([style.bold("a"), style.dim("b"), style.badge("bad", "c")], [
    "a",
    "b",
    "c",
  ]);
});

Deno.test("colour and emoji come and go apart from each other", () => {
  // Kills: emoji on a terminal that asked for colour only; a colour that is never closed.
  assert.equal(
    textStyle({ color: true, emoji: false }).badge("good", "GO"),
    "\x1b[1;32mGO\x1b[0m",
  );
  assert.equal(
    textStyle({ color: false, emoji: true }).badge("bad", "WAIT"),
    "🔴 WAIT",
  );
  assert.equal(
    textStyle({ color: true, emoji: true }).badge("warn", "x"),
    "🟡 \x1b[1;33mx\x1b[0m",
  );
});

Deno.test("labelled() fills to 78 columns, keeps long words whole and empty lines empty", () => {
  // Kills: a path broken in two, which nobody can paste; spaces at the ends of lines.
  const path = `/${"x".repeat(100)}`;
  const text = labelled("Why", `${"word ".repeat(30).trim()}\n${path}\n\nend`);
  const lines = text.split("\n");
  assert.ok(lines[0]?.startsWith("Why         word"));
  assert.ok(lines.includes(`            ${path}`));
  assert.deepEqual(lines.slice(-2), ["", "            end"]);
  for (const line of lines) {
    assert.equal(line, line.trimEnd());
    if (!line.includes(path)) assert.ok(line.length <= 78, line);
  }
  const edge = `${"x".repeat(65)} ${"y".repeat(66)}`;
  assert.equal(labelled("", edge).split("\n").length, 2);
  assert.equal(
    labelled("", `${"x".repeat(32)} ${"y".repeat(33)}`).split("\n").length,
    1,
  );
});

Deno.test("indented() keeps commands whole, and stands them under the step they belong to", () => {
  // Kills: a command broken in two; a second line that looks like a step of its own.
  const command = `$ ${"word ".repeat(30)}end`;
  const lines = indented(
    `plain\n10. ${"w ".repeat(60).trim()}\n${command}\n- ${
      "x".repeat(80)
    }\nplain`,
  ).split("\n");
  assert.deepEqual(lines, [
    "  plain",
    `  10. ${"w ".repeat(36).trim()}`,
    `      ${"w ".repeat(24).trim()}`,
    `      ${command}`,
    `  - ${"x".repeat(80)}`,
    "  plain",
  ]);
  assert.equal(indented(""), "");
});
