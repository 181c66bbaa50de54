import assert from "node:assert/strict";
import {
  issueOf,
  type KnownThings,
  missingIssues,
  modelIssues,
  releaseIssues,
} from "../../lib/registry/known_things.ts";

const KNOWN: KnownThings = {
  classes: new Map(),
  advisories: [
    { issue: "a/mlx#2", package: "mlx", affected: "<=0.31.1" },
    {
      issue: "a/vlm#1",
      package: "mlx",
      affected: "==0.31.1",
      scope: { model: "x/tiny-4bit" },
    },
    { issue: "a/lm#1", package: "mlx-lm", affected: "<1" },
  ],
  blocked: [{
    package: "mlx",
    affected: "==0.31.2",
    upstream: ["https://github.com/a/mlx/issues/9", "https://example.org/post"],
  }],
  modelIds: ["mlx-community/Tiny-4bit", "x/other"],
};

Deno.test("releaseIssues() finds advisories and blocks of a release, and none of other packages or single models", () => {
  // Kills: a pin to a version that has a fault of its own, and does not say so.
  const of = (version: string): readonly string[] =>
    releaseIssues({ package: "mlx", version }, KNOWN);
  assert.deepEqual(of("0.31.1"), ["a/mlx#2"]);
  assert.deepEqual(of("0.31.2"), ["a/mlx#9"]);
  assert.deepEqual(of("0.31.4"), []);
  assert.deepEqual(of("no version"), []);
});

Deno.test("modelIssues() finds entries and advisories of the same name, whoever owns it", () => {
  // Kills: a "safe alternative" that is in the registry under another owner.
  assert.deepEqual(modelIssues("tiny-4bit", KNOWN), [
    "a/vlm#1",
    "mlx-community/Tiny-4bit",
  ]);
  assert.deepEqual(modelIssues("x/unknown", KNOWN), []);
  assert.deepEqual(missingIssues(["a", "b"], ["b"]), ["a"]);
});

Deno.test("issueOf() shortens addresses of issues and pulls, and nothing else", () => {
  // Kills: an address of a comment or a copy that is taken for an issue.
  assert.equal(
    issueOf("https://github.com/ml-explore/mlx/issues/3186#issuecomment-1"),
    "ml-explore/mlx#3186",
  );
  assert.equal(issueOf("https://github.com/a/b/pull/7"), "a/b#7");
  for (
    const url of [
      "https://github.com/a/b",
      "https://example.org/a/b/issues/1",
      "https://github.com.evil.org/a/b/issues/1",
    ]
  ) {
    assert.equal(issueOf(url), undefined, url);
  }
});
