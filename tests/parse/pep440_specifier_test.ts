import assert from "node:assert/strict";
import {
  isInSpecifier,
  tryParseSpecifier,
} from "../../lib/parse/pep440_specifier.ts";
import { tryParseVersion } from "../../lib/parse/pep440_version.ts";

function isIn(text: string, specifier: string): boolean {
  const parsed = tryParseVersion(text);
  const clauses = tryParseSpecifier(specifier);
  assert.ok(parsed !== undefined && clauses !== undefined);
  return isInSpecifier({ text, parsed }, clauses);
}

Deno.test("isInSpecifier() judges an installed pre-release like any version", () => {
  // Kills: an advisory for <=0.31.2 that stays silent on 0.31.2rc1, which has the same fault.
  assert.equal(isIn("0.31.2rc1", "<=0.31.2"), true);
  assert.equal(isIn("0.31.2rc1", "<0.31.2"), false);
  assert.equal(isIn("0.31.1rc1", "<0.31.2"), true);
  assert.equal(isIn("0.31.2rc1", "<0.31.2rc2"), true);
  assert.equal(isIn("5.5.0.dev3", "==5.5.*"), true);
});

Deno.test("isInSpecifier() stands on the edges of each operator", () => {
  // Kills: `>` that takes a post-release or a local build for something newer; `~=` one release too far.
  for (
    const [version, specifier, expected] of [
      ["1.0.post1", ">1.0", false],
      ["1.0+local", ">1.0", false],
      ["1.0.post2", ">1.0.post1", true],
      ["1.0.dev2", ">1.0.dev1", true],
      ["1.0.1", ">1.0", true],
      ["1.0+local", "==1.0", true],
      ["1.0", "==1.0+local", false],
      ["1.0+local", "<=1.0", true],
      ["1.0.0", "==1", true],
      ["1.0.post1", "==1.0", false],
      ["1.1.dev0", "==1.0.*", false],
      ["3.0.1", "==3.0.*", true],
      ["3.0.1", "!=3.0.*", false],
      ["2.3", "~=2.2", true],
      ["3.0.dev0", "~=2.2", false],
      ["2.2.9", "~=2.2.1", true],
      ["2.3", "~=2.2.1", false],
      ["2.2rc1", "~=2.2", false],
      ["0.31.2", ">=0.31.0,<=0.31.2", true],
      ["0.31.3", ">=0.31.0,<=0.31.2", false],
      ["1.0+Local", "===1.0+local", true],
      ["1.0.0", "===1.0", false],
      ["7", "", true],
    ] as const
  ) {
    assert.equal(isIn(version, specifier), expected, `${version} ${specifier}`);
  }
});

Deno.test("tryParseSpecifier() takes no clause that PEP 440 does not know", () => {
  // Kills: one clause that is dropped in silence, after which the rest matches too much.
  for (
    const text of [
      "0.31.2",
      "=0.31",
      "=>1.0",
      "~=1",
      "~=1.0.*",
      ">=1.0.*",
      "==1.0a1.*",
      ">1.0+local",
      "==1.0,nonsense",
      "==",
      "== 1.0 2.0",
      ">=1.0".repeat(100),
    ]
  ) {
    assert.equal(tryParseSpecifier(text), undefined, text.slice(0, 20));
  }
});
