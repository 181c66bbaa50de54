import {
  CAUSES,
  nameStamp,
  panicReport,
  sampleBoot,
  type SamplePanic,
  shortPanicReport,
} from "./demo_reports.ts";

/** Where the demo's things lie. */
export interface DemoPaths {
  /** HOME. */
  readonly home: string;
  /** The usual report folder. */
  readonly reports: string;
  /** A report folder whose only report may not be read. */
  readonly lockedReports: string;
}

/** Paths below the demo's folder. */
export function pathsOf(root: string): DemoPaths {
  return {
    home: `${root}/home`,
    reports: `${root}/reports`,
    lockedReports: `${root}/locked`,
  };
}

/** One command line and what has to come of it. */
export interface ExpectedRun {
  /** Arguments. */
  readonly args: readonly string[];
  /** Exit code. */
  readonly code: number;
  /** Whether it looks at the folder that may not be read. */
  readonly isLocked?: boolean;
  /** What of its output is shown; all of it by default. */
  readonly excerpt?: (stdout: string) => string;
  /** What is wrong with its output, if anything. */
  readonly check?: (stdout: string) => string | undefined;
}

/** One thing to show. */
export interface DemoStep {
  /** What happens. */
  readonly title: string;
  /** Makes it happen; answers why it cannot be shown here, if so. */
  readonly arrange: (
    paths: DemoPaths,
    now: Temporal.Instant,
  ) => string | undefined;
  /** Command lines, in order. */
  readonly runs: readonly ExpectedRun[];
  /** What it has shown. */
  readonly seen: string;
}

const MINUTE_MS = 60_000;

const FIRST_AGE_MS = 50 * MINUTE_MS;
const SECOND_AGE_MS = 10 * MINUTE_MS;

function panic(
  now: Temporal.Instant,
  ageMs: number,
  number: number,
  cause: string,
): SamplePanic {
  const at = Temporal.Instant.fromEpochMilliseconds(
    now.epochMilliseconds - ageMs,
  );
  return { at, boot: sampleBoot(number), cause };
}

function write(
  folder: string,
  start: string,
  crash: SamplePanic,
  text: string,
): string {
  const stamp = nameStamp(crash.at, Temporal.Now.timeZoneId());
  const path = `${folder}/${start}-${stamp}.panic`;
  Deno.writeTextFileSync(path, text);
  return path;
}

function says(...words: readonly string[]): NonNullable<ExpectedRun["check"]> {
  return (stdout) => {
    const missing = words.find((word) => !stdout.includes(word));
    return missing === undefined ? undefined : `it does not say "${missing}"`;
  };
}

/** Lines of a JSON text that hold one of some keys. */
function linesWith(...keys: readonly string[]): (stdout: string) => string {
  return (stdout) =>
    stdout.split("\n")
      .filter((line) => keys.some((key) => line.startsWith(`  "${key}"`)))
      .join("\n");
}

/** The whole show, in order. */
export const DEMO_STEPS: readonly DemoStep[] = [
  {
    title: "A calm Mac: GPU work may start",
    arrange: () => undefined,
    runs: [{ args: ["panic-gate"], code: 0, check: says("GO") }],
    seen: "exit code 0 lets a launchd job start",
  },
  {
    title:
      "The GPU driver has taken the Mac down 50 minutes ago, and launchd starts everything again",
    arrange: ({ reports }, now) => {
      const crash = panic(now, FIRST_AGE_MS, 1, CAUSES.prepareCount);
      write(reports, "panic-full", crash, panicReport(crash));
      return undefined;
    },
    runs: [{
      args: ["panic-gate"],
      code: 2,
      check: says("WAIT", "prepare_count_underflow", "python3.13"),
    }],
    seen:
      "exit code 2 keeps it from the same panic: what happened, why it waits, until when, and the way out",
  },
  {
    title: "macOS leaves a second file about the same crash: it counts once",
    arrange: ({ reports }, now) => {
      const crash = panic(now, FIRST_AGE_MS, 1, CAUSES.prepareCount);
      write(reports, "panic-base+socd", crash, shortPanicReport(crash));
      return undefined;
    },
    runs: [{
      args: ["panic-gate", "--json"],
      code: 2,
      excerpt: linesWith("exit_code", "recent_panics_24h", "kind"),
      check: says('"recent_panics_24h": 1', '"kind": "cooldown"'),
    }],
    seen: "two files of one crash are one panic: no lockout",
  },
  {
    title: "A second crash, from another line of the driver (:528)",
    arrange: ({ reports }, now) => {
      const crash = panic(now, SECOND_AGE_MS, 2, CAUSES.nonPendingHash);
      write(reports, "panic-full", crash, panicReport(crash));
      return undefined;
    },
    runs: [
      {
        args: ["panic-gate"],
        code: 2,
        check: says("pending_object_in_non_pending_hash", "metal-guard ack"),
      },
      {
        args: ["panics"],
        code: 1,
        check: says("2 kernel panics", "prepare_count_underflow"),
      },
    ],
    seen: "two panics within 24 hours lock: now a person has to look first",
  },
  {
    title: "The person has changed something, and says go on",
    arrange: () => undefined,
    runs: [
      { args: ["ack", "--reason", "moved to the 4-bit model"], code: 0 },
      { args: ["panic-gate"], code: 0, check: says("GO") },
    ],
    seen: "an ack lifts the lockout, for the panics that have happened",
  },
  {
    title: "Reports that exist and cannot be read are not taken for none",
    arrange: ({ lockedReports }, now) => {
      const crash = panic(now, SECOND_AGE_MS, 3, CAUSES.prepareCount);
      const path = write(
        lockedReports,
        "panic-full",
        crash,
        panicReport(crash),
      );
      Deno.chmodSync(path, 0);
      return isReadable(path)
        ? "no permission stops root; start the demo as another user"
        : undefined;
    },
    runs: [{
      args: ["panic-gate"],
      code: 3,
      isLocked: true,
      check: says("CANNOT TELL", "sudo chmod"),
    }],
    seen: "exit code 3 says that it cannot tell, and what grants access",
  },
  {
    title: "The whole picture",
    arrange: () => undefined,
    runs: [{ args: ["status"], code: 1, check: says("WARN", "Gate") }],
    seen: "status tells the health in one word and ends with 0, 1 or 2",
  },
];

function isReadable(path: string): boolean {
  try {
    Deno.readFileSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) return false;
    throw error;
  }
}
