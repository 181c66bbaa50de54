import type { Finding } from "../core/finding.ts";
import { epochSeconds, SECOND_MS } from "../core/instant.ts";
import { plainText } from "../core/plain_text.ts";
import { findingBlocks } from "./finding_words.ts";
import { formatLocalTime, formatSpan } from "./local_time.ts";
import { labelled, type TextStyle } from "./text_style.ts";

/** The breaker for dashboards. */
export interface BreakerStatus {
  /** Whether it is open. */
  readonly isInCooldown: boolean;
  /** When it closes by itself; `null` when closed. */
  readonly cooldownUntil: Temporal.Instant | null;
  /** How long that is from now, in milliseconds; 0 when closed. */
  readonly cooldownRemainingMs: number;
  /** Panics within the window that open it. */
  readonly panicThreshold: number;
  /** The window, in milliseconds. */
  readonly windowMs: number;
  /** Panics in the window now. */
  readonly recentPanicCount: number;
  /** The inequality that decided. */
  readonly reason: string;
  /** What is out of order. */
  readonly findings: readonly Finding[];
}

/** The object that `breaker --json` prints: the seed's keys, the reason and what is out of order. */
export function breakerJson(view: BreakerStatus): Record<string, unknown> {
  return {
    in_cooldown: view.isInCooldown,
    cooldown_until: view.cooldownUntil === null
      ? null
      : epochSeconds(view.cooldownUntil),
    cooldown_remaining_sec: view.cooldownRemainingMs / SECOND_MS,
    panic_threshold: view.panicThreshold,
    window_sec: view.windowMs / SECOND_MS,
    recent_panic_count: view.recentPanicCount,
    reason: view.reason,
    findings: view.findings,
  };
}

/** The same for a person. */
export function breakerText(
  view: BreakerStatus,
  options: { readonly timeZone: string; readonly style: TextStyle },
): string {
  const { style, timeZone } = options;
  const state = view.isInCooldown
    ? style.badge("bad", "OPEN: GPU work has to pause")
    : style.badge("good", "CLOSED");
  const end = view.cooldownUntil === null ? [] : [
    labelled(
      "Until",
      `${formatLocalTime(view.cooldownUntil, timeZone)}, in ${
        formatSpan(view.cooldownRemainingMs)
      }`,
    ),
  ];
  const out = view.isInCooldown
    ? [labelled("Close it", "metal-guard breaker --clear")]
    : [];
  return `${
    [
      labelled("Breaker", state),
      labelled("Because", plainText(view.reason, 300)),
      labelled(
        "Panics",
        `${view.recentPanicCount} in the last ${
          formatSpan(view.windowMs)
        }; ${view.panicThreshold} open it`,
      ),
      ...end,
      ...out,
      ...findingBlocks(view.findings, style),
    ].join("\n")
  }\n`;
}
