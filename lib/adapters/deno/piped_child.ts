import type { ChildEnd, ChildOptions } from "../../ports/child_process.ts";
import type { PipedChild, PipedChildren } from "../../ports/piped_child.ts";
import { endOf, kill, start } from "./child_process.ts";

/** Programs over Deno, with three pipes to each. */
export function createDenoPipedChildren(): PipedChildren {
  return { start: (program, options) => new DenoPipedChild(program, options) };
}

class DenoPipedChild implements PipedChild {
  readonly pid: number;
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr: ReadableStream<Uint8Array>;
  readonly end: Promise<ChildEnd>;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;

  constructor(program: string, options: ChildOptions) {
    const child = start(program, options, {
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    });
    this.pid = child.pid;
    this.stdout = child.stdout;
    this.stderr = child.stderr;
    this.end = endOf(child);
    this.#child = child;
    this.#input = child.stdin.getWriter();
    // Told by the answer of `write`; a pipe that breaks between two writes is nobody's failure.
    this.#input.closed.catch(() => undefined);
  }

  async write(bytes: Uint8Array): Promise<boolean> {
    try {
      await this.#input.write(bytes);
      return true;
    } catch {
      return false;
    }
  }

  async closeInput(): Promise<void> {
    try {
      await this.#input.close();
    } catch {
      // It is closed already, or its reader is gone.
    }
  }

  signal(name: "SIGTERM" | "SIGKILL"): void {
    kill(this.#child, name);
  }
}
