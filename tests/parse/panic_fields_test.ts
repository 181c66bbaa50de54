import assert from "node:assert/strict";
import {
  fieldAfter,
  parseBootSessionUuid,
  parseCalendar,
  parseIogpuVersion,
  parseLastStartedKext,
  parseOsBuild,
  parsePanickedPid,
  parsePanickedTask,
} from "../../lib/parse/panic_fields.ts";

Deno.test("parsePanickedTask() reads every layout of the line", () => {
  // Kills: a name cut at a space or bracket, a pid invented from pages or threads, prose swallowed into the name.
  const lines = [
    [
      "Panicked task 0xfffffe1: 367 pages, 25 threads: pid 50218: Python",
      50218,
      "Python",
    ],
    [
      "Panicked task 0xffffff8: 3 threads: pid 111: watchdogd",
      111,
      "watchdogd",
    ],
    ["Panicked task 0xffffffe5: pid 956: Test", 956, "Test"],
    [
      "Panicked task: pid 685: LM Studio Helper (GPU)   <- that one",
      685,
      "LM Studio Helper (GPU)",
    ],
    [
      "Panicked task ... pid 15624: node\nPanicked thread ... tid: 57613",
      15624,
      "node",
    ],
    [
      "Panicked task: python3 — 1891705 pages, 85 threads",
      undefined,
      "python3",
    ],
    [
      "Panicked task: watchdogd\nBacktrace pid 7: other",
      undefined,
      "watchdogd",
    ],
    [
      "Panicked task 0x1: 9 pages,\n 25 threads: pid 12: a [b] c\n",
      12,
      "a [b] c",
    ],
    [
      "Panicked task 0x1: 9 pages,\\n25 threads: pid 12: a\\tb\\nPanicked thread",
      12,
      "a",
    ],
    [
      "the panicked task was pid 1487 `Some Helper` (3 pages)",
      1487,
      "Some Helper",
    ],
    [
      "Panicked task 0x1: 9 pages, 25 threads\n\npid 12: other",
      undefined,
      undefined,
    ],
    ["Panicked task 0x1: pid 0: kernel_task", 0, "kernel_task"],
    ["Panicked task 0x1: pid 99999999999: x", undefined, undefined],
    ["pid 5: nobody panicked", undefined, undefined],
  ] as const;
  for (const [line, pid, process] of lines) {
    assert.deepEqual(parsePanickedTask(line), { pid, process }, line);
  }
});

Deno.test("parsePanickedTask() lets no control character through and bounds the name", () => {
  // Kills: an escape sequence in a process name that reaches a terminal.
  const { process } = parsePanickedTask(
    `Panicked task: pid 1: a\u001b]0;x\u0007${"y".repeat(500)}`,
  );
  assert.match(process ?? "", /^a \]0;x y+…$/);
  assert.equal(process?.length, 64);
});

Deno.test("parsePanickedPid() prefers the panicked task over the first pid", () => {
  // Kills: the pid of whoever stands first in the text.
  assert.equal(
    parsePanickedPid("pid 3: first\nPanicked task 0x1: pid 44: second"),
    44,
  );
  assert.equal(parsePanickedPid("pid 12: kernel_task pid 99: x"), 12);
  assert.equal(parsePanickedPid("pid x: y"), undefined);
  assert.equal(parsePanickedPid("stupid 12: y"), undefined);
});

Deno.test("parseCalendar() takes the panic's row, not the boot's, and tolerates a cut", () => {
  // Kills: the first pair after the heading, which is when the machine was started.
  const rows = "  Boot    : 0x6a000000 0x1\n  Wake    : 0x6a000001 0x1\n";
  assert.equal(
    parseCalendar(`${rows}  Calendar: 0x6a000002 0x0007a120\n`),
    0x6a000002 + 0.5,
  );
  assert.equal(parseCalendar("Calendar:0x1 0xf4240"), 2);
  assert.equal(parseCalendar("Calendar: 0x6a000002 0x"), 0x6a000002);
  assert.equal(parseCalendar("Calendar: 0x6a000002"), 0x6a000002);
  assert.equal(parseCalendar("Calendar: 0xZZ 0x1"), undefined);
  assert.equal(parseCalendar("Calendar: 0x00000000 0x1"), undefined);
  assert.equal(parseCalendar("Calendar: soon\nCalendar: 0x5 0x0"), 5);
  assert.equal(parseCalendar(rows), undefined);
});

Deno.test("parseBootSessionUuid() answers upper case, and nothing for zeros", () => {
  // Kills: all redacted reports merged into one crash.
  assert.equal(
    parseBootSessionUuid(
      "Boot session UUID: 1a2b3c4d-0000-4000-8000-00000000000f\\n",
    ),
    "1A2B3C4D-0000-4000-8000-00000000000F",
  );
  assert.equal(
    parseBootSessionUuid(
      "Boot session UUID: 00000000-0000-0000-0000-000000000000",
    ),
    undefined,
  );
  assert.equal(
    parseBootSessionUuid("Boot session UUID: XXXXXXXX-XXXX"),
    undefined,
  );
  assert.equal(
    parseBootSessionUuid("Kernel UUID: 1A2B3C4D-0000-4000-8000-00000000000F"),
    undefined,
  );
});

Deno.test("parseOsBuild(), parseIogpuVersion() and parseLastStartedKext() read each printed form", () => {
  // Kills: a version without build taken for a build, a dependency without version ending the search.
  assert.equal(parseOsBuild("25F84"), "25F84");
  assert.equal(parseOsBuild("macOS 26.5.2 (25F84)"), "25F84");
  assert.equal(parseOsBuild("Not yet set"), undefined);
  assert.equal(parseOsBuild("26.3.1 (a)"), undefined);
  assert.equal(
    parseIogpuVersion("com.apple.iokit.IOGPUFamily(130.15.2)[X]"),
    "130.15.2",
  );
  assert.equal(parseIogpuVersion("`IOGPUFamily (130.13)`"), "130.13");
  assert.equal(
    parseIogpuVersion("com.apple.iokit.IOGPUFamily\\t129.3"),
    "129.3",
  );
  assert.equal(
    parseIogpuVersion("com.apple.iokit.IOGPUFamily\n12 IOGPUFamily(7)"),
    "7",
  );
  assert.equal(
    parseLastStartedKext(
      "last started kext at 350: com.apple.filesystems.autofs\\t3.0 (addr",
    ),
    "com.apple.filesystems.autofs",
  );
  assert.equal(
    parseLastStartedKext("last started kext at 36: >!APlatformEnabler\t6.0"),
    "com.apple.driver.ApplePlatformEnabler",
  );
  assert.equal(
    parseLastStartedKext("last started kext at 36: |IONVMeFamily 2"),
    "com.apple.iokit.IONVMeFamily",
  );
  assert.equal(parseLastStartedKext("nothing"), undefined);
});

Deno.test("fieldAfter() ends at a line break, escaped or not", () => {
  // Kills: a field that holds all that follows it.
  assert.equal(fieldAfter("a: b c\nd", "a: "), "b c");
  assert.equal(fieldAfter("a: b c\\nd", "a: "), "b c");
  assert.equal(fieldAfter("a: \nd", "a: "), undefined);
  assert.equal(fieldAfter("x", "a: "), undefined);
});
