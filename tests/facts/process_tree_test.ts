import assert from "node:assert/strict";
import { ProcessTree } from "../../lib/facts/process_tree.ts";
import { FakeProcessTable } from "../fakes/process_table.ts";

Deno.test("what was seen to descend is known also when its parent is gone", async () => {
  // Kills: a daemon that is forgotten the moment its parent ends.
  const table = new FakeProcessTable();
  table.start(10);
  table.start(11, { parentPid: 10 });
  table.start(12, { parentPid: 11 });
  const tree = new ProcessTree(table, 10);
  await tree.refresh();
  assert.deepEqual([...tree.pids].sort(), [11, 12]);
  table.end(11);
  table.start(13, { parentPid: 12 });
  await tree.refresh();
  assert.deepEqual([...tree.pids].sort(), [12, 13]);
  assert.equal(tree.escaped, 1);
});

Deno.test("what has ended is forgotten, and a recycled pid is somebody else", async () => {
  // Kills: a signal to a stranger.
  const table = new FakeProcessTable();
  table.start(10);
  table.start(11, { parentPid: 10 });
  const tree = new ProcessTree(table, 10);
  await tree.refresh();
  table.end(11);
  table.start(11, { parentPid: 1 });
  await tree.refresh();
  assert.deepEqual(tree.pids, []);
});

Deno.test("once the root has ended, its pid's next owner has no family of ours", async () => {
  // Kills: a tree taken over from the program that got the number next.
  const table = new FakeProcessTable();
  table.start(10);
  table.start(11, { parentPid: 10 });
  const tree = new ProcessTree(table, 10);
  await tree.refresh();
  tree.rootEnded();
  table.end(10);
  table.start(10);
  table.start(99, { parentPid: 10 });
  await tree.refresh();
  assert.deepEqual(tree.pids, [11]);
});

Deno.test("fails closed: where nothing can be looked at, the tree stays as it was", async () => {
  // Kills: a tree that is empty because ps failed, so that nothing is ended.
  const table = new FakeProcessTable();
  table.start(10);
  table.start(11, { parentPid: 10 });
  const tree = new ProcessTree(table, 10);
  await tree.refresh();
  table.blindBecause = "ps failed";
  await tree.refresh();
  assert.deepEqual(tree.pids, [11]);
});
