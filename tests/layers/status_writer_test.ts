import assert from "node:assert/strict";
import { FileError } from "../../lib/core/error.ts";
import {
  type StatusSink,
  StatusWriter,
  type StatusWriterSetup,
} from "../../lib/layers/status_writer.ts";
import type { StatusSnapshot } from "../../lib/report/status_snapshot.ts";
import { STATE, World } from "../fakes/world.ts";
import { readGoodStatus } from "../status_schema.ts";

const PATH = `${STATE}/status.json`;

function writerIn(
  world: World,
  setup: Partial<StatusWriterSetup> = {},
): StatusWriter {
  const guard = world.guard();
  return new StatusWriter({
    ...world,
    read: () => guard.status.read(),
    owner: () => undefined,
  }, { path: PATH, isPublic: false, sinks: [], version: "1.2.3", ...setup });
}

/** Lets a writer make so many pictures, 30 s apart. */
async function run(
  world: World,
  writer: StatusWriter,
  pictures: number,
  between: (number: number) => void = () => {},
): Promise<void> {
  const stop = new AbortController();
  const running = writer.run({ intervalMs: 30_000, signal: stop.signal });
  for (let number = 1; number <= pictures; number++) {
    while (world.clock.sleeping === 0) {
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    between(number);
    if (number < pictures) await world.clock.advance(30_000);
  }
  stop.abort();
  assert.deepEqual(await running, { isCut: false });
}

Deno.test("a picture every interval, whole, 0600, by the schema", async () => {
  // Kills: a writer that writes once; a file that other users may read.
  const world = new World().panic(1);
  const seen: unknown[] = [];
  await run(world, writerIn(world), 3, () => {
    const file = readGoodStatus(world.store.text(PATH) ?? "");
    seen.push(file["captured_at"]);
  });
  assert.deepEqual(seen, [
    "2026-11-23T12:00:00.000+00:00",
    "2026-11-23T12:00:30.000+00:00",
    "2026-11-23T12:01:00.000+00:00",
  ]);
  assert.equal(world.store.stat(PATH).mode, 0o600);
  assert.deepEqual(world.log.messages, []);
});

Deno.test("a disk that cannot be written is told once; the writer fails open and recovers", async () => {
  // Kills: a log of 2,880 lines a day; a writer that has given up when the disk is back.
  const world = new World();
  const writer = writerIn(world);
  let isBroken = true;
  const flaky: StatusSink = {
    name: "/metrics/metal_guard.prom",
    write: () => {
      if (isBroken) {
        throw new FileError(
          "read-only",
          "/metrics",
          "Cannot open /metrics: the disk is read-only",
        );
      }
    },
  };
  const both = writerIn(world, { sinks: [flaky] });
  await run(world, both, 6, (number) => {
    if (number === 4) isBroken = false;
  });
  assert.deepEqual(world.log.messages, [
    {
      level: "warn",
      text:
        "Cannot open /metrics: the disk is read-only; it is tried again and again",
    },
    {
      level: "info",
      text: "/metrics/metal_guard.prom is written again, after 4 failed tries",
    },
  ]);
  // What one of them cannot do is no reason for the other.
  readGoodStatus(world.store.text(PATH) ?? "");
  assert.equal(writer.path, PATH);
});

Deno.test("after ten failures in a row it looks less often, and only while nothing works", async () => {
  // Kills: a full disk that is written to every second for a night.
  const world = new World();
  const broken: StatusSink = {
    name: "x",
    write: () => Promise.reject(new Error("x")),
  };
  const alone = writerIn(world, { path: "/" });
  await assert.rejects(alone.write(), FileError);
  await run(world, alone, 10);
  assert.deepEqual(world.clock.slept, Array(9).fill(30_000).concat(60_000));
  world.clock.slept.length = 0;
  await run(world, writerIn(world, { sinks: [broken] }), 12);
  assert.deepEqual(world.clock.slept, Array(12).fill(30_000));
});

Deno.test("a deleted folder is made again", async () => {
  // Kills: a writer that ends, or goes blind, when somebody clears the cache.
  const world = new World();
  await run(world, writerIn(world), 2, (number) => {
    readGoodStatus(world.store.text(PATH) ?? "");
    if (number === 1) {
      for (const { name } of world.store.list(STATE)) {
        world.store.remove(`${STATE}/${name}`);
      }
      world.store.remove(STATE);
    }
  });
  assert.deepEqual(world.log.messages, []);
});

Deno.test("a clock that is set back is told once, and stops nothing", async () => {
  // Kills: a sleep until a wall time that is an hour away again.
  const world = new World();
  await run(world, writerIn(world), 4, (number) => {
    if (number === 2) world.clock.step(-3_600_000);
  });
  assert.deepEqual(world.log.messages.map(({ text }) => text), [
    "the wall clock was set back by 3570 s; captured_at follows it",
  ]);
  const file = readGoodStatus(world.store.text(PATH) ?? "");
  assert.equal(file["captured_at"], "2026-11-23T11:01:30.000+00:00");
});

Deno.test("what is no regular file is never replaced", async () => {
  // Kills: `--out /dev/null` by root, which would leave a machine without it.
  const world = new World();
  world.store.putFolder("/elsewhere/status.json");
  const writer = writerIn(world, { path: "/elsewhere/status.json" });
  await assert.rejects(writer.write(), /no regular file/);
});

Deno.test("each picture goes to every sink, and the first error comes out of write()", async () => {
  // Kills: a second file that is not written because the first one could not be.
  const world = new World();
  const seen: StatusSnapshot[] = [];
  const writer = writerIn(world, {
    path: "/",
    sinks: [{ name: "m", write: (snapshot) => void seen.push(snapshot) }],
  });
  await assert.rejects(writer.write(), FileError);
  assert.equal(seen.length, 1);
});

Deno.test("a request to end is heard in the middle of a picture", async () => {
  // Kills: a SIGTERM that waits for a program which hangs.
  const world = new World();
  const stop = new AbortController();
  const writer = new StatusWriter({
    ...world,
    read: () => new Promise<StatusSnapshot>(() => {}),
    owner: () => undefined,
  }, { path: PATH, isPublic: false, sinks: [], version: "1" });
  const running = writer.run({ intervalMs: 1_000, signal: stop.signal });
  stop.abort();
  assert.deepEqual(await running, { isCut: true });
});

Deno.test("a public picture is 0644 and holds no path, command line or breadcrumb", async () => {
  // Kills: a dashboard that shows everybody what somebody runs, and where they live (SAFETY P2).
  const world = new World({ env: { METALGUARD_MODE: "/Users/ada/secret" } })
    .panic(1, { process: "python3" });
  world.table.start(311);
  world.store.put(
    "/Users/ada/.metal-guard/locks/mlx_exclusive.lock",
    '{"pid": 311, "label": "/Users/ada/bin/serve", "started_at": "2026-11-23T11:59:00Z", "cmdline": "serve --secret"}',
  );
  world.store.put(`${STATE}/metal_breadcrumb.log`, "LOAD secret\n");
  world.store.put("/Library/Logs/DiagnosticReports/panic-full-9.panic", "", {
    mode: 0,
  });
  await world.guard().cadence.mark("/Users/ada/my models/secret one");
  await run(world, writerIn(world, { isPublic: true }), 1);
  const text = world.store.text(PATH) ?? "";
  const file = readGoodStatus(text);
  assert.equal(world.store.stat(PATH).mode, 0o644);
  assert.deepEqual(
    text.match(/.*(?:secret|\bada\b|\/Users|\/Library).*/g),
    null,
  );
  assert.equal(Object(file["lock"]).held, true);
  assert.equal(Object(file["panic_cooldown"]).kind, "cooldown");
});
