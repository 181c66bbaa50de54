import assert from "node:assert/strict";
import { readLastGood } from "../../lib/facts/last_good.ts";
import { STATE, World } from "../fakes/world.ts";

const PATH = `${STATE}/last-good.json`;

function read(world: World, path: string | undefined = PATH): ReturnType<
  typeof readLastGood
> {
  return readLastGood(world, path);
}

Deno.test("readLastGood() reads the record, and says nothing where there is none", () => {
  // Kills: a first start that is told its record is damaged.
  const world = new World();
  assert.deepEqual(read(world), { file: undefined, findings: [] });
  assert.deepEqual(readLastGood(world, undefined), {
    file: undefined,
    findings: [],
  });
  world.store.put(PATH, '{"ended_at": 1700000000, "versions": {"mlx": "1"}}');
  const { file, findings } = read(world);
  assert.deepEqual([file?.versions.get("mlx"), findings], ["1", []]);
});

Deno.test("readLastGood() reports a torn record, a folder in its place, and one without end", () => {
  // Kills: an answer that fails for a torn file; a record that is silently no record.
  for (
    const arrange of [
      (world: World) => world.store.put(PATH, '{"ended_at": 17'),
      (world: World) => world.store.putFolder(PATH),
      (world: World) =>
        world.store.put(PATH, `{"ended_at": 1, "x": "${"a".repeat(70_000)}"}`),
    ]
  ) {
    const world = new World();
    arrange(world);
    const { file, findings } = read(world);
    assert.equal(file, undefined);
    assert.deepEqual(findings.map((one) => one.code), ["last-good-unreadable"]);
  }
});

Deno.test("readLastGood() tells of a date ahead of now from 60 s on", () => {
  // Kills: `<` instead of `<=` at the edge of SAFETY T1; a record that is thrown away for its date.
  const world = new World();
  const nowMs = world.clock.now().epochMilliseconds;
  for (const [aheadMs, codes] of [[60_000, 0], [60_001, 1]] as const) {
    world.store.put(PATH, `{"ended_at": ${(nowMs + aheadMs) / 1_000}}`);
    const { file, findings } = read(world);
    assert.ok(file !== undefined);
    assert.equal(findings.length, codes);
  }
});
