import assert from "node:assert/strict";
import { redactDeep } from "../../lib/parse/redact_deep.ts";

Deno.test("redactDeep() reaches every text, and leaves keys and instants alone", () => {
  // Kills: a name in a list in an object; an instant that becomes an empty object.
  const at = Temporal.Instant.from("2026-11-23T12:00:00Z");
  const value = { ada: ["ada", { x: "ada", n: 1, none: null }], at };
  assert.deepEqual(redactDeep(value, (text) => text.replaceAll("ada", "*")), {
    ada: ["*", { x: "*", n: 1, none: null }],
    at,
  });
});
