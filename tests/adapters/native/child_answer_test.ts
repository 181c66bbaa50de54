import assert from "node:assert/strict";
import {
  answerAsChild,
  decodeMetalAnswer,
  decodeTrialAnswer,
  encodeMetal,
  runTrial,
  TRIAL_DONE,
} from "../../../lib/adapters/native/child_answer.ts";
import { known } from "../../../lib/core/observed.ts";
import { FakeNativeLibrary } from "../../fakes/native_library.ts";

const DEVICE = {
  name: "Apple M4 Max",
  architecture: "applegpu_g16s",
  recommendedMaxWorkingSetSize: 115_448_725_504,
  maxBufferLength: 86_586_540_032,
};

Deno.test("a trial asks everything that does not wake the GPU, and nothing that does", async () => {
  // Kills: a trial that never asks the call that crashes; one that opens Metal.
  const library = new FakeNativeLibrary();
  assert.deepEqual(decodeTrialAnswer(await runTrial(library)), known(true));
  assert.deepEqual(library.asked, [
    "sysctls",
    "accelerators",
    "clients",
    "kexts",
    "hostMemory",
    "process",
    "args",
    "children",
  ]);
});

Deno.test("an answer of the library, also a failure, is a trial that went through", async () => {
  // Kills: a Mac without GPU driver on which the dylib is never used.
  const library = new FakeNativeLibrary({ breaks: "fails" });
  assert.deepEqual(decodeTrialAnswer(await runTrial(library)), known(true));
});

Deno.test("decodeTrialAnswer() believes only the last word of a trial", () => {
  // Kills: a child that died halfway and counts as good.
  for (const text of ["", "{", "null", "[]", '{"done":true}', '{"done":1}']) {
    assert.equal(decodeTrialAnswer(text).kind, "unknown", text);
  }
  assert.deepEqual(decodeTrialAnswer('{"because":"no\\u001bsuch file"}'), {
    kind: "unknown",
    because: "no such file",
  });
  const done = JSON.stringify({ done: TRIAL_DONE });
  assert.deepEqual(decodeTrialAnswer(done), known(true));
});

Deno.test("Metal's answer comes through whole", async () => {
  // Kills: microseconds shown as milliseconds; a limit that is lost between two processes.
  const text = await encodeMetal(
    new FakeNativeLibrary({
      devices: [DEVICE],
      probe: { outcome: "ok", roundTripUs: 700 },
    }),
  );
  assert.deepEqual(
    decodeMetalAnswer(text),
    known({
      devices: [{
        name: "Apple M4 Max",
        architecture: known("applegpu_g16s"),
        workingSetBytes: known(115_448_725_504),
        maxBufferBytes: known(86_586_540_032),
      }],
      outcome: "ok",
      roundTripMs: known(0.7),
      error: null,
    }),
  );
});

Deno.test("a recommended working set that is missing, of the wrong type, negative, 0 or huge is unknown", () => {
  // Kills: a limit of 0 that is cached and under which nothing fits.
  for (const bad of [undefined, "5", null, -1, 0, 0.5, 2 ** 60, 1e300, true]) {
    const device = { ...DEVICE, recommendedMaxWorkingSetSize: bad };
    const answer = decodeMetalAnswer(
      JSON.stringify({ devices: [device], probe: { outcome: "ok" } }),
    );
    assert.ok(answer.kind === "known");
    const [first] = answer.value.devices;
    assert.equal(first?.workingSetBytes.kind, "unknown", String(bad));
    assert.equal(answer.value.roundTripMs.kind, "unknown");
  }
});

Deno.test("Metal's failure is told in its own words, without what a terminal obeys", async () => {
  // Kills: a timed-out GPU that is told as ok.
  const failed = await encodeMetal(
    new FakeNativeLibrary({
      devices: [],
      probe: { outcome: "failed", error: "Caused GPU\u001b[2J Timeout" },
    }),
  );
  const answer = decodeMetalAnswer(failed);
  assert.ok(answer.kind === "known");
  assert.equal(answer.value.outcome, "failed");
  assert.equal(answer.value.error, "Caused GPU [2J Timeout");
  const none = await encodeMetal(new FakeNativeLibrary({ breaks: "fails" }));
  assert.equal(decodeMetalAnswer(none).kind, "unknown");
  for (const text of ["", "[]", "{}", '{"probe":{"outcome":"fine"}}']) {
    assert.equal(decodeMetalAnswer(text).kind, "unknown", text);
  }
});

Deno.test("a child that cannot open the library says so", async () => {
  // Kills: a stack trace in place of one line of JSON.
  for (const task of ["trial", "metal"] as const) {
    const text = await answerAsChild(task, "/nowhere/x.dylib");
    const answer = task === "trial"
      ? decodeTrialAnswer(text)
      : decodeMetalAnswer(text);
    assert.ok(answer.kind === "unknown");
    assert.match(answer.because, /cannot be opened/);
  }
});
