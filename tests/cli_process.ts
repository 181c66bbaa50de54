import assert from "node:assert/strict";

/** How a run ended, and everything it printed. */
export interface CliRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Wall clock just after its end. */
  readonly endedAt: Temporal.Instant;
}

/** A program that is running. */
export interface CliChild {
  /** Waits until it has written `words` to standard error. */
  told(words: string): Promise<void>;
  /** Waits for its end. */
  end(): Promise<CliRun>;
}

/** Longer than anything here may take: who is still running then hangs. */
const WATCHDOG_MS = 20_000;

/** What a process starts with. */
export interface StartOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Judges every end. */
  readonly check: (run: CliRun) => void;
}

/**
 * Starts a command with exactly this environment, and kills it when it hangs.
 *
 * @param line Program and arguments.
 * @param options Where and how.
 */
export function startCommand(
  line: readonly string[],
  options: StartOptions,
): CliChild {
  const [program = "", ...args] = line;
  const child = new Deno.Command(program, {
    args,
    cwd: options.cwd,
    clearEnv: true,
    env: { ...options.env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let isHanging = false;
  const watchdog = setTimeout(() => {
    isHanging = true;
    child.kill("SIGKILL");
  }, WATCHDOG_MS);
  const stdout = new Collected(child.stdout);
  const stderr = new Collected(child.stderr);
  return {
    told: (words) => stderr.waitFor(words),
    end: async () => {
      const { code } = await child.status;
      await Promise.all([stdout.done, stderr.done]);
      clearTimeout(watchdog);
      assert.ok(!isHanging, `${args.join(" ")} hangs\n${stderr.text}`);
      const run: CliRun = {
        code,
        stdout: stdout.text,
        stderr: stderr.text,
        endedAt: Temporal.Now.instant(),
      };
      options.check(run);
      return run;
    },
  };
}

/** A stream's text so far. */
class Collected {
  text = "";
  readonly done: Promise<void>;
  #onText: () => void = () => {};

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.done = this.#read(stream);
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const part of stream.pipeThrough(new TextDecoderStream())) {
      this.text += part;
      this.#onText();
    }
  }

  async waitFor(words: string): Promise<void> {
    const found = new Promise<void>((resolve) => {
      this.#onText = (): void => {
        if (this.text.includes(words)) resolve();
      };
      this.#onText();
    });
    await Promise.race([found, this.done]);
    assert.ok(this.text.includes(words), `"${words}" was never said`);
  }
}
