import assert from "node:assert/strict";
import { readModelFiles } from "../../lib/facts/model_files.ts";
import { createDenoFileStore } from "../../lib/adapters/deno/file_store.ts";

const CONFIG = JSON.stringify({
  model_type: "llama",
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  head_dim: 8,
});
const COMMIT = "a".repeat(40);
const OLDER = "b".repeat(40);

/** A cache on the real disk, as the hub's own client lays it out: blobs, and links to them. */
class Cache implements Disposable {
  readonly folder = Deno.makeTempDirSync();
  readonly store = createDenoFileStore();
  readonly snapshot = `${this.folder}/models--org--m/snapshots/${COMMIT}`;

  constructor() {
    Deno.mkdirSync(`${this.folder}/models--org--m/refs`, { recursive: true });
    Deno.mkdirSync(`${this.folder}/models--org--m/blobs`);
    Deno.mkdirSync(this.snapshot, { recursive: true });
    Deno.writeTextFileSync(
      `${this.folder}/models--org--m/refs/main`,
      `${COMMIT}\n`,
    );
    this.link("config.json", CONFIG);
  }

  link(name: string, text: string): void {
    const blob = `${this.folder}/models--org--m/blobs/${name}`;
    Deno.writeTextFileSync(blob, text);
    Deno.symlinkSync(`../../blobs/${name}`, `${this.snapshot}/${name}`);
  }

  read(model = "org/m"): ReturnType<typeof readModelFiles> {
    return readModelFiles(this.store, model, { hub: this.folder });
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.folder, { recursive: true });
  }
}

Deno.test("a model of the cache is found by its main commit, its files through their links", () => {
  // Kills: the size of the links for that of the weights.
  using cache = new Cache();
  cache.link("model-00001-of-00002.safetensors", "x".repeat(300));
  cache.link("model-00002-of-00002.safetensors", "x".repeat(200));
  cache.link("tokenizer.json", "x".repeat(5_000));
  const files = cache.read();
  assert.equal(files.folder, cache.snapshot);
  assert.deepEqual(files.weightBytes, { kind: "known", value: 500 });
  assert.equal(files.weightSource, "2 safetensors files");
  assert.ok(files.facts.kind === "known" && files.facts.value.layers === 2);
});

Deno.test("a download that is half done has the size of its index", () => {
  // Kills: half a model that is said to fit.
  using cache = new Cache();
  const index = (bytes: number): string =>
    JSON.stringify({ metadata: { total_size: bytes }, weight_map: {} });
  cache.link("model.safetensors.index.json", index(5e11));
  cache.link("model-00001-of-00002.safetensors", "x".repeat(300));
  const files = cache.read();
  assert.deepEqual(files.weightBytes, { kind: "known", value: 5e11 });
  assert.equal(files.weightSource, "model.safetensors.index.json");
});

Deno.test("fails open: what is not there or cannot be read is unknown, with its reason", () => {
  // Kills: 0 bytes for a model that is not here; an exception for a broken file.
  using cache = new Cache();
  assert.equal(cache.read("org/other").folder, null);
  assert.equal(cache.read("org/other").weightBytes.kind, "unknown");
  assert.equal(cache.read().weightBytes.kind, "unknown");
  Deno.writeTextFileSync(
    `${cache.folder}/models--org--m/blobs/config.json`,
    "{ torn",
  );
  const { facts } = cache.read();
  assert.ok(facts.kind === "unknown" && /not whole JSON/.test(facts.because));
});

Deno.test("neither an id nor a file of the cache leads out of it", () => {
  // Kills: `../` in an id, or in refs/main, that reads somebody's files.
  using cache = new Cache();
  for (const id of ["../secret", "org/../../m", "a/b/c", "org\\m", "", "-x"]) {
    assert.equal(cache.read(id).folder, null, id);
  }
  Deno.writeTextFileSync(
    `${cache.folder}/models--org--m/refs/main`,
    "../../../../../../etc",
  );
  assert.equal(cache.read().folder, cache.snapshot);
});

Deno.test("without a main commit the newest snapshot counts", () => {
  // Kills: the snapshot whose name sorts last.
  using cache = new Cache();
  Deno.removeSync(`${cache.folder}/models--org--m/refs/main`);
  const older = `${cache.folder}/models--org--m/snapshots/${OLDER}`;
  Deno.mkdirSync(older);
  Deno.utimeSync(older, 1, 1);
  assert.equal(cache.read().folder, cache.snapshot);
});

Deno.test("a folder is read as it is, and only when it holds a model", () => {
  // Kills: any folder taken for a model.
  using cache = new Cache();
  Deno.writeTextFileSync(`${cache.snapshot}/model.safetensors`, "x".repeat(7));
  const files = cache.read(`${cache.snapshot}/`);
  assert.equal(files.folder, cache.snapshot);
  assert.deepEqual(files.weightBytes, { kind: "known", value: 7 });
  assert.equal(files.weightSource, "1 safetensors file");
  assert.equal(cache.read(cache.folder).folder, null);
});
