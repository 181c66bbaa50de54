import { KIB, MIB } from "../../core/bytes.ts";
import type { ChildEnd } from "../../ports/child_process.ts";
import type { Clock } from "../../ports/clock.ts";
import type { PipedChild, PipedChildren } from "../../ports/piped_child.ts";
import type {
  WorkerCommand,
  WorkerEnd,
  WorkerHello,
  WorkerMark,
  WorkerProcess,
  WorkerProcesses,
  WorkerReply,
  WorkerRequest,
  WorkerStart,
} from "../../ports/worker_process.ts";
import { readLines } from "./line_reader.ts";
import { keepTail, type OutputTail } from "./output_tail.ts";
import {
  encodeCommand,
  encodeWord,
  tryParseWorkerLine,
  WORKER_PROTOCOL,
  type WorkerMessage,
} from "./worker_protocol.ts";
// As text: it goes into the bundle and the executable with this module, and is no file that could be missing.
import program from "./mlx_worker.py" with { type: "text" };

/**
 * What the interpreter starts with: it waits for its program on standard input, and ends when we end first. So nothing of
 * MLX runs before the lock's record names the process (SAFETY L2), and `ps` shows a short line.
 */
const STUB = [
  "import os,sys",
  "n=int(sys.argv[1]);b=b''",
  "while len(b)<n:",
  " c=os.read(0,n-len(b))",
  " if not c:os._exit(0)",
  " b+=c",
  "exec(compile(b,'mlx_worker.py','exec'))",
].join("\n");

/** Most that is kept of what a worker prints: faulthandler's stacks of a hundred threads fit. */
const TAIL_BYTES = 64 * KIB;
/** A longer line is not the protocol's. */
const MAX_LINE_BYTES = MIB;
/** Most lines that are not the protocol's: start-up files that greet, at worst. */
const MAX_NOISE_LINES = 1_000;
/** No answer is longer, in UTF-16 units. */
const MAX_TEXT_LENGTH = 64 * MIB;
/** How long a dead worker's pipes are read on: whoever it started may hold them open for ever. */
const PIPES_GRACE_MS = 100;

/**
 * Processes that run `mlx_worker.py`.
 *
 * @param children How they are started.
 * @param clock Bounds the wait for a dead worker's last words.
 */
export function createWorkerProcesses(
  children: PipedChildren,
  clock: Clock,
): WorkerProcesses {
  return { start: (options) => new PythonWorker(children, clock, options) };
}

interface Pending {
  readonly onText: ((text: string) => void) | undefined;
  readonly settle: (reply: WorkerReply) => void;
  textLength: number;
}

class PythonWorker implements WorkerProcess {
  readonly pid: number;
  readonly end: Promise<WorkerEnd>;
  readonly #child: PipedChild;
  readonly #options: WorkerStart;
  readonly #lines: ReadableStreamDefaultReader<Uint8Array>;
  readonly #tail: OutputTail;
  readonly #hello = Promise.withResolvers<WorkerHello>();
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #noiseLines = 0;
  #because: string | undefined;
  #killedBecause: string | undefined;
  #ended: WorkerEnd | undefined;

  constructor(children: PipedChildren, clock: Clock, options: WorkerStart) {
    const bytes = new TextEncoder().encode(program);
    this.#options = options;
    this.#child = children.start(options.python, {
      args: ["-c", STUB, String(bytes.length), "metal-guard-worker"],
      env: options.env,
    });
    this.pid = this.#child.pid;
    this.#tail = keepTail(this.#child.stderr, TAIL_BYTES);
    this.#lines = this.#child.stdout.getReader();
    const reading = this.#read().catch((error: unknown) => {
      this.kill(`its answers cannot be read: ${String(error)}`);
    });
    this.end = this.#attend(clock, reading);
  }

  async letGo(): Promise<WorkerHello> {
    await this.#child.write(new TextEncoder().encode(program));
    return await this.#hello.promise;
  }

  request(
    command: WorkerCommand,
    onText?: (text: string) => void,
  ): WorkerRequest {
    const id = ++this.#lastId;
    if (this.#ended !== undefined) {
      return {
        id,
        reply: Promise.resolve({ kind: "ended", end: this.#ended }),
      };
    }
    const { promise, resolve } = Promise.withResolvers<WorkerReply>();
    this.#pending.set(id, { onText, settle: resolve, textLength: 0 });
    void this.#child.write(encodeCommand(id, command));
    return { id, reply: promise };
  }

  cancel(requestId: number): void {
    void this.#child.write(encodeWord(requestId, "cancel"));
  }

  kill(because: string): void {
    if (this.#ended !== undefined) return;
    this.#killedBecause ??= because;
    this.#child.signal("SIGKILL");
  }

  async #attend(clock: Clock, reading: Promise<void>): Promise<WorkerEnd> {
    const end: ChildEnd = await this.#child.end;
    const stop = new AbortController();
    await Promise.race([
      Promise.all([reading, this.#tail.done]),
      clock.sleep(PIPES_GRACE_MS, stop.signal).catch(() => undefined),
    ]);
    stop.abort();
    await Promise.all([
      this.#lines.cancel().catch(() => undefined),
      this.#tail.stop(),
      this.#child.closeInput(),
    ]);
    const ended: WorkerEnd = {
      ...end,
      stderrTail: this.#tail.text(),
      because: this.#because,
      killedBecause: this.#killedBecause,
    };
    this.#ended = ended;
    this.#hello.resolve({ kind: "ended", end: ended });
    for (const { settle } of this.#pending.values()) {
      settle({ kind: "ended", end: ended });
    }
    this.#pending.clear();
    return ended;
  }

  async #read(): Promise<void> {
    for await (const line of readLines(this.#lines, MAX_LINE_BYTES)) {
      const message = line === undefined ? undefined : tryParseWorkerLine(line);
      if (message !== undefined) await this.#take(message);
      else this.#takeNoise(line);
    }
  }

  /** A start-up file that greets on standard output is no failure; its words are kept with the others. */
  #takeNoise(line: string | undefined): void {
    this.#noiseLines++;
    if (line !== undefined && this.#noiseLines <= MAX_NOISE_LINES) {
      this.#tail.add(line);
    }
    if (this.#noiseLines === MAX_NOISE_LINES + 1) {
      this.kill("its answers are not those of a worker");
    }
  }

  async #take(message: WorkerMessage): Promise<void> {
    switch (message.is) {
      case "hello":
        if (message.protocol !== WORKER_PROTOCOL) {
          this.kill(`it speaks protocol ${message.protocol}`);
          return;
        }
        this.#hello.resolve({ kind: "hello", python: message.python });
        return;
      case "ask":
        return await this.#judge(message.mark);
      case "mark":
        return await this.#options.onMark(message.mark);
      case "token":
        return this.#takeText(message.id, message.text);
      case "done":
        return this.#settle(message.id, {
          kind: "done",
          answer: message.answer,
        });
      case "error":
        return this.#settle(message.id, {
          kind: "failed",
          pythonType: message.pythonType,
          message: message.message,
        });
      case "bye":
        this.#because = message.because;
    }
  }

  async #judge(mark: WorkerMark): Promise<void> {
    const mayGo = await this.#options.onAsk(mark);
    const word = encodeWord(mark.requestId, mayGo ? "go" : "stop");
    await this.#child.write(word);
  }

  #takeText(id: number, text: string): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    pending.textLength += text.length;
    if (pending.textLength > MAX_TEXT_LENGTH) {
      this.kill("its answer has no end");
      return;
    }
    pending.onText?.(text);
  }

  #settle(id: number, reply: WorkerReply): void {
    this.#pending.get(id)?.settle(reply);
    this.#pending.delete(id);
  }
}
