import assert from "node:assert/strict";
import { parseWiredMarks } from "../../lib/parse/wired_marks.ts";

Deno.test("parseWiredMarks() takes whole lines of its own form only", () => {
  // Kills: "in force" read out of half a line, or out of what another program wrote there.
  assert.deepEqual(
    parseWiredMarks(
      "12 loaded\n12 in-force\n7 absent\n8 failed\n" +
        "x loaded\n-1 loaded\n12345678901 loaded\n12 forced\n\n 12 loaded\n12 loaded\r\n13 in-force",
    ),
    [
      { pid: 12, word: "loaded" },
      { pid: 12, word: "in-force" },
      { pid: 7, word: "absent" },
      { pid: 8, word: "failed" },
    ],
  );
  assert.deepEqual(parseWiredMarks(""), []);
});
