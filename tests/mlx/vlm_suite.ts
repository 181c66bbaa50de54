/** A worker over the real mlx-vlm: `deno task test:vlm`, apart from the usual tests. Pictures are not tried. */
import assert from "node:assert/strict";
import { MlxPlace } from "./mlx_place.ts";
import { tinyModel } from "./tiny_model.ts";

Deno.test("a worker loads and generates with the real mlx-vlm", async () => {
  // Kills: a backend that was written from documentation and never ran.
  await using place = new MlxPlace();
  await using worker = await place.workers.start(await tinyModel(), {
    backend: "mlx-vlm",
  });
  assert.equal(worker.facts?.versions["mlx-vlm"], "0.7.10");
  const pieces: string[] = [];
  const answer = await worker.generate("hello", {
    maxTokens: 12,
    temperature: 0,
    system: "be kind",
    onText: (text) => pieces.push(text),
  });
  assert.ok(answer.kind === "done");
  assert.equal(answer.tokens, 12);
  assert.equal(answer.text, pieces.join(""));
  assert.equal(answer.promptTokens, "be kind\n\nhello".length);
  const stop = new AbortController();
  stop.abort();
  await assert.rejects(worker.generate("x", { signal: stop.signal }));
  assert.ok((await worker.probe()).elapsedMs > 0);
  const tags = place.crumbs().map((line) => line.split(":", 1)[0]);
  assert.deepEqual(tags, [
    ...["LOAD", "SUBPROCESS_WORKER", "SUBPROC_PRE", "SUBPROC_POST", "PROBE"],
  ]);
});
