import assert from "node:assert/strict";
import { readLines } from "../../../lib/adapters/mlx/line_reader.ts";

async function linesOf(
  pieces: readonly (string | Uint8Array)[],
  options: { readonly maxBytes?: number; readonly failure?: Error } = {},
): Promise<readonly (string | undefined)[]> {
  const { maxBytes = 100, failure } = options;
  const stream = new ReadableStream<Uint8Array>({
    start(controller): void {
      for (const piece of pieces) {
        controller.enqueue(
          typeof piece === "string" ? new TextEncoder().encode(piece) : piece,
        );
      }
      if (failure === undefined) controller.close();
    },
    pull(controller): void {
      if (failure !== undefined) controller.error(failure);
    },
  });
  return await Array.fromAsync(readLines(stream.getReader(), maxBytes));
}

Deno.test("readLines() joins what a pipe has cut, also inside a character", async () => {
  // Kills: one message a chunk; half a character that becomes two marks.
  const bytes = new TextEncoder().encode("grüße\nb");
  assert.deepEqual(
    await linesOf([bytes.subarray(0, 3), bytes.subarray(3), "c\n\nd"]),
    ["grüße", "bc", "", "d"],
  );
  assert.deepEqual(await linesOf([]), []);
  assert.deepEqual(await linesOf(["a\n"]), ["a"]);
});

Deno.test("readLines() keeps a line of the limit and nothing of a longer one", async () => {
  // Kills: a worker that fills our memory with one line; the line after it lost.
  assert.deepEqual(await linesOf(["abcd\nabcde\nx\n"], { maxBytes: 4 }), [
    "abcd",
    undefined,
    "x",
  ]);
  const flood = Array.from({ length: 50 }, () => "y".repeat(10));
  assert.deepEqual(await linesOf([...flood, "\nz"], { maxBytes: 20 }), [
    undefined,
    "z",
  ]);
  assert.deepEqual(await linesOf(["abcde"], { maxBytes: 4 }), [undefined]);
});

Deno.test("readLines() takes a broken pipe for its end", async () => {
  // Kills: a crash of the guard when its worker crashes.
  assert.deepEqual(await linesOf(["a\nb"], { failure: new Error("broken") }), [
    "a",
    "b",
  ]);
});
