import assert from "node:assert/strict";
import { DecodeError } from "../../lib/core/error.ts";
import { parseModelConfig } from "../../lib/parse/model_config.ts";

const FOLDER = new URL("../fixtures/model_configs", import.meta.url).pathname;

/** What each configuration must come to: `[layers, numbers a token, bytes a number]`, and the window of those that have one. */
const EXPECTED: Readonly<
  Record<string, {
    readonly full: readonly (readonly [number, number, number])[];
    readonly window: readonly (readonly [number, number, number, number])[];
  }>
> = JSON.parse(Deno.readTextFileSync(`${FOLDER}.json`));

function read(name: string): string {
  return Deno.readTextFileSync(`${FOLDER}/${name}.json`);
}

Deno.test("every configuration has its figures, and there are at least fifty", () => {
  // Kills: a fixture that nobody looks at.
  const files = [...Deno.readDirSync(FOLDER)].map(({ name }) =>
    name.replace(/\.json$/, "")
  );
  assert.deepEqual(files.sort(), Object.keys(EXPECTED).sort());
  assert.ok(files.length >= 50, `${files.length}`);
});

for (const [name, { full, window }] of Object.entries(EXPECTED)) {
  Deno.test(`parseModelConfig() knows what a token of ${name} takes`, () => {
    // Kills: heads for KV heads, a window taken for everything, a state counted as a cache, expanded for latent keys.
    const facts = parseModelConfig(read(name));
    assert.deepEqual(
      facts.kvGroups.map((
        group,
      ) => [group.layers, group.bytesPerToken, group.windowTokens]).sort(),
      [
        ...full.map(([layers, count, bytes]) => [layers, count * bytes, null]),
        ...window.map((
          [layers, count, bytes, tokens],
        ) => [layers, count * bytes, tokens]),
      ].sort(),
    );
  });
}

Deno.test("parseModelConfig() tells mixtures, quantisation, context and the kinds of layers", () => {
  // Kills: facts of the vision part, or of the outer object, in place of the language model's.
  const gemma = parseModelConfig(read("gemma-3-27b-it-4bit"));
  assert.equal(gemma.modelType, "gemma3_text");
  assert.equal(gemma.layers, 62);
  assert.equal(gemma.heads, 32);
  assert.equal(gemma.weightBits, 4);
  assert.equal(gemma.experts, null);
  assert.equal(gemma.maxContextTokens, 131_072);
  const next = parseModelConfig(read("qwen3-next-80b-a3b-4bit"));
  assert.deepEqual(next.experts, { total: 512, perToken: 10 });
  assert.equal(next.fixedStateLayers, 36);
  assert.equal(next.attention, "full");
  assert.equal(
    parseModelConfig(read("deepseek-v3-671b-4bit")).attention,
    "latent",
  );
  assert.equal(
    parseModelConfig(read("llama-3.2-1b-instruct")).weightBits,
    null,
  );
});

for (
  const [what, text] of [
    ["no JSON", "{"],
    ["a list", "[]"],
    ["an empty object", "{}"],
    ["layers as a text", '{"num_hidden_layers": "32"}'],
    ["negative layers", '{"num_hidden_layers": -1, "num_attention_heads": 8}'],
    [
      "more layers than any model has",
      '{"num_hidden_layers": 999999999, "num_attention_heads": 8, "head_dim": 8}',
    ],
    ["no heads", '{"num_hidden_layers": 4, "hidden_size": 64}'],
    ["no width", '{"num_hidden_layers": 4, "num_attention_heads": 8}'],
    [
      "heads narrower than a number",
      '{"num_hidden_layers": 4, "num_attention_heads": 8, "hidden_size": 4}',
    ],
  ] as const
) {
  Deno.test(`parseModelConfig() refuses ${what}`, () => {
    // Kills: zero or endless bytes a token out of a file that says nothing.
    assert.throws(() => parseModelConfig(text), DecodeError);
  });
}

Deno.test("parseModelConfig() shows a name as one harmless line", () => {
  // Kills: a terminal that obeys a configuration.
  const { modelType } = parseModelConfig(JSON.stringify({
    model_type: "a\u001b[2Jb\n",
    num_hidden_layers: 1,
    num_attention_heads: 1,
    head_dim: 1,
  }));
  assert.equal(modelType, "a [2Jb");
});
