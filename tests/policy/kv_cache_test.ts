import assert from "node:assert/strict";
import {
  estimateFusedPrefill,
  kvBytesPerToken,
  kvCacheBytes,
} from "../../lib/policy/kv_cache.ts";
import { parseModelConfig } from "../../lib/parse/model_config.ts";

const FULL = { layers: 16, bytesPerToken: 2 * 4 * 256 * 2, windowTokens: null };

Deno.test("16 layers of 4 heads of 256 in 16 bits take 65,536 bytes a token", () => {
  // Kills: query heads for KV heads, keys without values.
  assert.equal(kvBytesPerToken({ kvGroups: [FULL] }), 65_536);
});

Deno.test("caches grow in steps of 256 tokens, and windows no further than their size", () => {
  // Kills: a cache that is as long as its text; a window that grows for ever.
  assert.equal(kvCacheBytes({ kvGroups: [FULL] }, 0), 0);
  assert.equal(kvCacheBytes({ kvGroups: [FULL] }, 1), 256 * 65_536);
  assert.equal(kvCacheBytes({ kvGroups: [FULL] }, 256), 256 * 65_536);
  assert.equal(kvCacheBytes({ kvGroups: [FULL] }, 257), 512 * 65_536);
  const window = { layers: 1, bytesPerToken: 10, windowTokens: 1_000 };
  assert.equal(kvCacheBytes({ kvGroups: [window] }, 900), 10_000);
  assert.equal(kvCacheBytes({ kvGroups: [window] }, 100_000), 10_000);
});

Deno.test("a long prompt of a model with fused attention takes a step's mask, not the square of its length", () => {
  // Kills: 1,100 GB for a prompt that runs every day.
  const { cacheBytes, stepBytes, largestBytes, peakBytes } =
    estimateFusedPrefill(131_072, { kvGroups: [FULL], dtypeBytes: 2 });
  assert.equal(cacheBytes, 131_072 * 65_536);
  assert.equal(stepBytes, 2_048 * 131_072 * 2);
  assert.equal(largestBytes, Math.max(stepBytes, 131_072 * 4 * 256 * 2));
  assert.equal(peakBytes, cacheBytes + stepBytes);
  assert.equal(
    estimateFusedPrefill(100, { kvGroups: [], dtypeBytes: 2 }).stepBytes,
    100 * 100 * 2,
  );
});

Deno.test("no model has a single allocation over 5 GB for a prompt of 32,768 tokens", () => {
  // Kills: an estimate under which everyday use is refused.
  const folder = new URL("../fixtures/model_configs", import.meta.url).pathname;
  let models = 0;
  for (const { name } of Deno.readDirSync(folder)) {
    const facts = parseModelConfig(Deno.readTextFileSync(`${folder}/${name}`));
    assert.ok(estimateFusedPrefill(32_768, facts).largestBytes < 5e9, name);
    models++;
  }
  assert.ok(models >= 50);
});
