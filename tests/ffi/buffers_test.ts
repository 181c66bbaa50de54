import assert from "node:assert/strict";
import { Buffers } from "../../ffi/buffers.ts";

Deno.test("Buffers lends one to one borrower at a time", () => {
  // Kills: two answers that are written into the same bytes.
  const buffers = new Buffers();
  const first = buffers.take(8);
  const second = buffers.take(8);
  assert.notEqual(first, second);
  buffers.give(second);
  assert.equal(buffers.take(8), second);
  assert.notEqual(buffers.take(8), second);
});

Deno.test("Buffers gives the length that was asked for", () => {
  // Kills: a short buffer, behind whose end foreign code writes.
  const buffers = new Buffers();
  buffers.give(new Uint8Array(4));
  assert.equal(buffers.take(8).length, 8);
  assert.equal(buffers.take(2).length, 2);
  assert.equal(buffers.take(4).length, 4);
});

Deno.test("Buffers keeps a few, whatever is given back", () => {
  // Kills: memory that grows with the busiest moment and never shrinks.
  const buffers = new Buffers();
  const many = Array.from({ length: 20 }, () => new Uint8Array(1));
  for (const one of many) buffers.give(one);
  const kept = many.map(() => buffers.take(1))
    .filter((one) => many.includes(one));
  assert.equal(kept.length, 8);
});
