import assert from "node:assert/strict";
import { panicJson, taskWords } from "../../lib/report/panic_words.ts";

Deno.test("panicJson() has the keys of the ledger, and null for what is not known", () => {
  // Kills: a key that programs look for and do not find.
  assert.deepEqual(
    panicJson({
      ts: 1.5,
      signature: "unknown",
      explanation: null,
      pid: null,
      sourceFile: "/r/x",
      bootSessionUuid: null,
      process: "a\u001bb",
      osBuild: null,
      kextVersion: null,
    }),
    {
      ts: 1.5,
      signature: "unknown",
      explanation: null,
      pid: null,
      source_file: "/r/x",
      boot_session_uuid: null,
      process: "a b",
      os_build: null,
      kext_version: null,
    },
  );
});

Deno.test("taskWords() says as much as is known", () => {
  // Kills: "null (pid null)".
  assert.equal(
    taskWords({ pid: 812, process: "python3" }),
    "python3 (pid 812)",
  );
  assert.equal(taskWords({ pid: null, process: "python3" }), "python3");
  assert.equal(taskWords({ pid: 0, process: null }), "pid 0");
  assert.equal(taskWords({ pid: null, process: null }), null);
  assert.equal(
    taskWords({ pid: null, process: "x".repeat(200) })?.length,
    80,
  );
});
