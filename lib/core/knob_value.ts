import { HOUR_MS, SECOND_MS } from "./instant.ts";
import type { Mode } from "./mode.ts";

/** Hours, zero allowed (SAFETY T7). */
export function hoursToMs(raw: string): number | undefined {
  const hours = Number(raw);
  return raw.trim() !== "" && Number.isFinite(hours) && hours >= 0
    ? Math.round(hours * HOUR_MS)
    : undefined;
}

/** Seconds, zero allowed (SAFETY T7). */
export function secondsToMs(raw: string): number | undefined {
  const seconds = Number(raw);
  return raw.trim() !== "" && Number.isFinite(seconds) && seconds >= 0
    ? Math.round(seconds * SECOND_MS)
    : undefined;
}

/** A count of at least one (SAFETY T7). */
export function positiveCount(raw: string): number | undefined {
  const count = Number(raw);
  return raw.trim() !== "" && Number.isSafeInteger(count) && count >= 1
    ? count
    : undefined;
}

/** `defensive` or `observer`. */
export function mode(raw: string): Mode | undefined {
  const word = raw.trim().toLowerCase();
  return word === "defensive" || word === "observer" ? word : undefined;
}

/** A switch: `1` and nothing else. */
export function isOne(raw: string): boolean {
  return raw.trim() === "1";
}

/** Paths with colons between them; none at all is no list. */
export function folderList(raw: string): readonly string[] | undefined {
  const folders = raw.split(":").filter((folder) => folder !== "");
  return folders.length > 0 ? folders : undefined;
}
