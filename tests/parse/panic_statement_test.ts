import assert from "node:assert/strict";
import { isPanicText, panicLineOf } from "../../lib/parse/panic_statement.ts";

Deno.test("isPanicText() tells the kernel's words from a program's", () => {
  // Kills: a Go or Rust program's panic in the ledger of kernel panics.
  for (
    const text of [
      "panic(cpu 0 caller 0x1): x",
      "  panic: watchdog timeout",
      "#   panic: x",
      "kernel panic: x",
      "SOCD report detected: (iBoot panic)",
      "*** Panic Report ***",
    ]
  ) assert.ok(isPanicText(text), text);
  for (
    const text of [
      "panic: mlx: there is no stream",
      "panic: boom\n\ngoroutine 1 [running]:\n",
      "panic: runtime error: index out of range",
      "thread 'main' panicked at src/main.rs:1",
      "the kernel may panic: see below",
      "nothing",
    ]
  ) assert.ok(!isPanicText(text), text);
});

Deno.test("panicLineOf() puts a wrapped statement on one safe line and ends it", () => {
  // Kills: the whole report as a "line", an escape sequence on a terminal.
  assert.equal(
    panicLineOf(
      '> panic(cpu 1 caller 0x1):\n  "a\\tb\u001b[1m" @X.cpp:1\nDebugger message: panic\n',
    ),
    'panic(cpu 1 caller 0x1): "a b [1m" @X.cpp:1',
  );
  assert.equal(panicLineOf("panic: a\\nDebugger message: panic"), "panic: a");
  assert.equal(panicLineOf("panic: a\n\nmore"), "panic: a");
  assert.equal(panicLineOf("no such word"), undefined);
  assert.equal(panicLineOf(`panic(cpu 1): ${"x".repeat(5_000)}`)?.length, 400);
});
