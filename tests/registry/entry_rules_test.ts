import assert from "node:assert/strict";
import {
  bareName,
  entryFileName,
  isSameEntry,
  modelProblems,
} from "../../lib/registry/entry_rules.ts";
import { readSource } from "../../lib/registry/source_text.ts";
import { fakeEntry } from "../fakes/registry.ts";

const KNOWN = {
  classes: new Map(
    [["process_abort", "process"], ["kernel_panic", "machine"]] as const,
  ),
  advisories: [],
  blocked: [],
  modelIds: [],
};

function rules(
  change: Parameters<typeof fakeEntry>[0],
  path = "owner_tiny_4bit.jsonc",
): readonly string[] {
  const value = fakeEntry(change);
  const { source } = readSource({
    path,
    bytes: new TextEncoder().encode(JSON.stringify(value)),
  });
  return modelProblems({ source, value }, KNOWN).map((one) => one.rule);
}

Deno.test("an entry's file is named after its id, in any folder", () => {
  // Kills: two files of one entry, under two names.
  assert.equal(
    entryFileName("mlx-community/Qwen3.5-9B (4-bit)"),
    "mlx_community_qwen3_5_9b_4_bit",
  );
  assert.deepEqual(rules({}), []);
  assert.deepEqual(rules({}, "/some/where/owner_tiny_4bit.json"), []);
  assert.deepEqual(rules({}, "tiny.jsonc"), ["file-name"]);
});

Deno.test("the tier is panic exactly when a class takes the machine down", () => {
  // Kills: a panic filed as an abort, and the reverse.
  const [plain] = fakeEntry().errorClasses;
  assert.ok(plain !== undefined);
  const panic = [{ ...plain, type: "kernel_panic" }];
  assert.deepEqual(rules({ tier: "panic" }), ["tier-too-high"]);
  assert.deepEqual(rules({ errorClasses: panic }), ["tier-too-low"]);
  assert.deepEqual(rules({ tier: "panic", errorClasses: panic }), []);
});

Deno.test("a day equal to the first is no reversal", () => {
  // Kills: an entry of one day that is refused.
  assert.deepEqual(rules({ firstObserved: "2026-04-01" }), []);
  assert.deepEqual(rules({ firstObserved: "2026-04-02" }), ["dates-reversed"]);
  assert.deepEqual(rules({ firstObserved: null }), []);
});

Deno.test("a class's source is an address of the entry; a comment in its thread is the same source", () => {
  // Kills: a claim whose link leads nowhere near it.
  const [plain] = fakeEntry().errorClasses;
  assert.ok(plain !== undefined);
  const at = (source: string): readonly string[] =>
    rules({ errorClasses: [{ ...plain, source }] });
  assert.deepEqual(at("https://example.org/1#comment-2"), []);
  assert.deepEqual(at("https://example.org/12"), ["unsupported-claim"]);
});

Deno.test("ids are one entry whatever their capitals", () => {
  // Kills: the same model twice, once in capitals.
  assert.equal(isSameEntry("A/b", "a/B"), true);
  assert.equal(isSameEntry("a/b", "a/c"), false);
  assert.equal(bareName("owner/Tiny-4bit"), "tiny-4bit");
});
