/** A guard as a program of its own, from its source and from a bundle, with the real MLX. */
import assert from "node:assert/strict";
import { pythonOfTests } from "../python_of_tests.ts";
import { isAlive, MlxPlace } from "./mlx_place.ts";
import { tinyModel } from "./tiny_model.ts";

const PROGRAM = new URL("guard_of_worker.ts", import.meta.url).pathname;
const PERMISSIONS = [
  "--no-prompt",
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--allow-run",
  "--allow-sys",
];

/** Lines of a guard that runs in the place's folder as its home. */
class GuardProgram implements AsyncDisposable {
  readonly child: Deno.ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(child: Deno.ChildProcess) {
    this.child = child;
    this.#lines = linesOf(child.stdout);
  }

  static async start(
    place: MlxPlace,
    program: string,
    misbehave: string,
  ): Promise<GuardProgram> {
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-check",
        ...PERMISSIONS,
        program,
        pythonOfTests(),
        await tinyModel(),
      ],
      env: {
        ...place.hookEnv(misbehave),
        HOME: place.folder,
        METALGUARD_BREADCRUMB_PATH: place.crumbsPath,
        METALGUARD_REPORT_DIRS: `${place.folder}/no-reports`,
        MLX_LOCK_PATH: `${place.folder}/gpu.lock`,
      },
      stdin: "null",
      stdout: "piped",
    }).spawn();
    return new GuardProgram(child);
  }

  /** Reads on until a line begins so. */
  async until(start: string): Promise<string> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      assert.ok(done !== true, `it ended before "${start}"`);
      if (value.startsWith(start)) return value;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    while ((await this.#lines.next()).done !== true);
    await this.child.status;
  }
}

async function* linesOf(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

Deno.test("when the guard is killed its worker ends by itself, and until then the lock names the worker", async () => {
  // Kills: a worker that nobody owns and that keeps the GPU; a lock that is free while it does (SAFETY L8).
  await using place = new MlxPlace();
  await using guard = await GuardProgram.start(place, PROGRAM, "slow");
  const pid = Number((await guard.until("worker ")).slice(7));
  await guard.until("piece ");
  assert.equal(place.record()?.["pid"], pid);
  assert.equal(place.record()?.["guard_pid"], guard.child.pid);
  guard.child.kill("SIGKILL");
  await guard.child.status;
  const startMs = performance.now();
  const seen = (await place.lock.read()).state;
  if (await isAlive(pid)) assert.equal(seen, "held");
  while (await isAlive(pid)) {
    assert.ok(performance.now() - startMs < 10_000, "it lives on");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.equal((await place.lock.read()).state, "stale");
  // What it had begun it also ended, in the order that keeps the GPU safe.
  const flush = ["synchronize", "synchronize stream", "clear_cache"];
  assert.deepEqual(place.trace().slice(-6, -3), flush);
  await using next = await place.start();
  assert.equal(place.record()?.["pid"], next.pid);
});

Deno.test("the worker's Python is part of the bundle", async () => {
  // Kills: a program that ships without the file that its workers run.
  await using place = new MlxPlace();
  const bundle = `${place.folder}/bundle.js`;
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--minify", "--output", bundle, PROGRAM],
    stdout: "null",
    stderr: "piped",
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  await using guard = await GuardProgram.start(place, bundle, "");
  await guard.until("worker ");
  await guard.until("done");
  assert.ok((await guard.child.status).success);
  assert.equal(place.record(), undefined);
});
