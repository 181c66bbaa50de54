import assert from "node:assert/strict";
import { testNames } from "../../scripts/check_layout.ts";
import { applyForgotten } from "../../scripts/prove_rules.ts";
import { SAFETY_RULES } from "./safety_rules.ts";

const TESTS = new URL("..", import.meta.url).pathname.replace(/\/$/, "");

/** T1–T7, H1–H5, I1–I4, L1–L8 and A1. */
const IDS = [["T", 7], ["H", 5], ["I", 4], ["L", 8], ["A", 1]] as const;

Deno.test("every rule on time, holds, identity, lock and appending names tests that are there", () => {
  // Kills: a rule that nobody tests, and a row that speaks of a test which was renamed or removed.
  assert.deepEqual(
    SAFETY_RULES.map(({ id }) => id),
    IDS.flatMap(([letter, count]) =>
      Array.from({ length: count }, (_, index) => `${letter}${index + 1}`)
    ),
  );
  for (const { id, tests } of SAFETY_RULES) {
    assert.ok(tests.length > 0, id);
    for (const [file, ...starts] of tests) {
      const names = namesIn(Deno.readTextFileSync(`${TESTS}/${file}`));
      assert.ok(starts.length > 0, `${id}: ${file}`);
      for (const start of starts) {
        const found = names.filter((name) => name.startsWith(start));
        assert.equal(found.length, 1, `${id}: "${start}" in ${file}`);
      }
    }
  }
});

/** Names that hold quotation marks are cut by the layout's own reading; here they count in full. */
function namesIn(text: string): readonly string[] {
  const quoted = [...text.matchAll(/\bDeno\.test\(\s*`([^`\n]*)`/g)]
    .map(([, name = ""]) => name);
  const plain = [...text.matchAll(/\bDeno\.test\(\s*"([^"\n]*)"/g)]
    .map(([, name = ""]) => name);
  assert.ok(testNames(text).length <= quoted.length + plain.length);
  return [...quoted, ...plain];
}

Deno.test("applyForgotten() changes exactly one place, or says that it is not there", () => {
  // Kills: a proof over a source that was not changed, which every test passes.
  const row = { file: "lib/x.ts", from: "a < b", to: "a" };
  assert.equal(applyForgotten("if (a < b) {}", row), "if (a) {}");
  assert.throws(() => applyForgotten("if (a <= b) {}", row), /0 times/);
  assert.throws(() => applyForgotten("a < b; a < b", row), /2 times/);
});
