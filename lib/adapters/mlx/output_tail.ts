/** The end of what a program prints, as far as it is kept. */
export interface OutputTail {
  /** Resolves when the stream has ended or was given up; never rejects. */
  readonly done: Promise<void>;
  /** Gives up the stream. */
  stop(): Promise<void>;
  /** Adds a line of ours, as if the program had printed it. */
  add(line: string): void;
  /** What was kept, line by line without control characters. */
  text(): string;
}

/** C0 and C1 control characters but the line break, and the marks that turn writing direction around. */
const UNPRINTABLE =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\u200e\u200f\u061c]+/g;

/**
 * Reads a stream to its end and keeps its last bytes. What is older is dropped, so that the program never waits on a full
 * pipe and a program that prints for days costs no memory.
 *
 * @param stream Standard error of a child.
 * @param maxBytes Most bytes that are kept; twice as many may be in memory.
 */
export function keepTail(
  stream: ReadableStream<Uint8Array>,
  maxBytes: number,
): OutputTail {
  const reader = stream.getReader();
  const kept = new Uint8Array(2 * maxBytes);
  let length = 0;
  function take(bytes: Uint8Array): void {
    const part = bytes.subarray(Math.max(0, bytes.length - maxBytes));
    if (length + part.length > kept.length) {
      const rest = Math.min(length, maxBytes);
      kept.copyWithin(0, length - rest, length);
      length = rest;
    }
    kept.set(part, length);
    length += part.length;
  }
  async function read(): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        take(value);
      }
    } catch {
      // A pipe that breaks is a pipe that ended: what came before it counts.
    }
  }
  return {
    done: read(),
    async stop(): Promise<void> {
      await reader.cancel().catch(() => undefined);
    },
    add(line: string): void {
      take(new TextEncoder().encode(`${line}\n`));
    },
    text(): string {
      let start = Math.max(0, length - maxBytes);
      // The first character may have been cut in two.
      while (start < length && isContinuation(kept[start])) start++;
      return new TextDecoder().decode(kept.subarray(start, length))
        .replace(UNPRINTABLE, " ");
    },
  };
}

/** Whether a byte is not the first one of its character in UTF-8. */
function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
