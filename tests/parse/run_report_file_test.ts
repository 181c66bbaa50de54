import assert from "node:assert/strict";
import { DecodeError } from "../../lib/core/error.ts";
import { decodeRunReport } from "../../lib/parse/run_report_file.ts";

const WHOLE = {
  "schema_version": "1.0",
  status: "ended",
  words: "well",
  "exit_code": 0,
  events: [{ at: "x", kind: "started" }, 7, { kind: "no time" }],
  "error_class": { "next_step": "rest" },
};

Deno.test("what a report does not say is null, and what is no event is left out", () => {
  // Kills: an exit code of 0 for a run that never ended.
  const report = decodeRunReport(JSON.stringify(WHOLE));
  assert.equal(report.exitCode, 0);
  assert.equal(report.peakBytes, null);
  assert.equal(report.nextStep, "rest");
  assert.deepEqual(report.events, [{ at: "x", kind: "started", reason: null }]);
});

Deno.test("another form, or a file that is none, is said", () => {
  // Kills: an explanation of any JSON file.
  for (
    const bad of [
      "",
      "[]",
      "{}",
      JSON.stringify({ ...WHOLE, "schema_version": "2.0" }),
      JSON.stringify({ ...WHOLE, words: 7 }),
    ]
  ) assert.throws(() => decodeRunReport(bad), DecodeError);
});
