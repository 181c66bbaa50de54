import assert from "node:assert/strict";
import { tryPlainCheck } from "../../lib/cli/registry_lane.ts";
import { runIn } from "../fakes/cli.ts";
import { World } from "../fakes/world.ts";

Deno.test("tryPlainCheck() knows the plain ways to ask", () => {
  // Kills: a program that pays for the scanner before each load.
  const plain = (line: string): unknown => tryPlainCheck(line.split(" "));
  assert.deepEqual(plain("registry check a/b"), {
    modelId: "a/b",
    flags: { json: false },
  });
  assert.deepEqual(plain("--json registry check a/b --gpu m4"), {
    modelId: "a/b",
    flags: { json: true, gpu: "M4" },
  });
  assert.deepEqual(plain("registry check --gpu M5 a/b --json"), {
    modelId: "a/b",
    flags: { json: true, gpu: "M5" },
  });
});

Deno.test("tryPlainCheck() leaves everything else to the scanner", () => {
  // Kills: a mistyped flag that is taken for a model.
  for (
    const line of [
      "registry check",
      "registry check a b",
      "registry check a --jsn",
      "registry check a --json --json",
      "registry check a --gpu",
      "registry check a --gpu G16",
      "registry check a --gpu M4 --gpu M4",
      "registry check -- a",
      "registry list a",
      "check a",
      "registry check a --gpu=M4",
      "status",
    ]
  ) assert.equal(tryPlainCheck(line.split(" ")), undefined, line);
});

Deno.test("the lane and the scanner give the same answer", async () => {
  // Kills: two answers to one question.
  const world = new World();
  const id = "mlx-community/gemma-4-31b-it-8bit";
  for (
    const flags of [[], ["--json"], ["--gpu", "M4"], ["--gpu", "M5", "--json"]]
  ) {
    const lane = await runIn(world, ["registry", "check", id, ...flags]);
    // A name in front of `--` is the scanner's.
    const scanned = await runIn(world, [
      "registry",
      "check",
      ...flags,
      "--",
      id,
    ]);
    assert.deepEqual(lane, scanned, flags.join(" "));
  }
});
