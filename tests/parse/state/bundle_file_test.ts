import assert from "node:assert/strict";
import {
  decodeBundle,
  encodeBundle,
} from "../../../lib/parse/state/bundle_file.ts";

const FILE = {
  isComplete: true,
  collectedAt: Temporal.Instant.from("2026-11-23T12:00:00Z"),
  version: "1.2.3",
  isRedacted: true,
  files: [{
    name: "a.panic",
    kind: "report",
    source: "~/a.panic",
    sizeBytes: 5,
    isCut: true,
    failure: undefined,
  }, {
    name: "index.md",
    kind: "text",
    source: undefined,
    sizeBytes: undefined,
    isCut: false,
    failure: "disk full",
  }],
  extra: new Map([["zz", 1]]),
};

Deno.test("decodeBundle() reads what encodeBundle() wrote", () => {
  // Kills: a file that a second run does not know for its own.
  assert.deepEqual(decodeBundle(encodeBundle(FILE)), FILE);
});

Deno.test("decodeBundle() believes no name that leads out of the folder", () => {
  // Kills: a list of somebody else that makes us write over `../x`.
  for (const name of ["../x", "a/b", ".hidden", "", "a\u0000"]) {
    const text = encodeBundle({
      ...FILE,
      files: [{
        ...FILE.files[0],
        name,
        kind: "x",
        source: undefined,
        sizeBytes: 1,
        isCut: false,
        failure: undefined,
      }],
    });
    assert.throws(() => decodeBundle(text), { code: "not-decodable" });
  }
  for (const text of ["", "[]", '{"schema_version": "2.0"}']) {
    assert.throws(() => decodeBundle(text), { code: "not-decodable" });
  }
});
