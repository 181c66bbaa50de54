import assert from "node:assert/strict";
import { besideFolder } from "../../scripts/test_python.ts";
import { pythonOfTests } from "../python_of_tests.ts";
import { isAlive, MlxPlace } from "./mlx_place.ts";
import { tinyModel } from "./tiny_model.ts";

Deno.test("a worker that nobody uses ends by itself, gives the lock back, and is started anew when it is needed", async () => {
  // Kills: gigabytes that an idle worker keeps; a call that fails because the worker had just left.
  await using place = new MlxPlace();
  await using worker = await place.start("", { idleMs: 300 });
  const { pid } = worker;
  assert.ok(pid !== undefined);
  while (place.record() !== undefined) await pause();
  assert.equal(await isAlive(pid), false);
  assert.equal(worker.pid, undefined);
  assert.ok(!place.crumbs().some((one) => one.includes("ended by")));
  const memory = await worker.readMemory();
  assert.equal(memory.activeBytes.kind, "unknown");
  assert.equal(worker.pid, undefined, "a reading starts nothing");
  const answer = await worker.generate("hello", { maxTokens: 2 });
  assert.equal(answer.kind, "done");
  assert.notEqual(worker.pid, pid);
  assert.deepEqual(place.asked, ["start", "start"]);
});

Deno.test("a worker is started anew when it is worn, before the next use and not one use sooner", async () => {
  // Kills: descriptors of Metal that run out (L14); a model that is loaded anew at each use after that.
  await using place = new MlxPlace();
  await using worker = await place.start("", { coldRestartAfter: 2 });
  const pids: (number | undefined)[] = [];
  for (let use = 0; use < 5; use++) {
    await worker.generate("hello", { maxTokens: 1 });
    pids.push(worker.pid);
  }
  const [a, b, c, d, e] = pids;
  assert.equal(a, b);
  assert.notEqual(b, c);
  assert.equal(c, d);
  assert.notEqual(d, e);
  assert.equal(place.uses, 5);
  assert.equal(place.asked.length, 3);
});

Deno.test("wired memory: `off` and a size are seen from inside, before any other code could take the function", async () => {
  // Kills: a policy that is set after mlx-lm has kept the real function; one that fails a caller.
  for (
    const [wired, seen] of [
      ["off", ["set_wired_limit answers 0"]],
      [4_096, [
        "real set_wired_limit 4096",
        "set_wired_limit answers 4096",
      ]],
      ["stock", [
        "real set_wired_limit 123456",
        "set_wired_limit answers 0",
      ]],
    ] as const
  ) {
    await using place = new MlxPlace();
    await using worker = await place.start("wired", { wired });
    await worker.generate("hello", { maxTokens: 3 });
    const trace = place.trace().filter((one) => one.includes("wired"));
    assert.deepEqual(trace, seen, `${wired}`);
  }
});

Deno.test("the patch for mlx-lm 0.31.2 is there on 0.31.2 and nowhere else", async () => {
  // Kills: a patch that replaces good code of a later release; one that is told and not in force.
  const path = besideFolder(pythonOfTests());
  await using place = new MlxPlace();
  await using old = await place.start("", { env: { ["PYTHONPATH"]: path } });
  assert.equal(old.facts?.versions["mlx-lm"], "0.31.2");
  assert.deepEqual(old.patches, ["mlx_lm_1128_think_start_id"]);
  const answer = await old.generate("hello", { maxTokens: 2 });
  assert.equal(answer.kind, "done");
  await old.shutdown();
  await using fresh = await place.start();
  assert.equal(fresh.facts?.versions["mlx-lm"], "0.32.2");
  assert.deepEqual(fresh.patches, []);
});

Deno.test("a pool's workers share one hold and take turns", async () => {
  // Kills: two generates at once on one GPU (SAFETY R4); a record that names a worker that is gone while another lives.
  await using place = new MlxPlace();
  const first = await place.start();
  const options = { size: 2, env: place.hookEnv(), shutdownGraceMs: 5_000 };
  await using pool = await place.workers.pool(first.modelId, options);
  const [a, b] = pool.workers;
  assert.equal(place.record()?.["pid"], b?.pid);
  place.clearTrace();
  const answers = await Promise.all(
    ["x", "y", "z"].map((prompt) => pool.generate(prompt, { maxTokens: 3 })),
  );
  assert.ok(answers.every((one) => one.kind === "done"));
  const turns = place.trace().filter((one) => one.startsWith("generate"));
  assert.deepEqual(turns, [
    ...["generate with 1 PRE and 0 POST written", "generated"],
    ...["generate with 2 PRE and 1 POST written", "generated"],
    ...["generate with 3 PRE and 2 POST written", "generated"],
  ]);
  await b?.shutdown();
  const named = place.record()?.["pid"];
  assert.ok(named === first.pid || named === a?.pid, `${named}`);
  await first.shutdown();
  assert.equal(place.record()?.["pid"], a?.pid);
  await place.workers.shutdownAll();
  assert.equal(place.record(), undefined);
  assert.equal(a?.pid, undefined);
});

Deno.test("too long a prompt is refused as an answer, counted by the model's own tokenizer, and nothing has begun", async () => {
  // Kills: a refusal that costs the worker; a limit that forgets the answer; an orphan line for what never began.
  const asked: number[] = [];
  await using place = new MlxPlace({
    judgePrefill: (_, contextTokens) => {
      asked.push(contextTokens);
      return Promise.resolve(
        contextTokens > 100
          ? { kind: "refuse", reason: "too much", wayOut: "shorten it" }
          : { kind: "proceed", reason: "fits" },
      );
    },
  });
  await using worker = await place.start("", { maxContextTokens: 1_000 });
  const fits = await worker.generate("hello", { maxTokens: 5 });
  assert.equal(fits.kind, "done");
  const limit = await worker.generate("hello", { maxTokens: 996 });
  assert.ok(limit.kind === "refused");
  assert.equal(limit.contextTokens, 1_001);
  assert.match(limit.verdict.reason, /1001 tokens > 1000 tokens/);
  const judged = await worker.generate("hello", { maxTokens: 995 });
  assert.ok(judged.kind === "refused");
  assert.equal(judged.verdict.reason, "too much");
  assert.deepEqual(asked, [10, 1_000]);
  await assert.rejects(async () => {
    for await (const _ of worker.stream("hello", { maxTokens: 996 }));
  }, { name: "RefusedError", layer: "prefill" });
  const pres = place.crumbs().filter((one) => one.includes("SUBPROC_PRE"));
  assert.equal(pres.length, 1);
  assert.equal(place.uses, 1);
});

Deno.test("a gemma-4 rests once, with an empty cache, before its first generate", async () => {
  // Kills: the first generate of the model that panics most; a rest before each.
  const name = "mlx-community/gemma-4-1b-it-tiny";
  await using place = new MlxPlace({}, { gemma4SleepMs: 400 });
  const env = { ...place.hookEnv(), ...await hubWith(place.folder, name) };
  await using worker = await place.workers.start(name, { env });
  place.clearTrace();
  const startMs = performance.now();
  const first = await worker.generate("hello", { maxTokens: 2 });
  assert.ok(performance.now() - startMs >= 400);
  // A tokenizer of single bytes counts the family's own form of a turn, since this model has no chat template.
  const turn =
    "<start_of_turn>user\nhello<end_of_turn>\n<start_of_turn>model\n";
  assert.ok(first.kind === "done");
  assert.equal(first.promptTokens, turn.length);
  const flush = ["synchronize", "synchronize stream", "clear_cache"];
  assert.deepEqual(place.trace().slice(0, 7), [
    ...flush,
    ...flush,
    "generate with 1 PRE and 0 POST written",
  ]);
  await worker.generate("hello", { maxTokens: 2 });
  const tags = place.crumbs().map((one) => one.split(":", 1)[0]);
  assert.deepEqual(tags, [
    ...["LOAD", "SUBPROCESS_WORKER", "GEMMA4_FLUSH", "GEMMA4_FLUSH_DONE"],
    ...["SUBPROC_PRE", "SUBPROC_POST", "SUBPROC_PRE", "SUBPROC_POST"],
  ]);
});

/** A cache of the hub with a tiny model of that name: a family is known by its name, and a folder's path is none. */
async function hubWith(
  folder: string,
  name: string,
): Promise<Record<string, string>> {
  const entry = `${folder}/hub/hub/models--${name.replace("/", "--")}`;
  const revision = "0123456789abcdef0123456789abcdef01234567";
  Deno.mkdirSync(`${entry}/refs`, { recursive: true });
  Deno.mkdirSync(`${entry}/snapshots`);
  Deno.writeTextFileSync(`${entry}/refs/main`, revision);
  Deno.symlinkSync(await tinyModel(), `${entry}/snapshots/${revision}`);
  return { ["HF_HOME"]: `${folder}/hub`, ["HF_HUB_OFFLINE"]: "1" };
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10));
}
