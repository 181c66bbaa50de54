import assert from "node:assert/strict";
import type { FailureLists } from "../../lib/registry/failure_sources.ts";
import { sampleProblems } from "../../lib/registry/sample_rules.ts";
import { readSource } from "../../lib/registry/source_text.ts";

const FOLDER = new URL("../fixtures/registry/", import.meta.url).pathname;

function checked(path: string): Parameters<typeof sampleProblems>[0] {
  const { source, value } = readSource({
    path,
    bytes: Deno.readFileSync(`${FOLDER}${path}`),
  });
  assert.ok(typeof value === "object" && value !== null);
  return { source, value: value as FailureLists };
}

Deno.test("samples are checked in signatures or classes alone, and in both together", () => {
  // Kills: a file that passes because the other one was not given.
  const [signatures, classes] = [
    checked("good/signatures.jsonc"),
    checked("good/error_classes.jsonc"),
  ];
  assert.deepEqual(sampleProblems(signatures, undefined), []);
  assert.deepEqual(sampleProblems(undefined, classes), []);
  assert.deepEqual(sampleProblems(signatures, classes), []);
  assert.deepEqual(sampleProblems(undefined, undefined), []);
});

Deno.test("a sample's problem stands at the sample, and says what it gave", () => {
  // Kills: a fault told at the entry, with twenty samples to look through.
  const [missed] = sampleProblems(
    checked("broken/sample_does_not_match.jsonc"),
    undefined,
  );
  assert.deepEqual([missed?.line, missed?.message], [
    11,
    "This sample gives nothing, not some_panic",
  ]);
  const [matched] = sampleProblems(
    checked("broken/sample_must_not_match.jsonc"),
    undefined,
  );
  assert.deepEqual([matched?.line, matched?.message], [
    12,
    "some_panic matches this text, which it must not",
  ]);
});
