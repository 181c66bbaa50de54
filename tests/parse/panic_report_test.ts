import assert from "node:assert/strict";
import {
  type PanicReport,
  parsePanicReport,
} from "../../lib/parse/panic_report.ts";
import { FAILURE_TABLES } from "../../lib/registry/failures.ts";

function parse(text: string): PanicReport {
  return parsePanicReport(text, FAILURE_TABLES);
}

const HEADER =
  '{"bug_type":"210","timestamp":"2026-07-21 09:15:44.00 +0200","os_version":"macOS 26.5.2 (25F84)"}\n';
const PANIC = [
  'panic(cpu 4 caller 0x1): "completeMemory() prepare count underflow" @IOGPUMemory.cpp:550',
  "Debugger message: panic",
  "OS version: 25F84",
  "Kernel version: Darwin Kernel Version 25.5.0: Mon; root:xnu-1/RELEASE_ARM64_T6041",
  "Boot session UUID: 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
  "  Boot    : 0x6a5e0000 0x00000001",
  "  Calendar: 0x6a5f2b10 0x0007a120",
  "Panicked task 0x1: 9 pages, 3 threads: pid 812: python3.12",
  "      Kernel Extensions in backtrace:",
  "         com.apple.iokit.IOGPUFamily(130.15.2)[A]@0x1->0x2",
  "",
  "last started kext at 98: com.apple.filesystems.autofs\t3.0 (addr 0x1, size 5)",
  "loaded kexts: (skipped)",
].join("\n");

function json(key = "panicString", text = PANIC): string {
  return `${HEADER}{\n  "build" : "macOS 26.5.2 (25F84)",\n  "${key}" : ${
    JSON.stringify(text)
  },\n  "processByPid" : {}\n}`;
}

Deno.test("parsePanicReport() reads every field of a whole report", () => {
  // Kills: a field that is read from its neighbour.
  const { signature, ...rest } = parse(json());
  assert.equal(signature?.id, "prepare_count_underflow");
  assert.deepEqual(rest, {
    isKernelPanic: true,
    panicLine:
      'panic(cpu 4 caller 0x1): "completeMemory() prepare count underflow" @IOGPUMemory.cpp:550',
    abortClass: undefined,
    bootSessionUuid: "0F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0",
    calendarAt: Temporal.Instant.fromEpochMilliseconds(
      0x6a5f2b10 * 1_000 + 500,
    ),
    headerTimestamp: "2026-07-21 09:15:44.00 +0200",
    pid: 812,
    process: "python3.12",
    osBuild: "25F84",
    kernelVersion:
      "Darwin Kernel Version 25.5.0: Mon; root:xnu-1/RELEASE_ARM64_T6041",
    iogpuVersion: "130.15.2",
    lastStartedKext: "com.apple.filesystems.autofs",
    hasWholePanicText: true,
  });
});

Deno.test("parsePanicReport() reads plain text as it reads JSON", () => {
  // Kills: fields that are only found escaped.
  const { headerTimestamp, ...plain } = parse(PANIC);
  const { headerTimestamp: fromJson, ...structured } = parse(json());
  assert.deepEqual(plain, structured);
  assert.equal(headerTimestamp, undefined);
  assert.equal(fromJson, "2026-07-21 09:15:44.00 +0200");
});

Deno.test("parsePanicReport() takes the newer key only in a report of a panic", () => {
  // Kills: an app's crash report, whose "string" is something else, taken for a panic.
  const newer = json("string").replace('"210"', '"151"');
  assert.equal(parse(newer).signature?.id, "prepare_count_underflow");
  assert.equal(
    parse(json("string", "reset by hand").replace('"210"', '"151"'))
      .isKernelPanic,
    false,
  );
});

Deno.test("parsePanicReport() stays with what it can read wherever the report is cut", () => {
  // Kills: a throw, or a panic that vanishes, at any byte where a full disk may have ended the file.
  const whole = json();
  const known = whole.indexOf("@IOGPUMemory");
  for (let end = 0; end <= whole.length; end++) {
    const report = parse(whole.slice(0, end));
    if (end >= known) {
      assert.equal(report.signature?.id, "prepare_count_underflow", `${end}`);
      assert.ok(report.isKernelPanic, `${end}`);
    }
    assert.equal(
      report.hasWholePanicText,
      end >= whole.indexOf('",\n  "processByPid"') + 1,
      `${end}`,
    );
  }
});

Deno.test("parsePanicReport() reads a report of 3 MB without looking through it", () => {
  // Kills: a parse of the whole body; names in it that decide anything.
  const filler =
    `"p":{"procname":"completeMemory() prepare count underflow IOGPUMemory.cpp"},`
      .repeat(40_000);
  const other = PANIC.replace(/".*" @IOGPUMemory.cpp:550/, "zone map exhausted")
    .replace(
      "com.apple.iokit.IOGPUFamily(130.15.2)",
      "com.apple.driver.Other(1)",
    );
  const text = json("panicString", other).replace(
    '"processByPid" : {',
    `"processByPid" : {${filler}`,
  );
  assert.ok(text.length > 3_000_000);
  const report = parse(text);
  assert.equal(report.signature, undefined);
  assert.equal(report.isKernelPanic, true);
  assert.equal(report.hasWholePanicText, true);
  assert.equal(
    parse(
      text.replace(
        "zone map exhausted",
        '\\"completeMemory() prepare count underflow\\"',
      ),
    ).signature?.id,
    "prepare_count_underflow",
  );
});

Deno.test("parsePanicReport() asks for more where the panic's text may go on", () => {
  // Kills: a backtrace behind the first 16 KiB whose owner is never read.
  assert.equal(parse(`${HEADER}{"build":"x"`).hasWholePanicText, false);
  assert.equal(parse("panic(cpu 1): x\n").hasWholePanicText, false);
  assert.equal(parse(PANIC).hasWholePanicText, true);
});

Deno.test("parsePanicReport() tells an abort's text, a place without statement and noise from a panic", () => {
  // Kills: an abort in a panic file, or the file's line alone, that counts as a kernel panic.
  const abort = parse(
    "[METAL] Command buffer execution failed: Insufficient Memory",
  );
  assert.equal(abort.isKernelPanic, false);
  assert.equal(abort.abortClass?.name, "cmd_buffer_oom");
  for (const text of ["IOGPUMemory.cpp:492", "", "{", "hello"]) {
    assert.equal(parse(text).isKernelPanic, false, text);
    assert.equal(parse(text).abortClass, undefined, text);
  }
  assert.equal(parse("panic: prepare count underflow").isKernelPanic, true);
  assert.equal(parse("panic: prepare count underflow").signature, undefined);
});

Deno.test("parsePanicReport() lets no control character into what is shown", () => {
  // Kills: a title or colour of a terminal set by a process name, a timestamp or a version.
  const report = parse(
    `{"bug_type":"210","timestamp":"2026\\u001b[2J"}\n{"panicString":"panic(cpu 1 caller 0x1): a\\u0007\\u001b[1mb\\nKernel version: D\\u001b]0;x\\nPanicked task 0x1: pid 4: p\\u009by\\n"}`,
  );
  const shown = JSON.stringify([
    report.panicLine,
    report.process,
    report.kernelVersion,
    report.headerTimestamp,
  ]);
  assert.equal(report.process, "p y");
  assert.doesNotMatch(shown, /\\u00[01]|\u009b/);
});
