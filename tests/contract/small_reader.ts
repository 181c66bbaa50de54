/**
 * A second reader of the shared state files, written from their description alone: it shares nothing with the program, so
 * that both cannot be wrong in the same way. Each function says what is wrong with a text; an empty list is good.
 *
 * @module
 */

type Fields = Readonly<Record<string, unknown>>;

/** Says what is wrong with one file. */
export type SmallReader = (text: string) => readonly string[];

const LOCAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/;
const UTC_Z = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const UUID = /^[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}$/;

function objectOf(text: string): Fields | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined;
}

/** Reads one JSON object and hands it on. */
function withObject(
  judge: (fields: Fields) => readonly (string | false)[],
): SmallReader {
  return (text) => {
    const fields = objectOf(text);
    if (fields === undefined) return ["not one JSON object"];
    return judge(fields).filter((one) => one !== false);
  };
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** Seconds since 1970 in this century: milliseconds would be far beyond. */
function isEpoch(value: unknown): boolean {
  return isNumber(value) && value > 946_684_800 && value < 4_102_444_800;
}

function isCount(value: unknown): boolean {
  return isNumber(value) && Number.isInteger(value) && value >= 0;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isAbsentOr(fields: Fields, key: string, form: RegExp): boolean {
  const value = fields[key];
  return value === undefined || (isText(value) && form.test(value));
}

function missing(
  fields: Fields,
  ...keys: readonly string[]
): readonly string[] {
  return keys.filter((key) => !(key in fields)).map((key) => `no ${key}`);
}

/** `cadence.json`. */
export const readCadence: SmallReader = withObject((fields) => {
  const keys = Object.keys(fields);
  return [
    Object.values(fields).some((value) => !isEpoch(value)) &&
    "an entry is no epoch seconds",
    keys.toSorted((a, b) => a < b ? -1 : 1).join() !== keys.join() &&
    "keys are not sorted",
  ];
});

/** One line of `panics.jsonl`. */
const readPanic: SmallReader = withObject((fields) => [
  ...missing(fields, "ts", "signature", "explanation", "pid", "source_file"),
  !isEpoch(fields["ts"]) && "ts is no epoch seconds",
  !isText(fields["signature"]) && "signature is no text",
  fields["explanation"] !== null && !isText(fields["explanation"]) &&
  "explanation is neither text nor null",
  fields["pid"] !== null && !isCount(fields["pid"]) && "pid is no number",
  !isText(fields["source_file"]) && "source_file is no text",
]);

/** `panics.jsonl`. */
export function readLedger(text: string): readonly string[] {
  return [
    ...(text.endsWith("\n") ? [] : ["the last line has no end"]),
    ...text.trimEnd().split("\n").flatMap(readPanic),
  ];
}

/** `breaker.json`. */
export const readBreaker: SmallReader = withObject((fields) => {
  const { cooldown_until: until, entered_at: entered } = fields;
  return [
    ...missing(
      fields,
      "cooldown_until",
      "entered_at",
      "panic_count",
      "threshold",
      "window_sec",
    ),
    !isEpoch(until) && "cooldown_until is no epoch seconds",
    !isEpoch(entered) && "entered_at is no epoch seconds",
    isNumber(until) && isNumber(entered) && until <= entered &&
    "it ends before it begins",
    !isCount(fields["panic_count"]) && "panic_count is no number",
    !isCount(fields["threshold"]) && "threshold is no number",
    !isNumber(fields["window_sec"]) && "window_sec is no number",
  ];
});

/** `panic-sentinel.json`. */
export const readSentinel: SmallReader = withObject((fields) => {
  const { cooldown_until: until, created_at: created } = fields;
  return [
    (!isText(until) || !LOCAL.test(until)) && "cooldown_until is no local time",
    (!isText(created) || !LOCAL.test(created)) && "created_at is no local time",
    isText(until) && isText(created) && until <= created &&
    "it ends before it begins",
    fields["cooldown_until_epoch"] !== undefined &&
    !isEpoch(fields["cooldown_until_epoch"]) &&
    "cooldown_until_epoch is no epoch seconds",
  ];
});

/** The ack. */
export function readAck(text: string): readonly string[] {
  if (text === "") return [];
  const [first = "", second, ...more] = text.replace(/\n$/, "").split("\n");
  return [
    ...(LOCAL.test(first) ? [] : ["the first line is no local time"]),
    ...(second === "" ? ["the reason is empty"] : []),
    ...(more.length > 0 ? ["more than two lines"] : []),
  ];
}

/** The lock's record. */
export const readLock: SmallReader = withObject((fields) => {
  const { pid, label, started_at: started, cmdline } = fields;
  return [
    !(isNumber(pid) && Number.isInteger(pid) && pid > 0) && "pid is none",
    !isText(label) && "label is no text",
    (!isText(started) || !UTC_Z.test(started)) && "started_at is no UTC time",
    (!isText(cmdline) || cmdline.length > 300) && "cmdline is no short text",
    !isAbsentOr(fields, "start_token", /^(?:libproc|proc|ps):./) &&
    "start_token is no kind:value",
    !isAbsentOr(fields, "boot_session_uuid", UUID) && "no boot UUID",
    !isAbsentOr(fields, "nonce", /./) && "nonce is empty",
    fields["guard_pid"] !== undefined && !isCount(fields["guard_pid"]) &&
    "guard_pid is no number",
  ];
});

/** A file of a living guard. */
export const readGuard: SmallReader = withObject((fields) => [
  ...missing(fields, "pid", "label", "phase", "heartbeat_at", "kv_requests"),
  !isCount(fields["pid"]) && "pid is no number",
  !isEpoch(fields["heartbeat_at"]) && "heartbeat_at is no epoch seconds",
  !Array.isArray(fields["kv_requests"]) && "kv_requests is no list",
]);

/** `gate-clock.json`. */
export const readGateClock: SmallReader = withObject((fields) => [
  ...missing(fields, "wall_epoch", "last_wall_epoch", "last_passed_ms"),
  !isEpoch(fields["wall_epoch"]) && "wall_epoch is no epoch seconds",
  !isEpoch(fields["last_wall_epoch"]) && "last_wall_epoch is no epoch seconds",
  !isCount(fields["last_passed_ms"]) && "last_passed_ms is no span",
  !isAbsentOr(fields, "boot_session_uuid", UUID) && "no boot UUID",
]);

const CRUMB =
  /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] [^\s:|]+(?:: [^|\n]+)?(?: \| [^\s=|]+=\S*(?: [^\s=|]+=\S*)*)?$/u;

/** The breadcrumb log. */
export function readBreadcrumbs(text: string): readonly string[] {
  return [
    ...(text.endsWith("\n") ? [] : ["the last line has no end"]),
    ...text.trimEnd().split("\n").flatMap((line) => {
      const keys = [...(line.split(" | ")[1] ?? "").matchAll(/(\S+?)=/g)]
        .map(([, key]) => key ?? "");
      return [
        ...(CRUMB.test(line) ? [] : [`no line of the log: ${line}`]),
        ...(keys.toSorted().join() === keys.join()
          ? []
          : ["keys are unsorted"]),
        // deno-lint-ignore no-control-regex
        ...(/[\u0000-\u001f\u007f-\u009f]/.test(line) ? ["a control"] : []),
      ];
    }),
  ];
}

/** `status.json`. */
export const readStatus: SmallReader = withObject((fields) => [
  ...missing(
    fields,
    "schema_version",
    "captured_at",
    "memory",
    "kv_monitor",
    "recent_panics",
    "breadcrumb_path",
    "breadcrumb_tail",
    "lock",
    "mode",
    "panic_cooldown",
  ),
  fields["schema_version"] !== "1.0" && "schema_version is not 1.0",
  (!isText(fields["captured_at"]) ||
    !/^\S{10}T\S{8}(?:\.\d{1,6})?\+00:00$/.test(fields["captured_at"])) &&
  "captured_at is no UTC time with its offset",
]);
