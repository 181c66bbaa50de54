import type { ChildEnd, ChildOptions } from "../../lib/ports/child_process.ts";
import type { PipedChild, PipedChildren } from "../../lib/ports/piped_child.ts";
import { fileError } from "../../lib/adapters/deno/file_problem.ts";
import { MetalGuardError } from "../../lib/core/error.ts";

/** One program that was started; a test says what it says and when it ends. */
export class FakePipedChild implements PipedChild {
  readonly pid: number;
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr: ReadableStream<Uint8Array>;
  readonly end: Promise<ChildEnd>;
  readonly signals: string[] = [];
  /** Told each piece that is written to it. */
  onWrite: (text: string) => void = () => {};
  /** Told when its standard input ends. */
  onInputEnd: () => void = () => {};
  readonly #ended = Promise.withResolvers<ChildEnd>();
  #out: ReadableStreamDefaultController<Uint8Array> | undefined;
  #err: ReadableStreamDefaultController<Uint8Array> | undefined;
  #hasEnded = false;
  #written = "";

  constructor(pid: number, program: string, options: ChildOptions) {
    this.pid = pid;
    this.program = program;
    this.args = [...options.args];
    this.env = { ...options.env };
    this.end = this.#ended.promise;
    this.stdout = new ReadableStream({
      start: (controller): void => {
        this.#out = controller;
      },
    });
    this.stderr = new ReadableStream({
      start: (controller): void => {
        this.#err = controller;
      },
    });
  }

  /** Everything that was written to it. */
  get written(): string {
    return this.#written;
  }

  /** Prints. */
  print(text: string, stream: "stdout" | "stderr" = "stdout"): void {
    const bytes = new TextEncoder().encode(text);
    (stream === "stdout" ? this.#out : this.#err)?.enqueue(bytes);
  }

  /** Ends; its pipes end too, unless somebody whom it started holds them. */
  finish(
    exitCode: number,
    signal: string | null = null,
    options: { readonly keepsPipes?: boolean } = {},
  ): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    if (options.keepsPipes !== true) {
      this.#out?.close();
      this.#err?.close();
    }
    this.#ended.resolve({ exitCode, signal });
  }

  write(bytes: Uint8Array): Promise<boolean> {
    if (this.#hasEnded) return Promise.resolve(false);
    const text = new TextDecoder().decode(bytes);
    this.#written += text;
    this.onWrite(text);
    return Promise.resolve(true);
  }

  closeInput(): Promise<void> {
    this.onInputEnd();
    return Promise.resolve();
  }

  signal(name: "SIGTERM" | "SIGKILL"): void {
    if (this.#hasEnded) return;
    this.signals.push(name);
    this.finish(name === "SIGKILL" ? 137 : 143, name);
  }
}

/** Programs in memory with whom a test talks. */
export class FakePipedChildren implements PipedChildren {
  /** Every start, in order. */
  readonly started: FakePipedChild[] = [];
  /** Programs that are not there. */
  readonly missing = new Set<string>();
  /** Called with each one at its start. */
  onStart: (child: FakePipedChild) => void = () => {};
  #pid = 2_000;

  start(program: string, options: ChildOptions): FakePipedChild {
    if (this.missing.has(program)) {
      const cause = fileError("absent", "start", program);
      throw new MetalGuardError("child-failed", cause.message, { cause });
    }
    const child = new FakePipedChild(++this.#pid, program, options);
    this.started.push(child);
    this.onStart(child);
    return child;
  }
}
