import assert from "node:assert/strict";
import { WiredHook, type WiredHookSetup } from "../../lib/layers/wired_hook.ts";
import { FakeClock } from "../fakes/clock.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";
import { FakeLog } from "../fakes/log.ts";

const MARKS = "/s/wired-hook/42.marks";

/** A hook over a disk in memory. */
class Scene {
  readonly clock = new FakeClock();
  readonly store = new MemoryFileStore().putFolder("/s");
  readonly log = new FakeLog();
  readonly records: string[] = [];
  readonly hook: WiredHook;

  constructor(setup: Partial<WiredHookSetup> = {}) {
    const { clock, store, log } = this;
    this.hook = new WiredHook({
      clock,
      store,
      log,
      record: (_kind, reason) => this.records.push(reason),
    }, {
      policy: "off",
      stateFolder: "/s",
      program: "print()",
      pythonPath: undefined,
      pid: 42,
      ...setup,
    });
  }

  get words(): readonly string[] {
    return this.log.messages.map(({ text }) => text);
  }
}

Deno.test("prepare() puts the hook first and keeps the path that was there", () => {
  // Kills: a user's PYTHONPATH that is lost; an empty part, which would be the current folder.
  for (
    const [pythonPath, expected] of [
      [undefined, "/s/wired-hook"],
      ["", "/s/wired-hook"],
      ["/a:/b", "/s/wired-hook:/a:/b"],
      ["/s/wired-hook:/a", "/s/wired-hook:/a"],
    ] as const
  ) {
    const scene = new Scene({ pythonPath });
    assert.deepEqual(scene.hook.prepare(), {
      ["PYTHONPATH"]: expected,
      ["METALGUARD_WIRED_LIMIT"]: "off",
      ["METALGUARD_WIRED_MARKS"]: MARKS,
    });
    assert.deepEqual(scene.words, []);
  }
});

Deno.test("wired_hook fails open: where the hook has no place the program runs without it, and it says so", () => {
  // Kills: a mitigation that is believed to be on; a run that is refused because of it.
  for (
    const [stateFolder, why] of [
      [undefined, /not in force: there is no HOME/],
      ["/a:b", /not in force: PYTHONPATH cannot hold/],
    ] as const
  ) {
    const scene = new Scene({ stateFolder });
    assert.deepEqual(scene.hook.prepare(), {});
    scene.hook.close();
    assert.match(scene.words.join("\n"), why);
    assert.equal(scene.records.length, 1);
  }
});

Deno.test("marks are told once, and no mark is told at the end or after its time", async () => {
  // Kills: "in force" for a `python -I`; a line for each look.
  const scene = new Scene();
  scene.hook.prepare();
  const over = new AbortController();
  const watch = scene.hook.watch(over.signal);
  await scene.clock.advance(14_999);
  assert.deepEqual(scene.words, []);
  await scene.clock.advance(501);
  assert.match(scene.words[0] ?? "", /not in force: no Python/);
  scene.store.put(MARKS, "7 loaded\n7 in-force\n7 loaded\n8 failed\n9 abs");
  await scene.clock.advance(2_000);
  assert.deepEqual(scene.words.slice(1), [
    "wired limit off: on in process 7",
    "wired limit off: in force in process 7, MLX is loaded",
    "wired limit off: not in force in process 8: its MLX could not be changed",
  ]);
  over.abort();
  await watch;
  scene.hook.close();
  assert.equal(scene.words.length, 4);
  assert.deepEqual(scene.records, scene.words);
  assert.throws(() => scene.store.stat(MARKS));
  const silent = new Scene();
  silent.hook.prepare();
  silent.hook.close();
  assert.match(silent.words[0] ?? "", /not in force: no Python/);
});
