import assert from "node:assert/strict";
import {
  compileFailures,
  type FailureLists,
  sampleFaults,
} from "../../lib/registry/failure_sources.ts";

const LISTS: FailureLists = {
  signatures: [{
    id: "lost",
    explanation: "It lost its way.",
    stopsGate: true,
    errorClass: "some_panic",
    match: [{ all: ["driver lost its way"] }],
    samples: {
      match: ["panic(cpu 1 caller 0x1): driver lost its way"],
      mustNotMatch: ["driver"],
    },
  }],
  mentions: {
    lineStarts: ["//"],
    lineMarks: [],
    eventWords: [],
    reportMarks: [],
  },
  classes: [{
    name: "some_panic",
    severity: "kernel_panic",
    recoveryHint: "wait_lockout",
    upstream: [],
    plainWords: "",
    nextStep: "",
  }],
};

Deno.test("compileFailures() leaves samples out and fills in what is not said", () => {
  // Kills: samples that every start of the program pays for.
  const data = compileFailures(LISTS, "r1");
  assert.equal(JSON.stringify(data).includes("samples"), false);
  assert.deepEqual([
    data.signatures[0]?.isSuspect,
    data.classes[0]?.narrowOrder,
  ], [false, 0]);
  assert.equal(data.statementWords, "driver");
});

Deno.test("sampleFaults() names list, place and text of each sample that is wrong", () => {
  // Kills: a pattern changed without its samples noticing.
  assert.deepEqual(sampleFaults(LISTS), []);
  const [signature] = LISTS.signatures;
  assert.ok(signature !== undefined);
  const samples = {
    match: ["something else"],
    mustNotMatch: ["panic(cpu 2 caller 0x1): the driver lost its way"],
  };
  const faults = sampleFaults({
    ...LISTS,
    signatures: [{ ...signature, samples }],
  });
  assert.deepEqual(
    faults.map((one) => [one.list, one.path.join("/"), one.got]),
    [
      ["signatures", "signatures/0/samples/match/0", undefined],
      ["signatures", "signatures/0/samples/mustNotMatch/0", "lost"],
    ],
  );
});
