import { plainText } from "../../core/plain_text.ts";
import { formatCivilTime, tryParseCivilTime } from "../civil_time.ts";

/** Longest reason that is kept, in UTF-16 units. */
const MAX_REASON_LENGTH = 500;

/** `~/.metal-guard-ack`, as far as its text goes: when it counts from is the file's own time, not a word of it. */
export interface AckFile {
  /** Naive local ISO, as it stands in the file; `undefined` in a file made by `touch`. For show only. */
  readonly writtenAt: string | undefined;
  /** Why a person said "go on". */
  readonly reason: string | undefined;
}

/**
 * Reads an ack. Never fails: a person who writes anything into that file, or nothing, has said "go on", and the seed
 * takes it so. A first line that is no time is taken as the reason.
 */
export function decodeAck(text: string): AckFile {
  // Two lines are all there is: what stands behind them is not worth walking over.
  const [first = "", second = ""] = text.slice(0, 4 * MAX_REASON_LENGTH)
    .split("\n", 2).map((line) => plainText(line, MAX_REASON_LENGTH));
  const isTime = first.length <= 64 &&
    tryParseCivilTime(first, "UTC") !== undefined;
  const reason = second !== "" || isTime ? second : first;
  return {
    writtenAt: isTime ? first : undefined,
    reason: reason === "" ? undefined : reason,
  };
}

/** What a new ack is made from. */
export interface NewAck {
  /** Now. */
  readonly at: Temporal.Instant;
  /** The local zone. */
  readonly timeZone: string;
  /** Why; control characters become spaces, more than 500 characters are cut. */
  readonly reason: string | undefined;
}

/** Writes an ack: the time as the seed does, and the reason on a line of its own. */
export function encodeAck(ack: NewAck): string {
  const reason = plainText(ack.reason ?? "", MAX_REASON_LENGTH);
  const time = formatCivilTime(ack.at, ack.timeZone);
  return reason === "" ? `${time}\n` : `${time}\n${reason}\n`;
}
