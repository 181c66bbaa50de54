import assert from "node:assert/strict";
import {
  decodeCadence,
  encodeCadence,
} from "../../../lib/parse/state/cadence_file.ts";
import { assertRefusesFields, assertRefusesHostile } from "./hostile_texts.ts";

Deno.test("decodeCadence() refuses hostile texts, and a file with one bad entry", () => {
  // Kills: an entry that is dropped in silence, which lets its model load at once.
  assertRefusesHostile(decodeCadence);
  assertRefusesFields(decodeCadence, { m: 1770105600.5 }, [
    ["m", "1770105600"],
    ["m", null],
    ["m", true],
    ["m", 1e300],
    ["n", { at: 1 }],
  ]);
});

Deno.test("decodeCadence() reads epoch floats, and takes any name for a model", () => {
  // Kills: a model called `__proto__` that is lost or that pollutes.
  const file = decodeCadence(
    '{"__proto__": 1770105600, "a/b": 1770105640.1254}',
  );
  assert.deepEqual(
    [...file].map(([id, at]) => [id, at.toString()]),
    [
      ["__proto__", "2026-02-03T08:00:00Z"],
      ["a/b", "2026-02-03T08:00:40.125Z"],
    ],
  );
  assert.equal(decodeCadence("{}").size, 0);
});

Deno.test("encodeCadence() sorts by model", () => {
  // Kills: the order of marking, by which the same state has many texts.
  const at = Temporal.Instant.from("2026-02-03T08:00:00.5Z");
  const text = encodeCadence(
    new Map([["b", at], ["__proto__", at], ["a", at]]),
  );
  assert.equal(
    text,
    '{"__proto__": 1770105600.5, "a": 1770105600.5, "b": 1770105600.5}',
  );
  assert.equal(encodeCadence(decodeCadence(text)), text);
});
