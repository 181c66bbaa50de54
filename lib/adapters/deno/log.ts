import { plainText } from "../../core/plain_text.ts";
import type { Log } from "../../ports/log.ts";

/** Characters that are enough for a message with two paths in it. */
const LONGEST_MESSAGE = 4_096;

/** Tunables of {@linkcode createDenoLog}. */
export interface DenoLogOptions {
  /**
   * The least important kind of message that is written.
   *
   * @default {"info"}
   */
  readonly least?: "info" | "warn" | "nothing";
  /** Takes each line, its break included. The default writes to standard error. */
  readonly write?: (line: string) => void;
}

/**
 * Writes messages to standard error, one line each, without anything that a terminal would obey.
 *
 * Fails open: when nobody reads standard error any more the message is lost and the work goes on.
 */
export function createDenoLog(options: DenoLogOptions = {}): Log {
  const least = options.least ?? "info";
  const write = options.write ?? writeToStandardError;
  return {
    info(message): void {
      if (least === "info") {
        write(`metal-guard: ${plainText(message, LONGEST_MESSAGE)}\n`);
      }
    },
    warn(message): void {
      if (least === "nothing") return;
      write(`metal-guard: warning: ${plainText(message, LONGEST_MESSAGE)}\n`);
    },
  };
}

function writeToStandardError(line: string): void {
  let rest = new TextEncoder().encode(line);
  try {
    while (rest.length > 0) {
      rest = rest.subarray(Deno.stderr.writeSync(rest));
    }
  } catch {
    // A closed or full pipe: there is no place left to say so, and a verdict must not change because of it.
  }
}
