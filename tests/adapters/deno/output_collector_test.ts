import assert from "node:assert/strict";
import { collect } from "../../../lib/adapters/deno/output_collector.ts";

function streamOf(...chunks: readonly string[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return ReadableStream.from(chunks.map((chunk) => encoder.encode(chunk)));
}

Deno.test("collect() keeps the first bytes and reads on to the end", async () => {
  // Kills: a program that hangs on a full pipe because we stopped to read; memory that grows with its output.
  let pulled = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller): void {
      if (pulled++ === 1_000) controller.close();
      else controller.enqueue(new Uint8Array(1_000).fill(0x61));
    },
  });
  const collector = collect(stream, 1_500);
  await collector.done;
  assert.equal(collector.text(), "a".repeat(1_500));
  assert.equal(pulled, 1_001);
});

Deno.test("collect() puts characters together that came in two chunks", async () => {
  // Kills: decoding each chunk on its own.
  const bytes = new TextEncoder().encode("aüb");
  const stream = ReadableStream.from([bytes.subarray(0, 2), bytes.subarray(2)]);
  const collector = collect(stream, 99);
  await collector.done;
  assert.equal(collector.text(), "aüb");
});

Deno.test("collect() gives up a stream that never ends", async () => {
  // Kills: a wait for a pipe that a grandchild holds open.
  const collector = collect(new ReadableStream<Uint8Array>(), 10);
  await collector.stop();
  await collector.done;
  assert.equal(collector.text(), "");
  const broken = new ReadableStream<Uint8Array>({
    start: (controller) => controller.error(new Error("broken pipe")),
  });
  await collect(broken, 10).done;
  const after = collect(streamOf("x"), 10);
  await after.done;
  await after.stop();
  assert.equal(after.text(), "x");
});
