import type { OutputStream, Terminal } from "../../ports/terminal.ts";

interface SyncStream {
  writeSync(bytes: Uint8Array): number;
  isTerminal(): boolean;
}

/** Our own standard streams. */
export function createDenoTerminal(): Terminal {
  return {
    stdout: outputStream(Deno.stdout),
    stderr: outputStream(Deno.stderr),
  };
}

function outputStream(stream: SyncStream): OutputStream {
  return {
    write: (text) => {
      writeAll(stream, new TextEncoder().encode(text));
    },
    get isTerminal() {
      return stream.isTerminal();
    },
    size: () => {
      try {
        return Deno.consoleSize();
      } catch {
        // None of our streams is a terminal.
        return undefined;
      }
    },
  };
}

function writeAll(stream: SyncStream, bytes: Uint8Array): void {
  try {
    let written = 0;
    while (written < bytes.length) {
      written += stream.writeSync(bytes.subarray(written));
    }
  } catch (error) {
    // `metal-guard panics | head -1` closes the pipe; a closed descriptor is the caller's wish too.
    const isGone = error instanceof Deno.errors.BrokenPipe ||
      error instanceof Deno.errors.BadResource;
    if (!isGone) throw error;
  }
}
