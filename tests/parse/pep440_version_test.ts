import assert from "node:assert/strict";
import {
  compareVersions,
  tryParseVersion,
} from "../../lib/parse/pep440_version.ts";

function order(a: string, b: string): number {
  const [first, second] = [tryParseVersion(a), tryParseVersion(b)];
  assert.ok(first !== undefined && second !== undefined, `${a}, ${b}`);
  return Math.sign(compareVersions(first, second));
}

Deno.test("compareVersions() walks PEP 440's own ladder in order", () => {
  // Kills: comparing as text ("0.9" above "0.31"), a dev release above its release.
  const ladder = [
    "1.0.dev1",
    "1.0a1.dev1",
    "1.0a1",
    "1.0b1",
    "1.0rc1",
    "1.0",
    "1.0+abc",
    "1.0+5",
    "1.0.post1.dev1",
    "1.0.post1",
    "1.9",
    "1.31",
    "1!0.1",
  ];
  for (const [index, lower] of ladder.entries()) {
    for (const upper of ladder.slice(index + 1)) {
      assert.equal(order(lower, upper), -1, `${lower} < ${upper}`);
    }
    assert.equal(order(lower, lower), 0);
  }
});

Deno.test("tryParseVersion() takes every spelling of one version for that version", () => {
  // Kills: `v1.0-ALPHA.1` as another version than `1.0a1`.
  for (
    const [written, plain] of [
      ["v1.0-ALPHA.1", "1.0a1"],
      ["1.0c1", "1.0rc1"],
      ["1.0preview", "1.0rc0"],
      ["1.0-3", "1.0.post3"],
      ["1.0.rev3", "1.0.post3"],
      ["1.0_dev", "1.0.dev0"],
      ["01.0.0", "1"],
      [" 1.0+UBUNTU_2 ", "1.0+ubuntu.2"],
    ] as const
  ) {
    assert.equal(order(written, plain), 0, written);
  }
});

Deno.test("tryParseVersion() answers nothing for what is no version, and soon", () => {
  // Kills: a date, a name or a hostile METADATA line that becomes version 0; digits by the megabyte made to one number.
  for (
    const text of [
      "",
      "v",
      "1.",
      "1..2",
      "1.0alpha1beta1",
      "1.0+",
      "1.0+a..b",
      "1.0\u001b[2J",
      "latest",
      "1.0 2.0",
      "9".repeat(201),
    ]
  ) {
    assert.equal(tryParseVersion(text), undefined, text.slice(0, 20));
  }
  assert.equal(tryParseVersion("9".repeat(200))?.release.length, 1);
});
