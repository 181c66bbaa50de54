import assert from "node:assert/strict";
import {
  classifyAbort,
  classifyFailure,
  classifyMlxError,
  detectPanicSignature,
  isKernelPanicSignature,
  isListingOfFailures,
  isMetalOom,
  isNarrowGateMatch,
  isProcessAbortSignature,
  matchAllPanicSignatures,
  matchPanicSignature,
  matchReport,
} from "../../lib/parse/failure_text.ts";
import { FAILURE_TABLES as TABLES } from "../../lib/registry/failures.ts";

const UNDERFLOW =
  'panic(cpu 1 caller 0x1): "completeMemory() prepare count underflow" @IOGPUMemory.cpp:550\n';
const OOM =
  "[METAL] Command buffer execution failed: Insufficient Memory (00000008:kIOGPUCommandBufferCallbackErrorOutOfMemory)\n";

Deno.test("detectPanicSignature() is as narrow as the Python tool, and knows an abort's text too", () => {
  // Kills: a wider test, with which the two tools would write different ledgers for one report.
  assert.equal(
    detectPanicSignature(UNDERFLOW, TABLES)?.name,
    "prepare_count_underflow",
  );
  assert.equal(
    detectPanicSignature("IOGPUMemory.cpp:492 prepare_count_underflow", TABLES),
    undefined,
  );
  assert.equal(detectPanicSignature(OOM, TABLES)?.name, "metal_oom");
  assert.match(detectPanicSignature(OOM, TABLES)?.explanation ?? "", /memory/);
  assert.equal(
    detectPanicSignature("IOGPUCommandQueue x context\tstore timeout", TABLES)
      ?.name,
    "ctxstore_timeout",
  );
  assert.equal(detectPanicSignature("all is well", TABLES), undefined);
});

Deno.test("classifyMlxError() keeps the Python tool's order and its eight classes", () => {
  // Kills: a class of ours answered where the Python tool answers none; the completion class after the general one.
  const both =
    "check_error: Metal said [METAL] Command buffer execution failed, SIGABRT";
  assert.equal(
    classifyMlxError(both, TABLES)?.name,
    "metal_completion_sigabrt",
  );
  assert.equal(
    classifyMlxError(UNDERFLOW + OOM, TABLES)?.name,
    "iogpu_prepare_count_underflow",
  );
  assert.equal(classifyMlxError("Caused GPU Timeout Error", TABLES), undefined);
  assert.equal(TABLES.narrowClasses.length, 8);
});

Deno.test("isKernelPanicSignature() and isProcessAbortSignature() never hold together", () => {
  // Kills: a text without class that counts as an abort.
  const answers = (text: string): readonly boolean[] => [
    isKernelPanicSignature(text, TABLES),
    isProcessAbortSignature(text, TABLES),
  ];
  assert.deepEqual(answers(UNDERFLOW), [true, false]);
  assert.deepEqual(answers(OOM), [false, true]);
  assert.deepEqual(answers("hello"), [false, false]);
});

Deno.test("isMetalOom() holds for each way to run out of memory, across lines and cases", () => {
  // Kills: a page fault or the descriptor limit retried as if memory had run out.
  for (
    const text of [
      OOM,
      "command buffer execution failed\nblah\nINSUFFICIENT MEMORY",
      "FPENDINGMEMORYSET",
      "kIOGPUCommandBufferCallbackErrorImpactingInteractivity",
    ]
  ) assert.ok(isMetalOom(text), text);
  for (
    const text of [
      "GPU Address Fault Error",
      "Resource limit (12) exceeded",
      "Insufficient Memory",
    ]
  ) {
    assert.ok(!isMetalOom(text), text);
  }
});

Deno.test("matchPanicSignature() stops wherever the Python gate does", () => {
  // Kills: a gate looser than the one it replaces.
  for (
    const text of [
      UNDERFLOW,
      "IOGPUMemory.cpp:492 prepare_count_underflow",
      "IOGPUMemory.cpp line ... completeMemory()\n\n prepare_count underflow",
    ]
  ) {
    assert.ok(isNarrowGateMatch(text), text);
    assert.ok(matchPanicSignature(text, TABLES)?.stopsGate, text);
  }
  assert.ok(!isNarrowGateMatch("prepare count underflow"));
});

Deno.test("matchPanicSignature() never takes an abort's text for a panic, nor a watchdog for the GPU", () => {
  // Kills: an out-of-memory that locks the machine for hours.
  assert.equal(matchPanicSignature(OOM, TABLES), undefined);
  const watchdog = matchPanicSignature(
    "panic(cpu 1): watchdog timeout: no checkins from watchdogd",
    TABLES,
  );
  assert.equal(watchdog?.id, "watchdog_timeout");
  assert.equal(watchdog?.stopsGate, false);
  assert.equal(watchdog?.isSuspect, true);
});

Deno.test("matchAllPanicSignatures() names every cause, and the nameless one only alone", () => {
  // Kills: "unknown reason" beside a reason that is known.
  const two =
    `${UNDERFLOW}panic(cpu 1): "Memory object unexpectedly not found in fPendingMemorySet" @IOGPUGroupMemory.cpp:219`;
  const ids = (text: string): readonly string[] =>
    matchAllPanicSignatures(text, TABLES).map((signature) => signature.id);
  assert.deepEqual(ids(two), ["prepare_count_underflow", "pending_memory_set"]);
  assert.deepEqual(ids('panic(cpu 1): "new" @IOGPUNew.cpp:1'), ["iogpu_other"]);
});

Deno.test("classifyFailure() lets a kernel panic win over an abort in one text", () => {
  // Kills: a panic that is reported as the abort which came before it.
  assert.equal(
    classifyFailure(OOM + UNDERFLOW, TABLES)?.name,
    "iogpu_prepare_count_underflow",
  );
  assert.equal(classifyFailure(OOM, TABLES)?.name, "cmd_buffer_oom");
});

Deno.test("classifyAbort() tells number 3 of Metal from number 3 of the driver", () => {
  // Kills: a page fault called a hang because both are written "Code=3".
  const error = (domain: string): string =>
    `Error Domain=${domain} Code=3 "(null)"`;
  assert.equal(
    classifyAbort(error("MTLCommandBufferErrorDomain"), TABLES)?.name,
    "gpu_page_fault",
  );
  assert.equal(
    classifyAbort(error("IOGPUCommandQueueErrorDomain"), TABLES)?.name,
    "gpu_hang",
  );
});

Deno.test("classifyFailure() refuses source code, and lists of strings", () => {
  // Kills: the gate closed by a README or a test file that somebody saved among the reports.
  const code = 'msg << "[METAL] Command buffer execution failed: " << reason;';
  assert.equal(classifyFailure(code, TABLES), undefined);
  assert.equal(
    classifyFailure(`${code}\n${OOM}`, TABLES)?.name,
    "cmd_buffer_oom",
  );
  const list =
    `${UNDERFLOW}Memory object unexpectedly not found in fPendingMemorySet\n${OOM}`;
  assert.ok(isListingOfFailures(list, TABLES));
  assert.equal(classifyFailure(list, TABLES), undefined);
  assert.ok(!isListingOfFailures(UNDERFLOW + OOM, TABLES));
});

Deno.test("matchReport() judges the statement, and the backtrace's owner of the whole", () => {
  // Kills: a process name or a thread's label behind the statement that stops the gate.
  const owner = "Kernel Extensions in backtrace:\n com.apple.AGXG16X(1)\n";
  assert.equal(
    matchReport(
      "panic(cpu 1): spinlock",
      `panic(cpu 1): spinlock\n${owner}`,
      TABLES,
    )?.id,
    "iogpu_other",
  );
  assert.equal(
    matchReport(
      "panic(cpu 1): other",
      `panic(cpu 1): other\n${UNDERFLOW}`,
      TABLES,
    ),
    undefined,
  );
  assert.equal(
    matchReport(UNDERFLOW, UNDERFLOW, TABLES)?.id,
    "prepare_count_underflow",
  );
});
