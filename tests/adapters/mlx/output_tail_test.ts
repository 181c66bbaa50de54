import assert from "node:assert/strict";
import { keepTail } from "../../../lib/adapters/mlx/output_tail.ts";

function stream(pieces: readonly string[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(
    pieces.map((one) => new TextEncoder().encode(one)),
  );
}

Deno.test("keepTail() keeps the last bytes, whatever the pieces", async () => {
  // Kills: a tail that keeps the beginning; one that grows with what is printed.
  for (const size of [1, 3, 8, 50]) {
    const text = Array.from({ length: 40 }, (_, n) => `${n % 10}`).join("");
    const pieces = text.match(new RegExp(`.{1,${size}}`, "g")) ?? [];
    const tail = keepTail(stream(pieces), 8);
    await tail.done;
    assert.equal(tail.text(), text.slice(-8), `${size}`);
  }
});

Deno.test("keepTail() shows nothing that moves a cursor, and no half of a first character", async () => {
  // Kills: a model that repaints a terminal through an error's text.
  const tail = keepTail(stream(["a\x1b[2Jb\nc\rd\n"]), 100);
  await tail.done;
  assert.equal(tail.text(), "a [2Jb\nc d\n");
  const cut = keepTail(stream(["üüü"]), 3);
  await cut.done;
  assert.equal(cut.text(), "ü");
});

Deno.test("keepTail() takes our own lines too, and can be given up while it waits", async () => {
  // Kills: a grandchild that holds the pipe and so the guard.
  const tail = keepTail(new ReadableStream<Uint8Array>(), 100);
  tail.add("noise");
  await tail.stop();
  await tail.done;
  assert.equal(tail.text(), "noise\n");
});
