import assert from "node:assert/strict";
import { FileError } from "../../lib/core/error.ts";
import type { Finding } from "../../lib/core/finding.ts";
import { tryPart, tryRead } from "../../lib/core/tried_part.ts";

const DENIED = new FileError("denied", "/x", "Cannot read /x");

Deno.test("tryPart() tells of a part that failed, and goes on", async () => {
  // Kills: one part that costs the whole; one that is lost without a word; a fault of ours that is hidden.
  const findings: Finding[] = [];
  assert.equal(await tryPart("a", findings, () => Promise.resolve(1)), 1);
  assert.equal(findings.length, 0);
  const failing = tryPart("a", findings, () => Promise.reject(DENIED));
  assert.equal(await failing, undefined);
  assert.match(findings[0]?.message ?? "", /^a: Cannot read/);
  await assert.rejects(
    tryPart("a", findings, () => Promise.reject(new TypeError())),
    TypeError,
  );
});

Deno.test("tryRead() passes over what cannot be read, and nothing else", () => {
  // Kills: a fault of ours taken for a file that is not there.
  const failing = (error: Error) => (): never => {
    throw error;
  };
  assert.equal(tryRead(failing(DENIED)), undefined);
  assert.throws(() => tryRead(failing(new TypeError())), TypeError);
});
