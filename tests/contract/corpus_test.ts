/**
 * Runs every text of a corpus of failures through the parsers. `METALGUARD_CORPUS_DIR` names a folder with
 * `cases.jsonl` and the files it names; without it our own texts in `tests/fixtures/corpus` are read.
 */
import assert from "node:assert/strict";
import {
  classifyFailure,
  matchAllPanicSignatures,
  matchPanicSignature,
} from "../../lib/parse/failure_text.ts";
import { parseGpuRestart } from "../../lib/parse/gpu_restart.ts";
import { parseJetsamEvent } from "../../lib/parse/jetsam_event.ts";
import {
  type PanicReport,
  parsePanicReport,
} from "../../lib/parse/panic_report.ts";
import { parseCalendar } from "../../lib/parse/panic_fields.ts";
import { parseProcessReport } from "../../lib/parse/process_report.ts";
import { decodeReportBytes } from "../../lib/parse/report_text.ts";
import { FAILURE_TABLES } from "../../lib/registry/failures.ts";

interface Case {
  readonly file: string;
  readonly kind: "kernel_panic" | "process_abort" | "not_gpu" | "not_failure";
  readonly expected: string;
  readonly subclass?: string;
  readonly also?: readonly string[];
  readonly panickedPid?: number;
  readonly panickedProcess?: string;
  readonly crashedPid?: number;
  readonly crashedProcess?: string;
  readonly calendarEpoch?: number;
  readonly kextVersion?: string;
}

/** What the corpus calls a failure, and what we call it. */
const NAMES: ReadonlyMap<string, readonly string[]> = new Map([
  ["prepare_count_underflow", ["prepare_count_underflow"]],
  ["pending_memory_set", ["pending_memory_set"]],
  ["group_memory_object_missing", ["group_memory_object_missing"]],
  ["watchdog_timeout", ["watchdog_timeout"]],
  ["command_buffer_oom", ["cmd_buffer_oom"]],
  ["gpu_hang", ["gpu_hang"]],
  ["gpu_page_fault", ["gpu_page_fault"]],
  ["gpu_timeout", ["gpu_timeout"]],
  ["impacting_interactivity", ["impacting_interactivity"]],
  ["descriptor_leak", ["metal_descriptor_leak"]],
  ["max_buffer_exceeded", ["max_buffer_exceeded"]],
  ["metal_completion_abort", [
    "metal_completion_abort",
    "metal_completion_sigabrt",
  ]],
  ["metal_assertion", ["metal_assertion"]],
  ["system_oom_kill", ["jetsam_kill"]],
  ["gpu_firmware/agx_other", ["gpu_firmware", "iogpu_other"]],
  ["none", ["none"]],
]);

/** `other_gpu` says more in its `subclass`. */
const OTHER_PANICS: ReadonlyMap<string, readonly string[]> = new Map([
  ["non_pending_hash_528", ["pending_object_in_non_pending_hash"]],
  ["group_assert_220", ["pending_memory_set"]],
  ["iogpu_backtrace_owner", ["iogpu_other"]],
  ["ctxstore_timeout", ["ctxstore_timeout"]],
]);
const OTHER_PANIC = [
  "iogpu_other",
  "gpu_firmware",
  "ctxstore_timeout",
  "pending_object_in_non_pending_hash",
  "pending_memory_set",
];
const OTHER_ABORT = [
  "submissions_ignored",
  "innocent_victim",
  "invalid_resource",
  "metal_command_buffer_failed",
  "malloc_failed",
];

const folder = new URL(
  `file://${
    (Deno.env.get("METALGUARD_CORPUS_DIR") ??
      new URL("../fixtures/corpus", import.meta.url).pathname)
      .replace(/\/?$/, "/")
  }`,
);

const cases: readonly Case[] = Deno.readTextFileSync(
  new URL("cases.jsonl", folder),
).split("\n").filter((line) => line.trim() !== "")
  .map((line) =>
    JSON.parse(line.replace(/"([a-z]+)_([a-z])([a-z]*)": /g, camelKey))
  );

/** `"panicked_pid": ` → `"panickedPid": `. */
function camelKey(
  _: string,
  head: string,
  letter: string,
  tail: string,
): string {
  return `"${head}${letter.toUpperCase()}${tail}": `;
}

function textOf(one: Case): string {
  return decodeReportBytes(Deno.readFileSync(new URL(one.file, folder)));
}

function labelsFor(one: Case): readonly string[] {
  if (one.expected !== "other_gpu") return NAMES.get(one.expected) ?? [];
  return one.kind === "kernel_panic"
    ? OTHER_PANICS.get(one.subclass ?? "") ?? OTHER_PANIC
    : OTHER_ABORT;
}

/** As the program would: a report of its own kind first where the text is one, else the text itself. */
function labelOf(text: string): string {
  const signature = matchPanicSignature(text, FAILURE_TABLES) ??
    parsePanicReport(text, FAILURE_TABLES).signature;
  if (signature !== undefined) return signature.id;
  const failure = classifyFailure(text, FAILURE_TABLES) ??
    parseProcessReport(text, FAILURE_TABLES).errorClass ??
    parseGpuRestart(text, FAILURE_TABLES).errorClass ??
    parseJetsamEvent(text, FAILURE_TABLES).errorClass;
  return failure?.name ?? "none";
}

Deno.test("corpus: every text gets its label, and no other text is a GPU's panic", () => {
  // Kills: a pattern too narrow for one layout, and one so wide that it stops the gate for somebody else's failure.
  const wrong: string[] = [];
  let falsePanics = 0;
  for (const one of cases) {
    const text = textOf(one);
    const label = labelOf(text);
    const report = parsePanicReport(text, FAILURE_TABLES);
    const stops = report.signature?.stopsGate ?? false;
    const mustStop = one.kind === "kernel_panic" &&
      one.expected !== "watchdog_timeout";
    if (stops && !mustStop) falsePanics += 1;
    const isRight = labelsFor(one).includes(label) && stops === mustStop;
    if (!isRight) {
      wrong.push(
        `${one.file}: ${label}${
          stops ? ", stops the gate" : ""
        }; expected ${one.expected}`,
      );
    }
  }
  // deno-lint-ignore no-console
  console.log(`corpus: ${cases.length - wrong.length} of ${cases.length}`);
  assert.notEqual(cases.length, 0, "an empty corpus proves nothing");
  assert.equal(falsePanics, 0, `false GPU panics:\n${wrong.join("\n")}`);
  assert.deepEqual(wrong, []);
});

Deno.test("corpus: fields that a text shows are read as they stand there", () => {
  // Kills: a pid without its task, a name cut at its first space, the boot's time in place of the panic's.
  const wrong: string[] = [];
  for (const one of cases) {
    const text = textOf(one);
    const report = parsePanicReport(text, FAILURE_TABLES);
    wrong.push(...panicFaults(one, text, report), ...crashFaults(one, text));
    const also = matchAllPanicSignatures(text, FAILURE_TABLES)
      .map((signature) => signature.id);
    for (const label of one.also ?? []) {
      const names = label === "other_gpu"
        ? OTHER_PANIC
        : NAMES.get(label) ?? [];
      if (!names.some((name) => also.includes(name))) {
        wrong.push(`${one.file}: also ${label}, got ${also.join(", ")}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
});

/** Only what stands on the line of the panicked task can be read; prose and tables are not a report. */
function panicFaults(one: Case, text: string, report: PanicReport): string[] {
  const faults: string[] = [];
  const task = /panicked task.{0,300}/is.exec(text)?.[0];
  const expect = (what: string, got: unknown, wanted: unknown): void => {
    if (got !== wanted) {
      faults.push(`${one.file}: ${what} ${got}, not ${wanted}`);
    }
  };
  if (
    one.panickedPid !== undefined && task?.includes(`pid ${one.panickedPid}`)
  ) {
    expect("pid", report.pid, one.panickedPid);
  }
  if (
    one.panickedProcess !== undefined && task?.includes(one.panickedProcess)
  ) {
    expect("process", report.process, one.panickedProcess);
  }
  if (one.kextVersion !== undefined) {
    expect("kext", report.iogpuVersion, one.kextVersion);
  }
  if (one.calendarEpoch !== undefined) {
    const seconds = parseCalendar(text);
    const isNear = seconds !== undefined &&
      Math.abs(seconds - one.calendarEpoch) < 0.001;
    expect("calendar", isNear, true);
  }
  return faults;
}

function crashFaults(one: Case, text: string): string[] {
  if (one.crashedPid === undefined) return [];
  const report = text.includes('"298"')
    ? parseJetsamEvent(text, FAILURE_TABLES)
    : text.includes('"284"')
    ? parseGpuRestart(text, FAILURE_TABLES)
    : parseProcessReport(text, FAILURE_TABLES);
  return report.pid === one.crashedPid &&
      report.process === one.crashedProcess
    ? []
    : [`${one.file}: ${report.pid} ${report.process}`];
}
