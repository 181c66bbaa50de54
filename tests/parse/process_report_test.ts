import assert from "node:assert/strict";
import {
  parseProcessReport,
  type ProcessReport,
} from "../../lib/parse/process_report.ts";
import { FAILURE_TABLES } from "../../lib/registry/failures.ts";

function parse(text: string): ProcessReport {
  return parseProcessReport(text, FAILURE_TABLES);
}

const HEADER =
  '{"app_name":"Python","timestamp":"2026-05-30 15:13:30.00 +0100","bug_type":"309","os_version":"macOS 26.5 (25F71)"}\n';

function ips(crashed: 0 | 1, asi = "abort() called"): string {
  const threads = [
    { id: 1, queue: "com.apple.main-thread", frames: [{ symbol: "main" }] },
    {
      id: 2,
      queue: "com.Metal.CompletionQueueDispatch",
      frames: [{ symbol: "x" }],
    },
  ].map((thread, index) =>
    index === crashed ? { triggered: true, ...thread } : thread
  );
  return HEADER + JSON.stringify(
    {
      procName: "Python",
      pid: 65813,
      captureTime: "2026-05-30 15:13:30.2563 +0100",
      asi: { "libsystem_c.dylib": [asi] },
      threads,
    },
    null,
    2,
  );
}

Deno.test("parseProcessReport() blames Metal's queue only when its thread is the one that crashed", () => {
  // Kills: every crash of a program that uses the GPU, whose queue's thread is always there.
  assert.equal(parse(ips(1)).errorClass?.name, "metal_completion_abort");
  assert.equal(parse(ips(0)).errorClass, undefined);
  const text = (mark: string): string =>
    `Process:             Python [65813]\nThread 35${mark}  Dispatch queue: com.Metal.CompletionQueueDispatch\n`;
  assert.equal(
    parse(text(" Crashed::")).errorClass?.name,
    "metal_completion_abort",
  );
  assert.equal(parse(text("::")).errorClass, undefined);
});

Deno.test("parseProcessReport() prefers what the program said over where it died", () => {
  // Kills: "aborted on a thread" where the report says that memory ran out.
  const said = "[METAL] Command buffer execution failed: Insufficient Memory";
  assert.equal(parse(ips(1, said)).errorClass?.name, "cmd_buffer_oom");
});

Deno.test("parseProcessReport() reads who, when and on which system, in both forms and cut", () => {
  // Kills: the header's rounded time where the exact one is there; a cut report without fields.
  const wanted = {
    errorClass: undefined,
    pid: 65813,
    process: "Python",
    timestamp: "2026-05-30 15:13:30.2563 +0100",
    osBuild: "25F71",
  };
  assert.deepEqual(parse(ips(0)), wanted);
  assert.deepEqual(
    parse(
      "Process:             Python [65813]\nDate/Time:           2026-05-30 15:13:30.2563 +0100\nOS Version:          macOS 26.5 (25F71)\n",
    ),
    wanted,
  );
  assert.equal(parse(HEADER).timestamp, "2026-05-30 15:13:30.00 +0100");
  assert.deepEqual(parse(""), {
    errorClass: undefined,
    pid: undefined,
    process: undefined,
    timestamp: undefined,
    osBuild: undefined,
  });
});
