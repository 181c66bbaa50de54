const LINE_BREAK = 0x0a;

/**
 * Reads a stream line by line, as UTF-8.
 *
 * @param reader Whoever reads the stream; it is given up when the caller stops.
 * @param maxBytes A longer line is dropped: it comes as `undefined`, once its end has come. Nothing of it is kept.
 */
export async function* readLines(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<string | undefined> {
  const decoder = new TextDecoder();
  let parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await read(reader);
    if (done || value === undefined) break;
    let start = 0;
    for (;;) {
      const end = value.indexOf(LINE_BREAK, start);
      const part = value.subarray(start, end < 0 ? undefined : end);
      length += part.length;
      if (length <= maxBytes) parts.push(part);
      else parts = [];
      if (end < 0) break;
      yield length <= maxBytes ? decoder.decode(joined(parts)) : undefined;
      parts = [];
      length = 0;
      start = end + 1;
    }
  }
  if (length > 0) {
    yield length <= maxBytes ? decoder.decode(joined(parts)) : undefined;
  }
}

/** A pipe that breaks is a pipe that ended: what came before it counts. */
async function read(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<ReadableStreamReadResult<Uint8Array>> {
  try {
    return await reader.read();
  } catch {
    return { done: true };
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const all = new Uint8Array(
    parts.reduce((sum, part) => sum + part.length, 0),
  );
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
