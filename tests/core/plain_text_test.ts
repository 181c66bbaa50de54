import assert from "node:assert/strict";
import { plainText, shellWord } from "../../lib/core/plain_text.ts";

Deno.test("plainText() leaves nothing that a terminal obeys", () => {
  // Kills: colours, cursor moves, second lines and turned writing out of a process name.
  assert.equal(
    plainText("a\u001b[31mb\r\nc\u0000\u009b2Jd\u2028e\u202ef\u061cg\u2069"),
    "a [31mb c 2Jd e f g",
  );
  let all = "";
  for (let unit = 0; unit < 0xd800; unit++) all += String.fromCharCode(unit);
  assert.doesNotMatch(
    plainText(all, all.length),
    /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u,
  );
});

Deno.test("plainText() keeps what fits exactly and cuts one more", () => {
  // Kills: a limit that is off by one, and a cut that nobody sees.
  assert.equal(plainText("x".repeat(10), 10), "x".repeat(10));
  assert.equal(plainText("x".repeat(11), 10), `${"x".repeat(9)}…`);
  assert.equal(plainText("😀😀", 3), "😀…");
});

Deno.test("plainText() never cuts a character in half", () => {
  // Kills: half of a surrogate pair, which a JSON reader of another language refuses.
  for (let length = 1; length < 12; length++) {
    assert.ok(plainText("a😀b😀c😀d😀e", length).isWellFormed(), `${length}`);
  }
});

Deno.test("shellWord() is one word to a shell, whatever it holds", async () => {
  // Kills: a file name that becomes a command when a person pastes the fix.
  const words = [
    "/plain/x.panic",
    '/a b/$(id)\'; rm -rf "x" `id` \\ .panic',
    "",
    "~",
    "*",
    "a'b",
  ];
  for (const word of words) {
    const { stdout } = await new Deno.Command("/bin/sh", {
      args: ["-c", `printf %s ${shellWord(word)}`],
    }).output();
    assert.equal(new TextDecoder().decode(stdout), word);
  }
  assert.equal(shellWord("/plain/x.panic"), "/plain/x.panic");
});
