import assert from "node:assert/strict";
import { readReport, type ReportText } from "../../lib/facts/report_reader.ts";
import type { ReportFamily } from "../../lib/parse/report_name.ts";
import { FAILURE_TABLES } from "../../lib/registry/failures.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";
import {
  abortText,
  GPU_STATEMENTS,
  OTHER_STATEMENT,
  panicText,
} from "../fakes/reports.ts";

function read(
  text: string,
  family: ReportFamily = "kernel_panic",
): ReportText & { readonly reads: number } {
  const store = new MemoryFileStore().put("/r/x", text);
  const file = {
    path: "/r/x",
    family,
    stamp: undefined,
    isEvidence: true,
  };
  const report = readReport({ store, tables: FAILURE_TABLES }, file);
  return { ...report, reads: store.opened.length };
}

Deno.test("each statement of the GPU driver stops the gate, in a report of our own making", () => {
  // Kills: IOGPUGroupMemory.cpp:219, :220, :323 and :528, which the Python gate lets through.
  for (const statement of Object.values(GPU_STATEMENTS)) {
    const report = read(panicText({ statement }));
    assert.ok(report.kind === "kernel_panic");
    assert.equal(report.report.signature?.stopsGate, true, statement);
  }
  const other = read(panicText({ statement: OTHER_STATEMENT }));
  assert.ok(other.kind === "kernel_panic");
  assert.equal(other.report.signature, undefined);
});

Deno.test("a short panic text takes one read, a long one is read on", () => {
  // Kills: 512 KiB read of each of 2,000 reports; a signature behind the first 8 KiB that is missed.
  assert.equal(read(panicText()).reads, 1);
  const long = read(panicText({
    statement: `${'"x" '.repeat(8_000)}${GPU_STATEMENTS.underflow}`,
    process: "late",
  }));
  assert.ok(long.kind === "kernel_panic");
  assert.deepEqual([long.reads, long.report.process], [2, "late"]);
});

Deno.test("never more than 512 KiB of a report are read", () => {
  // Kills: a file of 2 GB named x.panic that fills the memory.
  const store = new MemoryFileStore().put("/r/x", "y".repeat(2 ** 20));
  const sizes: number[] = [];
  const readHead = store.readHead.bind(store);
  store.readHead = (path, maxBytes) => {
    sizes.push(maxBytes);
    return readHead(path, maxBytes);
  };
  const file = {
    path: "/r/x",
    family: "kernel_panic",
    stamp: undefined,
    isEvidence: true,
  } as const;
  readReport({ store, tables: FAILURE_TABLES }, file);
  assert.deepEqual(sizes, [8_192, 65_536, 524_288]);
});

Deno.test("an abort's text in a panic file is an abort; anything else there counts as a panic", () => {
  // Kills: a renamed abort that closes the gate; an empty panic file that vanishes.
  assert.equal(
    read(
      "[METAL] Command buffer execution failed: Insufficient Memory (00000008:kIOGPUCommandBufferCallbackErrorOutOfMemory)",
    ).kind,
    "abort",
  );
  assert.equal(read("").kind, "kernel_panic");
  assert.equal(
    read(panicText({ statement: OTHER_STATEMENT })).kind,
    "kernel_panic",
  );
});

Deno.test("an .ips of a program that died of something else is nothing", () => {
  // Kills: every crash of every program counted as a GPU abort.
  const abort = read(
    abortText("2026-11-23 11:00:00.00 +0000"),
    "process_report",
  );
  assert.ok(abort.kind === "abort");
  assert.equal(abort.failure.kind, "process_abort");
  assert.equal(abort.failure.errorClass?.name, "cmd_buffer_oom");
  assert.equal(
    read('{"bug_type":"309"}\n{"procName":"Safari"}', "process_report").kind,
    "nothing",
  );
});

Deno.test("a GPU reset is told even when its cause is not shown; Jetsam only kills for memory", () => {
  // Kills: an early warning thrown away; housekeeping of the system shown as a kill.
  const reset = read('{"process_name":"python3"}', "gpu_restart");
  assert.ok(reset.kind === "abort");
  assert.equal(reset.failure.kind, "gpu_restart");
  assert.equal(
    read('{"bug_type":"298"}\n{"processes":[]}', "jetsam_event").kind,
    "nothing",
  );
});
