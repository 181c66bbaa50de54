import { formatUtc } from "../core/civil_time.ts";
import type { LockConflict, LockHolder } from "../core/lock_error.ts";
import type { LockState, LockStatus } from "../core/lock_hold.ts";
import { SECOND_MS } from "../core/instant.ts";
import { plainText } from "../core/plain_text.ts";
import { formatLocalTime, formatSpan } from "./local_time.ts";
import { labelled, type TextStyle, type Tone } from "./text_style.ts";

/** States in which work has to wait for somebody. */
const HELD: ReadonlySet<LockState> = new Set([
  "held",
  "ours",
  "joinable",
  "unknown-held",
]);

/** Whether work has to wait for somebody. */
export function isHeldLock({ state }: Pick<LockStatus, "state">): boolean {
  return HELD.has(state);
}

/** Whether a record is there that counts no more, for the health of `status`. */
export function isStaleLock(status: LockStatus): boolean {
  return status.state === "stale" || status.state === "obstacle";
}

/** The object `lock` of SPEC 13; `{ held: false }` alone where nobody is written there, as the seed prints it. */
export function lockJson(status: LockStatus): Record<string, unknown> {
  const held = isHeldLock(status);
  const { holder, elapsedMs } = status;
  return {
    held,
    ...(holder === undefined ? {} : {
      pid: holder.pid,
      label: holder.label,
      started_at: formatUtc(holder.startedAt),
      elapsed_s: elapsedMs === null ? null : elapsedMs / SECOND_MS,
      cmdline: holder.commandLine,
      host: holder.host,
      guard_pid: holder.guardPid,
    }),
    ...(holder === undefined && status.state === "free" ? {} : {
      state: status.state.replace("-", "_"),
      reason: status.reason,
    }),
  };
}

/** What `lock show --json` prints. */
export function lockShowJson(status: LockStatus): Record<string, unknown> {
  return {
    ...lockJson(status),
    state: status.state.replace("-", "_"),
    reason: status.reason,
    lock_path: status.path,
  };
}

const TONES: { readonly [K in LockState]: readonly [Tone, string] } = {
  "free": ["good", "FREE"],
  "ours": ["good", "OURS"],
  "joinable": ["good", "SHARED"],
  "held": ["warn", "HELD"],
  "unknown-held": ["warn", "HELD"],
  "stale": ["warn", "STALE"],
  "obstacle": ["bad", "BLOCKED"],
};

const WAYS_OUT: { readonly [K in LockState]: string | null } = {
  "free": null,
  "ours": null,
  "joinable": null,
  "held": "Wait for it: metal-guard lock run --wait --label NAME -- CMD\n" +
    "End it: metal-guard lock release --force",
  "unknown-held":
    "Wait half a minute: then it is judged anew, and set aside if it is still damaged",
  "stale": "Nothing: whoever takes the lock next clears it away\n" +
    "By hand: metal-guard lock release",
  "obstacle":
    "Look at that path, and move away what is no lock record; or name another path in MLX_LOCK_PATH",
};

/** The lock for a person. */
export function lockText(
  status: LockStatus,
  options: { readonly timeZone: string; readonly style: TextStyle },
): string {
  const [tone, word] = TONES[status.state];
  const { holder, elapsedMs } = status;
  const wayOut = WAYS_OUT[status.state];
  return `${
    [
      `${options.style.badge(tone, word)}  ${
        options.style.bold(plainText(status.reason))
      }`,
      ...(holder === undefined
        ? []
        : holderBlocks(holder, elapsedMs, options.timeZone)),
      ...(wayOut === null ? [] : [labelled("Way out", wayOut)]),
      ...(status.path === null
        ? []
        : [options.style.dim(labelled("Record", plainText(status.path)))]),
    ].join("\n")
  }\n`;
}

function holderBlocks(
  holder: LockHolder,
  elapsedMs: number | null,
  timeZone: string,
): readonly string[] {
  const since = formatLocalTime(holder.startedAt, timeZone, "floor");
  const guard = holder.guardPid === null || holder.guardPid === holder.pid
    ? ""
    : `, guarded by process ${holder.guardPid}`;
  return [
    labelled(
      "Holder",
      `process ${holder.pid} (${plainText(holder.label, 120)})${guard}`,
    ),
    labelled(
      "Since",
      elapsedMs === null ? since : `${since}\nfor ${formatSpan(elapsedMs)}`,
    ),
    labelled("Command", plainText(holder.commandLine, 300)),
  ];
}

/** Words for a lock that could not be had, with the way out. */
export function conflictText(conflict: LockConflict): string {
  const wayOut = conflict.forcePermissionDenied === true
    ? "It belongs to another user: ask them, or use sudo metal-guard lock release --force"
    : conflict.forceTimedOut === true
    ? "It was asked to end and lives on: end it by hand, then try again"
    : "Wait for it with --wait, or look at it with metal-guard lock show";
  return `metal-guard: ${plainText(conflict.reason, 600)}\n  ${wayOut}\n`;
}
