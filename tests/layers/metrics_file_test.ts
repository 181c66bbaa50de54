import assert from "node:assert/strict";
import { FileError } from "../../lib/core/error.ts";
import { MetricsFile } from "../../lib/layers/metrics_file.ts";
import { figuresIn } from "../fakes/metrics.ts";
import { World } from "../fakes/world.ts";

const FOLDER = "/opt/textfile";
const FILE = `${FOLDER}/metal_guard.prom`;

function metricsOn(world: World, folder = FOLDER): MetricsFile {
  return new MetricsFile({ store: world.store, owner: () => undefined }, {
    folder,
    intervalMs: 30_000,
    version: "1.2.3",
  });
}

Deno.test("the metrics file is whole, readable for the collector, and alone in its folder", async () => {
  // Kills: a 0600 file that node_exporter cannot read; a temporary file whose name ends in .prom.
  const world = new World();
  world.store.putFolder(FOLDER, { mode: 0o755 });
  const file = metricsOn(world, `${FOLDER}/`);
  assert.equal(file.name, FILE);
  file.write(await world.guard().status.read());
  file.write(await world.guard().status.read());
  assert.equal(world.store.stat(FILE).mode, 0o644);
  assert.deepEqual(world.store.list(FOLDER).map(({ name }) => name), [
    "metal_guard.prom",
  ]);
  const text = new TextDecoder().decode(world.store.readHead(FILE, 100_000));
  assert.equal(figuresIn(text).get("metal_guard_write_interval_seconds"), 30);
});

Deno.test("a folder that is not there is not made, and what is no file is not replaced", async () => {
  // Kills: a folder of 0700 made by a typing mistake, into which no collector looks; a folder that is renamed over.
  const world = new World();
  const snapshot = await world.guard().status.read();
  assert.throws(() => metricsOn(world).write(snapshot), (error) => {
    assert.ok(error instanceof FileError);
    assert.match(error.message, /its folder is not there; make it/);
    return true;
  });
  assert.throws(() => world.store.stat(FOLDER));
  world.store.putFolder(FOLDER, { mode: 0o755 }).putFolder(FILE);
  assert.throws(() => metricsOn(world).write(snapshot), /no regular file/);
  world.store.put("/opt/file", "");
  assert.throws(() => metricsOn(world, "/opt/file").write(snapshot), FileError);
});

Deno.test("writing metrics fails open: the old file stands, with its own time", async () => {
  // Kills: an empty file in place of an old one, at which every alert on this Mac resolves.
  const world = new World();
  world.store.putFolder(FOLDER, { mode: 0o755 });
  const snapshot = await world.guard().status.read();
  metricsOn(world).write(snapshot);
  const before = world.store.readHead(FILE, 100_000);
  world.store.putFolder(FOLDER, { mode: 0o555, userId: 0 });
  assert.throws(() => metricsOn(world).write(snapshot), FileError);
  assert.deepEqual(world.store.readHead(FILE, 100_000), before);
});
