import assert from "node:assert/strict";
import type { AbortRecord } from "../../lib/core/failure.ts";
import { abortsJson, abortsText } from "../../lib/report/aborts.ts";
import { textStyle } from "../../lib/report/text_style.ts";

const ABORT: AbortRecord = {
  ts: 1_795_000_000,
  kind: "process_abort",
  errorClass: "cmd_buffer_oom",
  severity: "command_buffer_oom",
  recoveryHint: "reduce_load",
  pid: 77,
  process: "python3.13",
  sourceFile: "/r/python3.ips",
};
const RESET: AbortRecord = {
  ...ABORT,
  kind: "gpu_restart",
  errorClass: "unknown",
  severity: null,
  recoveryHint: "unknown",
  pid: null,
  process: null,
};

function text(aborts: readonly AbortRecord[]): string {
  return abortsText({ aborts, windowHours: 24, findings: [] }, {
    timeZone: "UTC",
    style: textStyle({ color: false, emoji: false }),
    plainWords: (name) => name === "cmd_buffer_oom" ? "Too big." : undefined,
  });
}

Deno.test("abortsText() says when, who and what it means", () => {
  // Kills: a list that a person has to look up in a manual.
  assert.equal(
    text([ABORT, RESET]),
    "2 survived failures in the last 24 h (they never close the gate)\n" +
      "Wed 18 Nov 2026, 11:06 (UTC)  A program died · python3.13 (pid 77) · cmd_buffer_oom\n" +
      "    Too big.\n" +
      "    /r/python3.ips\n" +
      "Wed 18 Nov 2026, 11:06 (UTC)  The GPU was reset\n" +
      "    /r/python3.ips\n",
  );
});

Deno.test("nothing found is said in words", () => {
  // Kills: an empty screen, which looks like a failure.
  assert.equal(text([]), "No survived failure in the last 24 h\n");
});

Deno.test("hostile names and impossible times do no harm", () => {
  // Kills: a RangeError for a time of 1e300, or a name that clears the screen.
  const evil = text([{
    ...ABORT,
    ts: 1e300,
    process: "\u001b[2J",
    sourceFile: "/r/\u009b",
  }]);
  assert.match(evil, /^unknown time/m);
  assert.doesNotMatch(evil.replaceAll("\n", ""), /\p{Cc}/u);
});

Deno.test("abortsJson() has every key, and null for what is not known", () => {
  // Kills: `undefined`, which drops the key.
  const json = abortsJson({
    aborts: [RESET],
    windowHours: 24,
    findings: [],
  });
  assert.deepEqual(JSON.parse(JSON.stringify(json)), {
    aborts_window_hours: 24,
    aborts_count: 1,
    aborts: [{
      ts: 1_795_000_000,
      kind: "gpu_restart",
      error_class: "unknown",
      severity: null,
      recovery_hint: "unknown",
      pid: null,
      process: null,
      source_file: "/r/python3.ips",
    }],
    findings: [],
  });
});
