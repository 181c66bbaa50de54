/** What the kernel says in the panics of the demo and the bench. */
export const CAUSES = {
  prepareCount:
    '"completeMemory() prepare count underflow" @IOGPUMemory.cpp:550',
  nonPendingHash:
    '"pending memory object unexpectedly found in non pending hash" @IOGPUGroupMemory.cpp:528',
  storage: '"storage controller gave no answer" @SampleStorage.cpp:77',
} as const;

/** One kernel panic of our own making. */
export interface SamplePanic {
  /** When the kernel stopped. */
  readonly at: Temporal.Instant;
  /** Identity of the boot that ended. */
  readonly boot: string;
  /** What the kernel said. */
  readonly cause: string;
}

/**
 * The report that macOS would leave: a line of JSON, then a body whose `panicString` holds everything.
 *
 * @param panic The crash.
 */
export function panicReport(panic: SamplePanic): string {
  const stamp = `${
    panic.at.toZonedDateTimeISO("UTC").toPlainDateTime()
      .toString({ fractionalSecondDigits: 2 }).replace("T", " ")
  } +0000`;
  const header = {
    "bug_type": "210",
    timestamp: stamp,
    "os_version": "macOS 26.5.2 (25F84)",
    "roots_installed": 0,
    "incident_id": panic.boot,
  };
  const body = {
    build: "macOS 26.5.2 (25F84)",
    product: "Mac16,5",
    kernel: "Darwin Kernel Version 25.5.0",
    date: stamp,
    panicString: panicString(panic),
    binaryImages: [],
  };
  return `${JSON.stringify(header)}\n${JSON.stringify(body, null, 2)}\n`;
}

/** The short form in which some crashes leave a second file: the same boot, hardly anything else. */
export function shortPanicReport(panic: SamplePanic): string {
  return [
    `panic(cpu 4 caller 0xfffffe003a1b2c3d): ${panic.cause}`,
    `Boot session UUID: ${panic.boot}`,
    calendarRows(panic.at),
    "Panicked task 0xfffffe1ca4f05a60: 41210 pages, 23 threads: pid 812: python3.13",
    "",
  ].join("\n");
}

function panicString(panic: SamplePanic): string {
  return [
    `panic(cpu 4 caller 0xfffffe003a1b2c3d): ${panic.cause}`,
    "Debugger message: panic",
    "Memory ID: 0x6",
    "OS release type: User",
    "OS version: 25F84",
    "Kernel version: Darwin Kernel Version 25.5.0",
    `Boot session UUID: ${panic.boot}`,
    calendarRows(panic.at),
    "Panicked task 0xfffffe1ca4f05a60: 41210 pages, 23 threads: pid 812: python3.13",
    "Panicked thread: 0xfffffe1ca512c020, backtrace: 0xfffffe8e4e0bf410, tid: 6021",
    ...Array.from(
      { length: 24 },
      (_, row) =>
        `\t\tlr: 0xfffffe0039${
          row.toString(16).padStart(6, "0")
        }  fp: ${`0xfffffe8e4e0b${(row * 16).toString(16).padStart(4, "0")}`}`,
    ),
    "      Kernel Extensions in backtrace:",
    "         com.apple.iokit.IOGPUFamily(130.15.2)[0C7E0F3D-0000-4000-8000-0000AB12CD34]@0xfffffe003a1a0000->0xfffffe003a1f0000",
    "",
    "last started kext at 9123456789: com.apple.filesystems.smbfs\t6.0 (addr 0xfffffe0037c00000, size 131072)",
    "loaded kexts:",
    ...Array.from(
      { length: 120 },
      (_, row) => `com.example.sample.driver${row}\t1.${row}.0`,
    ),
    "",
  ].join("\n");
}

function calendarRows(at: Temporal.Instant): string {
  const hex = (value: number): string =>
    `0x${value.toString(16).padStart(8, "0")}`;
  const seconds = Math.floor(at.epochMilliseconds / 1_000);
  const micros = (at.epochMilliseconds - seconds * 1_000) * 1_000;
  return [
    "Epoch Time:        sec       usec",
    `  Boot    : ${hex(seconds - 7_200)} 0x00000000`,
    `  Calendar: ${hex(seconds)} ${hex(micros)}`,
  ].join("\n");
}

/** A boot's identity out of a number, so that sample crashes are told apart. */
export function sampleBoot(number: number): string {
  return `5A3B1C00-0000-4000-8000-${
    number.toString(16).padStart(12, "0").toUpperCase()
  }`;
}

/** Local time as macOS puts it into the name of a report: `2026-09-14-140848`. */
export function nameStamp(at: Temporal.Instant, timeZone: string): string {
  return at.toZonedDateTimeISO(timeZone).toPlainDateTime()
    .toString({ smallestUnit: "second" })
    .replace("T", "-").replaceAll(":", "");
}
