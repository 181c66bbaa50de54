import assert from "node:assert/strict";
import { compareStartTokens } from "../../lib/core/process_identity.ts";

Deno.test("compareStartTokens() fails closed: missing tokens and other kinds are never told apart", () => {
  // Kills: a Python record healed because it has no token; `ps` and `/proc` texts compared as if they meant the same.
  const token = { kind: "proc", value: "12@ab" };
  assert.equal(compareStartTokens(token, { ...token }), "same");
  assert.equal(
    compareStartTokens(token, { ...token, value: "13@ab" }),
    "different",
  );
  assert.equal(
    compareStartTokens(token, { kind: "ps", value: "12@ab" }),
    "incomparable",
  );
  assert.equal(compareStartTokens(token, undefined), "incomparable");
  assert.equal(compareStartTokens(undefined, undefined), "incomparable");
});
