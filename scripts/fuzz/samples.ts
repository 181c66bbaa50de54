import {
  anchorMeta,
  formatBreadcrumb,
} from "../../lib/parse/breadcrumb_line.ts";
import { isListingOfFailures } from "../../lib/parse/failure_text.ts";
import { FAILURE_TABLES } from "../../lib/registry/failures.ts";

const FIXTURES = decodeURIComponent(
  new URL("../../tests/fixtures", import.meta.url).pathname,
);
/** Longest sample that is kept whole, in UTF-16 units: a million inputs have to be made from them. */
const LONGEST = 1_536;

/** Every text file of a folder of fixtures, cut where it is long, by its name. */
export function fixtureTexts(
  folder: string,
  pattern: RegExp,
): readonly string[] {
  const path = `${FIXTURES}/${folder}`;
  const texts = [...Deno.readDirSync(path)]
    .filter((entry) => entry.isFile && pattern.test(entry.name))
    .sort((a, b) => a.name < b.name ? -1 : 1)
    .map((entry) => Deno.readTextFileSync(`${path}/${entry.name}`));
  if (texts.length === 0) throw new Error(`Cannot fuzz: ${path} is empty`);
  return texts.map((text) => text.slice(0, LONGEST));
}

/** Failure texts of all kinds, the ones of documentation too. */
export function failureTexts(): readonly string[] {
  return fixtureTexts("corpus/cases", /\.txt$/);
}

/** Failure texts that are a machine's own words. */
export function reportTexts(): readonly string[] {
  return [
    ...fixtureTexts("reports", /\.txt$/),
    ...failureTexts().filter((text) =>
      !isListingOfFailures(text, FAILURE_TABLES)
    ),
  ];
}

const AT = Temporal.Instant.from("2026-10-25T00:30:00Z");
const BOOT = "0A1B2C3D-0000-4000-8000-000000000000";

/** Lines of the breadcrumb log of either tool. */
export const CRUMBS: readonly string[] = [
  "[2026-11-23 03:27:18] SUBPROC_PRE: mlx-community/tiny | ctx=512 pid=4242",
  "[2026-11-23 03:27:19] SUBPROCESS_WORKER: mlx-community/tiny ready, pid=4242",
  "[2026-11-23 03:27:20] CLEANUP",
  formatBreadcrumb({
    at: AT,
    timeZone: "Europe/Paris",
    tag: "RUN_START",
    payload: "model | with bar",
    meta: { pid: 7, ctx: 4_096, ...anchorMeta(AT, BOOT) },
  }),
];

/** What one record of each state file looks like, with fields that nobody knows. */
export const STATE = {
  breaker:
    '{"cooldown_until": 1767229200.5, "entered_at": 1767225600.5, "panic_count": 2, "threshold": 2, "window_sec": 3600.0, "note": {"a": [1]}}',
  cadence:
    '{"google/gemma-4-26b-it": 1767225600.25, "mlx-community/tiny": 1767225601.5}',
  gateClock:
    `{"wall_epoch": 1767225600, "boot_clock_ms": 120000, "boot_session_uuid": "${BOOT}", "last_wall_epoch": 1767225660, "last_passed_ms": 60000, "was_set": false, "remaining_ms": {"sentinel": 7200000, "cooldown x": 0}, "later": true}`,
  lastGood:
    `{"ended_at": 1767225600, "boot_session_uuid": "${BOOT}", "os_build": "25F84", "kext_version": "130.15.2", "model": "m", "interpreter": "/v/bin/python", "versions": {"python": "3.12", "mlx": "0.31.2", "mlx-lm": "0.31.2"}}`,
  liveGuard:
    `{"pid": 77, "start_token": "proc:12@0a1b2c3d", "boot_session_uuid": "${BOOT}", "label": "run", "model": "m", "phase": "loading", "heartbeat_at": 1767225600, "kv_requests": [{"request_id": "r1", "bytes": 1024}], "resource_count": 3, "x": null}`,
  lock:
    `{"pid": 311, "label": "nightly", "started_at": "2026-02-03T09:00:00Z", "cmdline": "python -m job", "guard_pid": 310, "start_token": "proc:12@0a1b2c3d", "boot_session_uuid": "${BOOT}", "nonce": "n1", "host": "abc", "guard_start_token": "ps:Mon Nov 23 11:00:00 2026"}`,
  ledger:
    `{"ts": 1767225600.123456, "signature": "prepare_count_underflow", "explanation": null, "pid": 812, "source_file": "/r/a.panic", "boot_session_uuid": "${BOOT}", "process": "python3", "os_build": "25F84", "kext_version": "130.15.2", "first_seen": 1767225601, "more": [1, "two"]}\n{"ts": 1767225700.5, "signature": "unknown"}\n{"ts": 17`,
  reportDigests:
    `{"path":"/r/a.panic","size":1000,"modified":1767225600123,"changed":1767225601000,"identity":"1:42","signature":"prepare_count_underflow","boot":"${BOOT}","calendar":1767225590000,"header":"2026-01-01 01:00:00.00 +0100","pid":812,"process":"python3","build":"25F84","iogpu":"130.15.2"}\n{"revision":"r1"}\n`,
  runs:
    '{"at": 1767225600.5, "kind": "signal-sent", "signal": "SIGTERM", "bytes": 1024}\n{"at": 1767225601, "kind": "ended"}\n',
  sentinel:
    `{"cooldown_until": "2026-10-25T02:30:00", "cooldown_until_epoch": 1792891800, "created_at": "2026-10-25T00:30:00", "created_at_epoch": 1792881000.5, "for_boot": "${BOOT}", "reason": "a panic", "set_by": "postmortem", "z": 1}`,
  pythonSentinel:
    '{"cooldown_until": "2026-10-25T02:30:00", "created_at": "2026-10-25T01:30:00"}',
  workingSet:
    '{"entries": [{"host": "abc", "os_build": "25F84", "limit_bytes": 22906503168, "read_at": 1767225600}], "k": {}}',
} as const;

/** Files of `/proc/<pid>/`, one behind the other. */
export const PROC_FILES: readonly string[] = [
  `77 (a) b (c)) S 1 77 77 0 -1 4194560 100 0 0 0 1 2 0 0 20 0 1 0 123456 1000 100 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\nName:\ta\nUid:\t501\t501\t501\t501\nGid:\t20\t20\t20\t20\n\n0a1b2c3d-0000-4000-8000-000000000000\npython3\0-m\0job\0`,
];

/** Lines of `ps`. */
export const PS_LINES: readonly string[] = [
  "  311     1   501 S    Mon Nov 23 11:00:00 2026",
  "99999 99998     0 Z+   Thu Jan  1 00:00:00 1970",
];

/** Names of report files. */
export const REPORT_NAMES: readonly string[] = [
  "panic-full-2026-05-01-113000.0002.panic",
  "Kernel_2026-05-01-113000_mac.panic",
  "python3-2026-05-01-113000.ips",
  "JetsamEvent-2026-05-01-113000.ips",
  "gpuEvent-2026-05-01.gpuRestart",
  ".contents.panic",
];

/** Times as people and programs write them. */
export const TIMES: readonly string[] = [
  "2026-11-23T05:37:18",
  "2026-10-25 02:30:00.123456 +0100",
  "2026-03-29T02:30:00",
  "2026-02-03T09:00:00Z",
];

/** Spans of time. */
export const DURATIONS: readonly string[] = [
  "2h",
  "1h30m",
  "90",
  "1.5 d",
  "10s",
];

/** Command lines. */
export const COMMAND_LINES: readonly string[] = [
  "python -m job --api-key sk-123 --token=abc https://u:p@host/x",
  "mlx_lm.server --model m HF_TOKEN=hf_abc Authorization: Bearer xyz",
];

/** What `ioreg` prints. */
export const IOREG: readonly string[] = [
  '+-o J614s  <class IOPlatformExpertDevice>\n    {\n      "IOPlatformUUID" = "0A1B2C3D-0000-4000-8000-000000000000"\n    }\n',
];
