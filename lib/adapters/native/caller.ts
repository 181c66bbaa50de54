import type { NativeAnswer } from "../../../ffi/library.ts";
import type { Observed } from "../../core/observed.ts";
import type { CallMark } from "../../ports/call_mark.ts";
import { Deadline } from "./deadline.ts";
import type { NativeQuestions } from "./questions.ts";

/** How {@linkcode NativeCaller} gets its library. */
export interface NativeOptions {
  /** Opens it; asked once, at the first reading. `unknown` says why it cannot be used. */
  readonly open: () => Promise<Observed<NativeQuestions>>;
  /** How long one question may take, in milliseconds. @default 1,000 */
  readonly timeoutMs?: number;
  /** Told once when a call hangs: it cannot be ended, and keeps this process from ending by itself. */
  readonly onHang?: () => void;
  /** Says on the disk that a call is under way, so that a crash in it is known to the next process. */
  readonly mark?: CallMark;
}

/** All questions together take less than a millisecond; a longer wait is a driver that hangs. */
const TIMEOUT_MS = 1_000;

/**
 * Everybody who asks the dylib asks through this: it is opened once, and after a hang nothing more is asked of it.
 *
 * Fails to an answer that says why: a library that cannot be opened, a code, and a hang.
 */
export class NativeCaller {
  readonly #options: NativeOptions;
  readonly #timeoutMs: number;
  readonly #deadline: Deadline;
  #library: Promise<Observed<NativeQuestions>> | undefined;
  #hung: string | undefined;
  #calls = 0;

  /** Opens nothing yet. */
  constructor(options: NativeOptions) {
    this.#options = options;
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.#deadline = new Deadline(this.#timeoutMs);
  }

  /**
   * Asks one question.
   *
   * @param what What it is about, for a sentence.
   * @param question Asks it.
   */
  async ask<A>(
    what: string,
    question: (library: NativeQuestions) => Promise<NativeAnswer<A>>,
  ): Promise<NativeAnswer<A>> {
    const library = await this.#usable();
    if (library.kind === "unknown") return failed(library.because);
    this.#enter();
    let answer: NativeAnswer<A> | undefined;
    try {
      answer = await this.#deadline.within(question(library.value));
    } catch (error) {
      this.#leave();
      throw error;
    }
    if (answer !== undefined) {
      this.#leave();
      return answer;
    }
    if (this.#hung === undefined) {
      this.#options.mark?.hang();
      this.#options.onHang?.();
    }
    this.#hung =
      `the dylib gave no answer about ${what} in ${this.#timeoutMs} ms`;
    return failed(this.#hung);
  }

  async #usable(): Promise<Observed<NativeQuestions>> {
    if (this.#hung !== undefined) {
      return { kind: "unknown", because: this.#hung };
    }
    this.#library ??= this.#options.open();
    return await this.#library;
  }

  /** Several questions at once are one call for the mark. */
  #enter(): void {
    if (this.#calls++ === 0) this.#options.mark?.enter();
  }

  #leave(): void {
    if (--this.#calls === 0) this.#options.mark?.leave();
  }
}

function failed<T>(because: string): NativeAnswer<T> {
  return { kind: "failed", problem: "unsupported", because };
}

/** An answer as every reading has it. */
export function observed<T>(answer: NativeAnswer<T>): Observed<T> {
  return answer.kind === "answered"
    ? { kind: "known", value: answer.value }
    : { kind: "unknown", because: answer.because };
}
