/** What a program prints on one stream, as far as it is kept. */
export interface OutputCollector {
  /** Resolves when the stream has ended or was stopped; never rejects. */
  readonly done: Promise<void>;
  /** Gives up the stream. */
  stop(): Promise<void>;
  /** What was kept, as text; a character that was cut in two is left out. */
  text(): string;
}

/**
 * Reads a stream to its end and keeps its first bytes. What is beyond them is read and dropped, so that the program
 * does not hang on a full pipe.
 *
 * @param stream Standard output or error of a child.
 * @param maxBytes Most bytes that are kept.
 */
export function collect(
  stream: ReadableStream<Uint8Array>,
  maxBytes: number,
): OutputCollector {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let keptBytes = 0;
  async function read(): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        const part = value.subarray(0, maxBytes - keptBytes);
        if (part.length > 0) chunks.push(part.slice());
        keptBytes += part.length;
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
    text(): string {
      const decoder = new TextDecoder();
      return chunks.map((chunk) => decoder.decode(chunk, { stream: true }))
        .join("");
    },
  };
}
