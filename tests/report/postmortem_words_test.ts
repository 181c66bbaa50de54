import assert from "node:assert/strict";
import type { RunningBefore } from "../../lib/policy/running_before.ts";
import {
  bytesWords,
  certaintyWords,
  counted,
  headlineOf,
  panicRows,
  sizeWords,
  stepOf,
  stepsOf,
  workCells,
} from "../../lib/report/postmortem_words.ts";
import { World } from "../fakes/world.ts";
import { emptyView, panicView } from "../postmortem_world.ts";

Deno.test("headlineOf() tells a GPU panic, a loop, another panic and none apart", () => {
  // Kills: a GPU panic that a disk is blamed for; calm words over a loop.
  const gpu = panicView();
  const other = panicView({ isGpu: false, plainWords: null });
  const title = (...panics: readonly (typeof gpu)[]): string =>
    headlineOf(emptyView({ panics })).title;
  assert.equal(title(gpu), "The GPU driver took this Mac down");
  assert.equal(title(gpu, other), "The GPU driver took this Mac down");
  assert.match(title(gpu, gpu), /keeps taking/);
  assert.match(title(other), /does not blame the GPU driver/);
  assert.match(title(), /^No kernel panic/);
  assert.equal(headlineOf(emptyView()).tone, "good");
});

Deno.test("headlineOf() does not say that all is well where reports cannot be read", async () => {
  // Kills: a green page over evidence that nobody may open.
  const world = new World();
  world.store.put("/Library/Logs/DiagnosticReports/a.panic", "x", {
    mode: 0,
    userId: 0,
  });
  const gate = await world.guard().panicCooldown.check();
  const { tone, title } = headlineOf(emptyView({ gate }));
  assert.deepEqual([tone, title], [
    "warn",
    "Panic reports exist that cannot be read",
  ]);
});

Deno.test("certaintyWords() never says that nothing ran", () => {
  // Kills: "nothing was running" where nothing was written down.
  const words = (certainty: RunningBefore["certainty"]): string =>
    certaintyWords(panicView({
      running: { work: [], model: null, certainty, lastCrumbs: [] },
    }));
  assert.match(words("unknown"), /not "nothing ran"/);
  assert.match(words("likely"), /^Likely/);
  assert.match(words("sure"), /nobody can prove/);
  assert.match(
    certaintyWords(panicView()),
    /the panicked task, and the model is org\/model/,
  );
});

Deno.test("workCells() and panicRows() speak in a person's units", () => {
  // Kills: 5600000000 in a page for somebody at 3 a.m.
  const panic = panicView();
  const [work] = panic.running.work;
  assert.ok(work !== undefined);
  assert.deepEqual(workCells(work, panic), [
    "org/model",
    "generate, context 512, KV cache 5.6 GB",
    "pid 812",
    "2 min",
    "breadcrumbs, by boot and pid",
  ]);
  const rows = new Map(panicRows(panic, emptyView()));
  assert.match(rows.get("When") ?? "", /11:00 \(UTC\), 1 h ago/);
  assert.match(rows.get("Task") ?? "", /bystander/);
  assert.deepEqual(
    [
      bytesWords(999_999_999),
      bytesWords(1e9),
      sizeWords(1_023),
      sizeWords(1_048_576),
    ],
    ["1000 MB", "1.0 GB", "1023 B", "1.0 MiB"],
  );
  assert.deepEqual([counted(1, "line"), counted(0, "line")], [
    "1 line",
    "0 lines",
  ]);
});

Deno.test("stepsOf() gives commands that can be pasted, and none that a model's name could act in", () => {
  // Kills: `; rm -rf ~` out of a breadcrumb in a line to paste; a way round the gate as advice.
  const model = (name: string): readonly string[] =>
    stepsOf(emptyView({
      panics: [panicView({
        running: { work: [], model: name, certainty: "sure", lastCrumbs: [] },
      })],
    })).flatMap(({ commands }) => commands);
  assert.deepEqual(model("org/model-4bit"), [
    "metal-guard registry check org/model-4bit",
  ]);
  for (const bad of ["a; rm -rf ~", "$(x)", "-rf", "a b"]) {
    assert.deepEqual(model(bad), []);
  }
  assert.deepEqual(stepOf("Do this:\n$ a b\n$ c"), {
    words: "Do this:",
    commands: ["a b", "c"],
  });
  assert.deepEqual(stepsOf(emptyView())[0]?.commands, ["metal-guard status"]);
});

Deno.test("stepsOf() begins with the gate's own answer, and names no way round it", async () => {
  // Kills: advice that contradicts panic-gate.
  const world = new World().panic(0.5).panic(5);
  const gate = await world.guard().panicCooldown.check();
  const steps = stepsOf(emptyView({ gate, panics: [panicView()] }));
  assert.match(steps[0]?.words ?? "", /^Leave GPU work alone until/);
  const all = steps.flatMap(({ commands }) => commands).join("\n");
  assert.match(all, /metal-guard ack --reason/);
  assert.doesNotMatch(all, /DISABLED/);
});
