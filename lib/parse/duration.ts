import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../core/instant.ts";

const UNITS: ReadonlyMap<string, number> = new Map([
  ["s", SECOND_MS],
  ["m", MINUTE_MS],
  ["min", MINUTE_MS],
  ["h", HOUR_MS],
  ["d", DAY_MS],
]);

/**
 * Reads a span as people type it: `90s`, `30m`, `30min`, `2h`, `1.5h`, `1d`, `1h30m`. A number alone is seconds.
 *
 * @param text The span.
 * @returns Milliseconds, or `undefined` when it is no span.
 */
export function tryParseDuration(text: string): number | undefined {
  const compact = text.trim().toLowerCase();
  if (compact.length > 32) return undefined;
  if (/^\d+(?:\.\d+)?$/.test(compact)) return Number(compact) * SECOND_MS;
  const part = /(\d+(?:\.\d+)?)\s*(min|[smhd])\s*/y;
  let total = 0;
  while (part.lastIndex < compact.length) {
    const match = part.exec(compact);
    const unit = UNITS.get(match?.[2] ?? "");
    if (match === null || unit === undefined) return undefined;
    total += Number(match[1]) * unit;
  }
  return compact === "" ? undefined : Math.round(total);
}
