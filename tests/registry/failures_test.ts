import assert from "node:assert/strict";
import {
  FAILURE_TABLES,
  type FailureData,
  failureTables,
} from "../../lib/registry/failures.ts";

Deno.test("FAILURE_TABLES holds every class and signature of the specification", () => {
  // Kills: a class that was dropped, or one whose flags let a GPU panic through the gate.
  const flags = FAILURE_TABLES.signatures.map(({ signature }) => [
    signature.id,
    signature.stopsGate,
    signature.isSuspect,
  ]);
  assert.deepEqual(flags, [
    ["prepare_count_underflow", true, false],
    ["pending_memory_set", true, false],
    ["group_memory_object_missing", true, false],
    ["pending_object_in_non_pending_hash", true, false],
    ["ctxstore_timeout", true, false],
    ["metal_oom", false, false],
    ["gpu_firmware", true, false],
    ["iogpu_other", true, false],
    ["watchdog_timeout", false, true],
  ]);
  const aborts = FAILURE_TABLES.classes
    .filter((row) => row.errorClass.severity !== "kernel_panic")
    .map((row) => row.errorClass.name).sort();
  assert.deepEqual(aborts, [
    "cmd_buffer_oom",
    "gpu_hang",
    "gpu_page_fault",
    "gpu_timeout",
    "impacting_interactivity",
    "innocent_victim",
    "invalid_resource",
    "jetsam_kill",
    "malloc_failed",
    "max_buffer_exceeded",
    "metal_assertion",
    "metal_command_buffer_failed",
    "metal_completion_abort",
    "metal_completion_sigabrt",
    "metal_descriptor_leak",
    "submissions_ignored",
  ]);
});

Deno.test("FAILURE_TABLES sends nobody back to work after a kernel panic of the GPU", () => {
  // Kills: "respawn now" as the hint for a panic that the next load repeats.
  for (const { signature } of FAILURE_TABLES.signatures) {
    if (!signature.stopsGate) continue;
    assert.equal(
      signature.errorClass.recoveryHint,
      "wait_lockout",
      signature.id,
    );
    assert.equal(signature.errorClass.severity, "kernel_panic", signature.id);
  }
});

Deno.test("FAILURE_TABLES cannot be changed by a caller, and its words name every pattern", () => {
  // Kills: one caller that changes a class for all; a pattern that the quick test hides.
  assert.ok(Object.isFrozen(FAILURE_TABLES));
  for (const row of FAILURE_TABLES.signatures) {
    assert.ok(Object.isFrozen(row) && Object.isFrozen(row.signature));
    assert.ok(Object.isFrozen(row.signature.errorClass));
    for (const pattern of row.match) {
      assert.match(pattern.anchor, FAILURE_TABLES.statementWords);
    }
  }
  assert.ok(Object.isFrozen(FAILURE_TABLES.classes));
});

Deno.test("failureTables() orders the narrow classes by their own order", () => {
  // Kills: the order of the file taken for the order of the Python tool.
  const one = (
    name: string,
    narrowOrder: number,
  ): FailureData["classes"][number] => ({
    name,
    severity: "process_abort",
    recoveryHint: "respawn_now",
    upstream: [],
    plainWords: "",
    nextStep: "",
    isGeneric: false,
    match: [],
    narrow: [],
    narrowOrder,
  });
  const tables = failureTables({
    revision: "",
    classes: [one("late", 2), one("none", 0), one("early", 1)],
    signatures: [],
    mentions: {
      lineStarts: [],
      lineMarks: [],
      eventWords: [],
      reportMarks: [],
    },
    statementWords: "x",
  });
  assert.deepEqual(tables.narrowClasses.map((row) => row.errorClass.name), [
    "early",
    "late",
  ]);
});
