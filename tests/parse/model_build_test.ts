import assert from "node:assert/strict";
import { parseModelBuild } from "../../lib/parse/model_build.ts";

function baseOf(id: string): string {
  return parseModelBuild(id).base;
}

Deno.test("parseModelBuild() leaves out how numbers are stored, and keeps what the model is", () => {
  // Kills: two builds of one model that are strangers; two sizes of a family that are one model.
  for (
    const [id, base] of [
      ["mlx-community/Qwen3.6-35B-A3B-4bit", "qwen3.6-35b-a3b"],
      ["Qwen3.6-35B-A3B-8bit", "qwen3.6-35b-a3b"],
      ["unsloth/gemma-4-31b-it-bf16", "gemma-4-31b-it"],
      ["Qwen3.5-122B-A10B 5-bit", "qwen3.5-122b-a10b"],
      ["Qwen3.5-27B (Q5_K_M)", "qwen3.5-27b"],
      ["Qwen3.6-27B-oQ4-mtp", "qwen3.6-27b"],
      ["JANGQ-AI/Qwen3.5-35B-A3B-JANG_4K", "qwen3.5-35b-a3b"],
      ["mlx-community/gemma-4-e4b-it-4bit", "gemma-4-e4b-it"],
      ["Qwen3-8B-4bit", "qwen3-8b"],
    ] as const
  ) assert.equal(baseOf(id), base, id);
  assert.notEqual(baseOf("Qwen3.5-27B-4bit"), baseOf("Qwen3.5-9B-4bit"));
});

Deno.test("parseModelBuild() takes the name out of a path and out of the cache of Hugging Face", () => {
  // Kills: a server that was given a folder and is told that nothing is known.
  assert.equal(parseModelBuild("/models/Tiny-4bit/").name, "tiny-4bit");
  assert.equal(
    parseModelBuild(
      "/Users/ada/.cache/huggingface/hub/models--owner--Tiny-4bit/snapshots/0a1b",
    ).name,
    "tiny-4bit",
  );
  assert.deepEqual(parseModelBuild("  "), { name: "", base: "" });
});

Deno.test("parseModelBuild() of a hostile id costs no more than its first 400 characters", () => {
  // Kills: a megabyte in place of a name, taken apart word by word.
  const name = parseModelBuild(`${"a-".repeat(500_000)}x`).name;
  assert.ok(name.length <= 400);
});
