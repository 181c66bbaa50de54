import assert from "node:assert/strict";
import {
  findingBlocks,
  unreadableBlocks,
} from "../../lib/report/finding_words.ts";
import { textStyle } from "../../lib/report/text_style.ts";

const PLAIN = textStyle({ color: false, emoji: false });

Deno.test("a finding is its sentence and what to do about it", () => {
  // Kills: a note that leaves a person without a way out, or with "null".
  assert.deepEqual(
    findingBlocks([
      { code: "a", message: "It is torn.", fix: "rm it" },
      { code: "b", message: "It is old.", fix: null },
    ], PLAIN),
    ["Note        It is torn.\n            rm it", "Note        It is old."],
  );
});

Deno.test("what cannot be read is named with its fix, and no block stands there for nothing", () => {
  // Kills: a list of panics that looks complete and is not.
  assert.deepEqual(unreadableBlocks([]), []);
  assert.deepEqual(
    unreadableBlocks([{ path: "/r", message: "Cannot list /r", fix: "chmod" }]),
    ["Unreadable  Cannot list /r\n            chmod"],
  );
});

Deno.test("neither lets a terminal obey", () => {
  // Kills: a file name that colours the screen from within a note.
  const evil = "\u001b[2J\u009b\u202e";
  const [note] = findingBlocks(
    [{ code: "a", message: evil, fix: evil }],
    PLAIN,
  );
  const [block] = unreadableBlocks([{ path: "", message: evil, fix: evil }]);
  for (const text of [note, block]) {
    assert.doesNotMatch((text ?? "").replaceAll("\n", ""), /[\p{Cc}\u202e]/u);
  }
});
