import assert from "node:assert/strict";
import type { RegistryProblem } from "../../lib/core/registry_problem.ts";
import { schemaProblems } from "../../lib/registry/schema_check.ts";
import { readSource } from "../../lib/registry/source_text.ts";

const GOOD = Deno.readTextFileSync(
  new URL("../fixtures/registry/good/example_tiny_4bit.jsonc", import.meta.url),
);

function problems(from: string, to: string): readonly RegistryProblem[] {
  const text = GOOD.replace(from, to);
  assert.notEqual(text, GOOD);
  const { source, value } = readSource({
    path: "x.jsonc",
    bytes: new TextEncoder().encode(text),
  });
  return schemaProblems(source, "model", value);
}

Deno.test("a mistyped key is told at itself, with the key that was meant", () => {
  // Kills: "unknown key" at the start of the file, without a hint.
  const [problem] = problems('"workload"', '"worklod"');
  assert.deepEqual([
    problem?.rule,
    problem?.line,
    problem?.column,
    problem?.fix,
  ], [
    "unknown-key",
    17,
    7,
    'Did you mean "workload"?',
  ]);
  assert.match(
    problems('"workload"', '"something"')[0]?.fix ?? "",
    /known are type, signature/,
  );
});

Deno.test("a missing key is told where it should be, by its name", () => {
  // Kills: a fault of the fourth report told without saying which.
  const [problem] = problems(
    '      "url": "https://example.org/issues/1",\n',
    "",
  );
  assert.match(problem?.message ?? "", /^"reports\[0\]" has no "url"$/);
});

Deno.test("words say what stands there and what should", () => {
  // Kills: "must match pattern ^20[0-9]{2}…" told to a person.
  const words = (from: string, to: string): string => {
    const [problem] = problems(from, to);
    return `${problem?.message}. ${problem?.fix}`;
  };
  assert.equal(
    words('"ramGb": 16', '"ramGb": "16"'),
    '"reports[0].ramGb" is a string, not integer. Write integer',
  );
  assert.equal(
    words('"date": "2026-03-01"', '"date": "3/2026"'),
    '"reports[0].date" is no day. Write it as YYYY-MM-DD',
  );
  assert.match(
    words('"tier": "panic"', '"tier": "bad"'),
    /none of the known words\. Write one of panic, abort, degradation/,
  );
  assert.match(words('"exact_id_only"', '"all"'), /Write "exact_id_only"/);
  assert.match(
    words('"Take another model, or another backend."', '"No."'),
    /shorter than its least number of characters: 20/,
  );
  assert.match(
    words('["M2", "M4"]', '["M2", "M2"]'),
    /holds the same thing twice/,
  );
  assert.match(
    words('"signature": "', '"signature": "\\u0007'),
    /characters it may not hold/,
  );
});

Deno.test("a link with a control character or without TLS is none", () => {
  // Kills: an address that a terminal obeys, or that is read over the shoulder.
  for (
    const link of [
      "http://example.org/1",
      "https://example.org/\\u001b[2J",
      "javascript:alert(1)",
      "https:///x",
    ]
  ) {
    const found = problems(
      '"url": "https://example.org/issues/1"',
      `"url": "${link}"`,
    );
    assert.deepEqual(found.map((one) => one.rule), ["bad-link"], link);
  }
});
