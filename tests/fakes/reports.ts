/** What a made-up report of a kernel panic says; everything left out has a usual value or is missing. */
export interface PanicText {
  /** The statement. */
  readonly statement?: string;
  /** Row `Calendar`; `null` leaves it out. */
  readonly calendarAt?: Temporal.Instant | string | null;
  /** `timestamp` of the header; `null` leaves it out. */
  readonly header?: string | null;
  /** Boot session; `null` leaves it out. */
  readonly boot?: string | null;
  /** Panicked task; `null` leaves it out. */
  readonly pid?: number | null;
  /** Its name. */
  readonly process?: string;
}

/** A statement of each class that the GPU driver is to blame for, by file and line. */
export const GPU_STATEMENTS = {
  underflow: '"completeMemory() prepare count underflow" @IOGPUMemory.cpp:550',
  pendingSet: '"fPendingMemorySet" @IOGPUGroupMemory.cpp:219',
  pendingAssertion:
    '"Assertion failed: pending memory set is not empty" @IOGPUGroupMemory.cpp:220',
  objectMissing:
    '"remove_memory_object() memory object not found" @IOGPUGroupMemory.cpp:323',
  nonPending:
    '"pending memory object found in non-pending hash" @IOGPUGroupMemory.cpp:528',
} as const;

/** A statement that has nothing to do with the GPU. */
export const OTHER_STATEMENT = '"zalloc: zone map exhausted" @zalloc.c:2704';

/** Identities of two boots. */
export const BOOT_A = "AAAAAAAA-1111-4111-8111-111111111111";
export const BOOT_B = "BBBBBBBB-2222-4222-8222-222222222222";

/** Writes a report of a kernel panic as macOS does: a line of JSON, then a body of JSON. */
export function panicText(options: PanicText = {}): string {
  const { boot = BOOT_A, pid = 812, header = null } = options;
  const calendarAt = options.calendarAt ?? null;
  const rows = [
    `panic(cpu 3 caller 0xfffffe0012345678): ${
      options.statement ?? GPU_STATEMENTS.underflow
    }`,
    "Debugger message: panic",
    ...(boot === null ? [] : [`Boot session UUID: ${boot}`]),
    ...(calendarAt === null ? [] : calendarRows(calendarAt)),
    ...(pid === null ? [] : [
      `Panicked task 0xfffffe1234567890: 12 pages, 8 threads: pid ${pid}: ${
        options.process ?? "python3.13"
      }`,
    ]),
    "Panicked thread: 0xfffffe1234567890",
    "",
  ];
  const head = {
    "bug_type": "210",
    ...(header === null ? {} : { timestamp: header }),
    "os_version": "macOS 26.5 (25F84)",
  };
  return `${JSON.stringify(head)}\n${
    JSON.stringify({ panicString: rows.join("\n") })
  }\n`;
}

function calendarRows(at: Temporal.Instant | string): string[] {
  const ms = Temporal.Instant.from(at).epochMilliseconds;
  const seconds = Math.floor(ms / 1_000);
  const micros = (ms - seconds * 1_000) * 1_000;
  return [
    "Epoch Time:        sec       usec",
    "  Boot    : 0x60000000 0x00000000",
    `  Calendar: 0x${seconds.toString(16)} 0x${micros.toString(16)}`,
  ];
}

/** The text of a process that died on the GPU, as an `.ips`. */
export function abortText(timestamp: string, process = "python3.13"): string {
  return `${JSON.stringify({ "bug_type": "309", timestamp })}\n${
    JSON.stringify({
      pid: 77,
      procName: process,
      asi: {
        "libmlx.dylib": [
          "[METAL] Command buffer execution failed: Insufficient Memory (00000008:kIOGPUCommandBufferCallbackErrorOutOfMemory)",
        ],
      },
    })
  }\n`;
}
