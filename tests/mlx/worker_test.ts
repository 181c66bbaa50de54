import assert from "node:assert/strict";
import type { WorkerMemory } from "../../lib/core/worker.ts";
import { WorkerFailedError } from "../../lib/core/worker_error.ts";
import { MlxPlace } from "./mlx_place.ts";

Deno.test("a worker loads, generates and streams with the real MLX, in the order that keeps the GPU safe", async () => {
  // Kills: a cache that is given back while the GPU still works (the order of the panics); a generate that begins before
  // its line is on the disk; a line of its end that comes before the end.
  await using place = new MlxPlace();
  await using worker = await place.start();
  assert.deepEqual(place.asked, ["start"]);
  const { pid, facts } = worker;
  assert.ok(pid !== undefined && facts !== undefined);
  assert.equal(facts.versions["mlx"], "0.32.4");
  assert.equal(facts.versions["mlx-lm"], "0.32.2");
  assert.deepEqual(worker.patches, []);
  const record = place.record();
  assert.equal(record?.["pid"], pid);
  assert.equal(record["guard_pid"], Deno.pid);
  assert.equal(record["label"], `mlx_subprocess_runner:${worker.modelId}`);
  place.clearTrace();
  const pieces: string[] = [];
  const answer = await worker.generate("hello", {
    maxTokens: 6,
    temperature: 0,
    onText: (text) => pieces.push(text),
  });
  assert.ok(answer.kind === "done");
  assert.equal(answer.text, pieces.join(""));
  assert.ok(answer.text.length > 0);
  assert.equal(answer.tokens, 6);
  assert.equal(answer.promptTokens, 5);
  assert.equal(answer.finish, "length");
  const trace = place.trace();
  // What stands between is mlx-lm's own.
  const begin = trace.indexOf("generate with 1 PRE and 0 POST written");
  const end = trace.indexOf("generated");
  const flush = ["synchronize", "synchronize stream", "clear_cache"];
  assert.deepEqual(trace.slice(0, begin), flush);
  assert.ok(end > begin);
  assert.deepEqual(trace.slice(end + 1), flush);
  const streamed: string[] = [];
  for await (
    const piece of worker.stream("hello", { maxTokens: 6, temperature: 0 })
  ) streamed.push(piece);
  assert.deepEqual(streamed, pieces);
  assert.equal(place.uses, 2);
  await worker.shutdown();
  assert.equal(worker.pid, undefined);
  assert.equal(place.record(), undefined);
  const crumbs = place.crumbs().map((line) =>
    line.replaceAll(worker.modelId, "M").split(" | ")[0]
  );
  assert.deepEqual(crumbs, [
    "LOAD: M",
    `SUBPROCESS_WORKER: M ready, pid=${pid}`,
    ...["SUBPROC_PRE: M", "SUBPROC_POST: M"],
    ...["SUBPROC_PRE: M", "SUBPROC_POST: M"],
  ]);
});

Deno.test("a worker answers for its own memory, also in the middle of a generate", async () => {
  // Kills: a reading that waits for the end of the generate it is about; figures of another process.
  await using place = new MlxPlace();
  await using worker = await place.start("slow");
  const during: WorkerMemory[] = [];
  let asked: Promise<unknown> | undefined;
  const answer = await worker.generate("hello", {
    maxTokens: 40,
    onText: () => {
      asked ??= worker.readMemory().then((memory) => during.push(memory));
    },
  });
  assert.equal(answer.kind, "done");
  assert.equal(during.length, 1, "it came before the end");
  const [middle] = during;
  assert.ok(middle?.activeBytes.kind === "known");
  assert.ok(middle.activeBytes.value > 100_000);
  assert.equal(middle.limitBytes.kind, "unknown", "there is no Metal here");
  const before = await worker.readMemory();
  assert.ok(before.peakBytes.kind === "known" && before.peakBytes.value > 0);
  const reset = await worker.resetPeakMemory();
  assert.ok(reset.peakBytes.kind === "known");
  assert.ok(reset.peakBytes.value < before.peakBytes.value);
  place.clearTrace();
  const cleared = await worker.clearCache();
  assert.deepEqual(cleared.cacheBytes, { kind: "known", value: 0 });
  assert.deepEqual(place.trace(), [
    ...["synchronize", "synchronize stream", "clear_cache"],
  ]);
  assert.ok((await worker.probe()).elapsedMs > 0);
  assert.ok(place.crumbs().some((line) => line.startsWith("PROBE: ")));
});

Deno.test("a generate is cancelled between two pieces, and the worker lives on", async () => {
  // Kills: a cancel that kills the worker, that comes after the end, or that cancels the next one too.
  await using place = new MlxPlace();
  await using worker = await place.start("slow");
  const { pid } = worker;
  const stop = new AbortController();
  let pieces = 0;
  const answer = await worker.generate("hello", {
    maxTokens: 2_000,
    signal: stop.signal,
    onText: () => {
      if (++pieces === 3) stop.abort();
    },
  });
  assert.ok(answer.kind === "cancelled");
  assert.ok(answer.tokens >= 3 && answer.tokens < 50, `${answer.tokens}`);
  for await (const piece of worker.stream("hello", { maxTokens: 2_000 })) {
    assert.ok(piece.length > 0);
    break;
  }
  const broken = new Error("the caller's own");
  await assert.rejects(
    worker.generate("hello", {
      maxTokens: 2_000,
      onText: () => {
        throw broken;
      },
    }),
    broken,
  );
  const late = new AbortController();
  late.abort(new Error("gone already"));
  await assert.rejects(
    worker.generate("hello", { signal: late.signal }),
    /gone already/,
  );
  const whole = await worker.generate("hello", { maxTokens: 4 });
  assert.ok(whole.kind === "done");
  assert.equal(whole.tokens, 4);
  assert.equal(worker.pid, pid);
});

Deno.test("what a model prints, or writes to standard output, does not reach the protocol", async () => {
  // Kills: an answer forged by a model's code; a reader that stumbles over bytes that are no text; a model that eats our
  // commands from standard input.
  await using place = new MlxPlace();
  await using worker = await place.start("print");
  const { pid } = worker;
  const answer = await worker.generate("hello", { maxTokens: 5 });
  assert.ok(answer.kind === "done");
  assert.equal(answer.tokens, 5);
  assert.equal(answer.promptTokens, 5);
  assert.equal(worker.pid, pid);
  assert.ok(place.trace().includes("reads ''"));
});

Deno.test("an error of the model's code is answered, and the worker lives on", async () => {
  // Kills: a RuntimeError of Metal that looks like a crash; a sys.exit() in a model that ends the worker.
  for (const kind of ["raise", "exit"]) {
    await using place = new MlxPlace();
    await using worker = await place.start(kind);
    const { pid } = worker;
    const error = await worker.generate("hello", { maxTokens: 5 }).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof WorkerFailedError, kind);
    if (kind === "raise") {
      assert.equal(error.pythonType, "RuntimeError");
      assert.equal(error.errorClass?.name, "cmd_buffer_oom");
      assert.equal(error.recoveryHint, error.errorClass.recoveryHint);
    } else assert.equal(error.pythonType, "SystemExit");
    const whole = await worker.generate("x", { maxTokens: 1 });
    assert.equal(whole.kind, "done");
    assert.equal(worker.pid, pid);
    const trace = place.trace();
    const flush = ["synchronize", "synchronize stream", "clear_cache"];
    assert.deepEqual(trace.slice(-3), flush);
    const posts = place.crumbs().filter((one) => one.includes("POST"));
    assert.equal(posts.length, 2, "also after the failure");
    assert.match(posts[0] ?? "", /error=(RuntimeError|SystemExit)/);
  }
});
