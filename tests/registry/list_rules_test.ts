import assert from "node:assert/strict";
import {
  issueOrder,
  listProblems,
  patternProblems,
  valueProblems,
} from "../../lib/registry/list_rules.ts";
import { readSource } from "../../lib/registry/source_text.ts";

const KNOWN = {
  classes: new Map([["kernel_panic", "machine"]] as const),
  advisories: [],
  blocked: [],
  modelIds: [],
};

function sourceOf(value: unknown): ReturnType<typeof readSource>["source"] {
  return readSource({
    path: "x.jsonc",
    bytes: new TextEncoder().encode(JSON.stringify(value)),
  }).source;
}

function valueRules(value: unknown): readonly string[] {
  return valueProblems({ source: sourceOf(value), value }, KNOWN, "2026-11-24")
    .map((one) => one.rule);
}

Deno.test("valueProblems() looks at dates, classes and sorted lists wherever they stand", () => {
  // Kills: a date deep in a list that nobody looks at.
  assert.deepEqual(valueRules({ a: [{ b: { date: "2026-02-29" } }] }), [
    "bad-date",
  ]);
  assert.deepEqual(valueRules({ a: { fixMerged: "2027-01-01" } }), [
    "future-date",
  ]);
  assert.deepEqual(valueRules({ reports: [{ class: "nothing" }] }), [
    "dead-class",
  ]);
  assert.deepEqual(valueRules({ errorClasses: [{ type: "nothing" }] }), [
    "dead-class",
  ]);
  assert.deepEqual(valueRules({ type: "nothing", a: { type: "x" } }), []);
  assert.deepEqual(
    valueRules({ knownIssues: ["b", "a"], others: ["b", "a"] }),
    ["unsorted"],
  );
  assert.deepEqual(
    valueRules({ date: "2026-11-24", class: "kernel_panic" }),
    [],
  );
});

Deno.test("listProblems() tells names twice, and disorder only where order means nothing", () => {
  // Kills: signatures sorted by name, where the first match wins.
  const source = sourceOf({ list: [1, 2, 3] });
  const rules = (
    names: readonly string[],
    isSorted: boolean,
  ): readonly string[] =>
    listProblems(source, "list", names, isSorted).map((one) => one.rule);
  assert.deepEqual(rules(["b", "a"], false), []);
  assert.deepEqual(rules(["b", "a"], true), ["unsorted"]);
  assert.deepEqual(rules(["a", "a"], true), ["duplicate-id"]);
});

Deno.test("issueOrder() counts, it does not spell", () => {
  // Kills: issue 1016 in front of 943.
  assert.ok(
    issueOrder("Blaizzy/mlx-vlm#943") < issueOrder("blaizzy/mlx-vlm#1016"),
  );
});

Deno.test("patternProblems() tells expressions from plain words, and the super-linear ones from them", () => {
  // Kills: a pattern that would never match; a pattern that takes hours on a hostile text.
  const rules = (word: string): readonly string[] => {
    const entry = { match: [{ all: [word] }] };
    const source = sourceOf({ signatures: [entry] });
    return patternProblems(source, "signatures", [{
      id: "x",
      explanation: "",
      stopsGate: true,
      errorClass: "kernel_panic",
      samples: { match: [], mustNotMatch: [] },
      ...entry,
    }]).map((one) => one.rule);
  };
  for (const word of ["(a+)+$", "(x*)*", "(a|b+)+", ".*x.*"]) {
    assert.deepEqual(rules(word), ["super-linear"], word);
  }
  for (const word of ["a.*b", "\\d", "(a|b)", "[0-9]+", "(ab)?"]) {
    assert.deepEqual(rules(word), ["not-plain-words"], word);
  }
  for (
    const word of [
      "iogpumemory.cpp:492",
      "[metal::malloc] resource limit (#) exceeded",
      "prepare~count~underflow",
      "completememory()",
      "(0000000*:kiogpu",
    ]
  ) {
    assert.deepEqual(rules(word), [], word);
  }
});
