import assert from "node:assert/strict";
import { KIB, MIB } from "../../lib/core/bytes.ts";
import { known, unknown } from "../../lib/core/observed.ts";
import type { FileStore } from "../../lib/ports/file_store.ts";
import type { MemoryFileStore } from "../fakes/file_store.ts";
import { STATE, World } from "../fakes/world.ts";

const LOG = `${STATE}/metal_breadcrumb.log`;

/** A process whose working folder is `/cwd`. */
function workingIn(store: MemoryFileStore): FileStore {
  const absolute = (path: string): string =>
    path.startsWith("/") ? path : `/cwd/${path}`;
  return {
    list: (path) => store.list(absolute(path)),
    stat: (path) => store.stat(absolute(path)),
    readHead: (path, max) => store.readHead(absolute(path), max),
    readTail: (path, max) => store.readTail(absolute(path), max),
    makeFolder: (path) => store.makeFolder(absolute(path)),
    open: (path, options) => store.open(absolute(path), options),
    rename: (from, to) => store.rename(absolute(from), absolute(to)),
    link: (from, to) => store.link(absolute(from), absolute(to)),
    remove: (path) => store.remove(absolute(path)),
    chown: (path, user, group) => store.chown(absolute(path), user, group),
    syncFolder: (path) => store.syncFolder(absolute(path)),
  };
}

Deno.test("a line is that of the Python tool, in local time", async () => {
  // Kills: a log that only one of the two tools can read.
  const world = new World({ zone: "Europe/Paris" });
  const { breadcrumbs } = world.guard();
  await breadcrumbs.write("LOAD", "mlx-community/tiny START", { pid: 7 });
  await breadcrumbs.write("FLUSH");
  assert.equal(
    world.store.text(LOG),
    "[2026-11-23 13:00:00] LOAD: mlx-community/tiny START | pid=7\n" +
      "[2026-11-23 13:00:00] FLUSH\n",
  );
  assert.deepEqual([world.store.mode(LOG), world.store.mode(STATE)], [
    0o600,
    0o700,
  ]);
});

Deno.test("only lines that a reboot may cut off from their end say when and in which boot", async () => {
  // Kills: a suspect that cannot be placed in time; sysctl started for each line (SAFETY T5).
  const world = new World();
  const { breadcrumbs } = world.guard();
  for (const tag of ["SUBPROC_PRE", "SUBPROC_POST", "RUN_START", "RUN_END"]) {
    await breadcrumbs.write(tag, "m", { at: 1 });
  }
  assert.equal(world.system.bootReads, 4);
  await breadcrumbs.write("LOAD", "m");
  assert.equal(world.system.bootReads, 4);
  const lines = (world.store.text(LOG) ?? "").trimEnd().split("\n");
  const at = world.clock.now().epochMilliseconds;
  for (const line of lines.slice(0, 4)) {
    assert.ok(line.endsWith(`: m | at=${at} boot=11111111`), line);
  }
  assert.ok(lines[4]?.endsWith("LOAD: m"));
});

Deno.test("a boot without a name leaves only `boot=` out", async () => {
  // Kills: `boot=undefined`.
  const world = new World();
  world.system.boot = unknown("sysctl timed out");
  await world.guard().breadcrumbs.write("RUN_START");
  assert.match(world.store.text(LOG) ?? "", /RUN_START \| at=\d+\n$/);
  world.system.boot = known("ABCDEF01-0000-4000-8000-000000000000");
  await world.guard().breadcrumbs.write("RUN_END");
  assert.match(world.store.text(LOG) ?? "", /boot=ABCDEF01\n$/);
});

Deno.test("breadcrumbs fails open: a disk that is full, closed or read-only never throws, and is told once", async () => {
  // Kills: an inference that dies because a log cannot be written.
  const ways: readonly ((store: MemoryFileStore) => void)[] = [
    (store) => {
      store.freeBytes = 0;
    },
    (store) => {
      store.putFolder("/Users/ada", { mode: 0o500 });
      store.putFolder(STATE, { mode: 0 });
    },
    (store) => {
      store.readOnly = true;
    },
    (store) => store.putFolder(LOG),
    (store) => store.putOther(LOG),
    (store) => {
      store.open = () => {
        throw new TypeError("a mistake of ours");
      };
    },
  ];
  for (const [index, way] of ways.entries()) {
    const world = new World();
    way(world.store);
    const { breadcrumbs } = world.guard();
    await breadcrumbs.write("LOAD", "a");
    await breadcrumbs.write("LOAD", "b");
    assert.equal(world.log.messages.length, 1, `way ${index}`);
    assert.match(world.log.messages[0]?.text ?? "", /^breadcrumbs are not/);
  }
});

Deno.test("the log is moved aside at 8 MiB, three old ones stay, and no line is lost", async () => {
  // Kills: a log that fills the disk; a rotation that drops the line it makes room for.
  const world = new World();
  const { breadcrumbs } = world.guard();
  world.store.put(LOG, `${"x".repeat(8 * MIB - 2)}\n`);
  await breadcrumbs.write("LOAD", "stays");
  assert.equal(world.store.text(`${LOG}.1`), undefined);
  for (const name of ["one", "two", "three", "four"]) {
    world.store.put(LOG, `${name}${"x".repeat(8 * MIB)}`);
    await breadcrumbs.write("LOAD", name);
    assert.equal(
      world.store.text(LOG),
      `[2026-11-23 12:00:00] LOAD: ${name}\n`,
    );
  }
  const starts = [1, 2, 3, 4].map((number) =>
    world.store.text(`${LOG}.${number}`)?.slice(0, 5)
  );
  assert.deepEqual(starts, ["fourx", "three", "twoxx", undefined]);
});

Deno.test("the tail reaches across a rotation, oldest first", () => {
  // Kills: `-n 20` that shows one line after a rotation, which is when a panic is likely.
  const world = new World();
  world.store.put(`${LOG}.1`, "a\nb\nc\n").put(LOG, "d\ne");
  const { breadcrumbs } = world.guard();
  assert.deepEqual(breadcrumbs.tail(1), ["e"]);
  assert.deepEqual(breadcrumbs.tail(2), ["d", "e"]);
  assert.deepEqual(breadcrumbs.tail(3), ["c", "d", "e"]);
  assert.deepEqual(breadcrumbs.tail(9), ["a", "b", "c", "d", "e"]);
  assert.deepEqual(breadcrumbs.tail(0), []);
  assert.deepEqual(breadcrumbs.tail(-1), []);
});

Deno.test("a tail reads the end of a large log only", () => {
  // Kills: a log of 1 GiB read whole for twenty lines; half a line shown as one.
  const world = new World();
  world.store.put(LOG, `${"x".repeat(20 * KIB)}\n${"y".repeat(4_000)}\nz\n`);
  const asked: number[] = [];
  const readTail = world.store.readTail.bind(world.store);
  world.store.readTail = (path, maxBytes) => {
    asked.push(maxBytes);
    return readTail(path, maxBytes);
  };
  assert.deepEqual(world.guard().breadcrumbs.tail(3), [
    "y".repeat(4_000),
    "z",
  ]);
  assert.deepEqual(asked, [16 * KIB]);
});

Deno.test("a log that cannot be read, or is no file, has no lines, and that is told", () => {
  // Kills: `status` that dies, hangs on a FIFO, or shows an empty log where one is closed.
  const put: readonly ((store: MemoryFileStore) => MemoryFileStore)[] = [
    (store) => store.put(LOG, "a\n", { mode: 0 }),
    (store) => store.putFolder(LOG),
    (store) => store.putOther(LOG),
  ];
  for (const way of put) {
    const world = new World();
    way(world.store);
    const { lines, findings } = world.guard().breadcrumbs.readTail(5);
    assert.deepEqual(lines, []);
    assert.deepEqual(findings.map((one) => one.code), [
      "breadcrumbs-unreadable",
    ]);
    assert.deepEqual(world.store.opened, []);
  }
});

Deno.test("./logs is used only where it exists; a named path wins over it; null switches off", async () => {
  // Kills: a log in `/logs` under launchd, whose folder is `/`; a crumb written although it was switched off.
  const world = new World();
  const store = workingIn(world.store);
  assert.equal(world.guard({}, store).breadcrumbs.path, LOG);
  world.store.putFolder("/cwd/logs/metal_breadcrumb.log");
  assert.equal(world.guard({}, store).breadcrumbs.path, LOG);

  const there = new World();
  there.store.put("/cwd/logs/metal_breadcrumb.log", "");
  const cwd = workingIn(there.store);
  const relative = there.guard({}, cwd).breadcrumbs;
  assert.equal(relative.path, "logs/metal_breadcrumb.log");
  await relative.write("LOAD");
  assert.match(
    there.store.text("/cwd/logs/metal_breadcrumb.log") ?? "",
    /LOAD/,
  );

  there.env["METALGUARD_BREADCRUMB_PATH"] = "/named.log";
  assert.equal(there.guard({}, cwd).breadcrumbs.path, "/named.log");
  const off = there.guard({ paths: { breadcrumbs: null } }, cwd).breadcrumbs;
  assert.equal(off.path, null);
  await off.write("LOAD");
  assert.deepEqual(off.tail(5), []);
  assert.equal(there.store.text("/named.log"), undefined);
  assert.deepEqual(there.log.messages, []);
});

Deno.test("no log yet is no finding", () => {
  // Kills: a note on each machine where nothing was ever written.
  const world = new World();
  const none = { lines: [], findings: [] };
  assert.deepEqual(world.guard().breadcrumbs.readTail(5), none);
  world.store.put("/file", "");
  world.env["METALGUARD_BREADCRUMB_PATH"] = "/file/below.log";
  assert.deepEqual(world.guard().breadcrumbs.readTail(5), none);
});

Deno.test("without HOME there is no place, and writing is no error", async () => {
  // Kills: `undefined/metal_breadcrumb.log`.
  const world = new World({ env: { HOME: undefined } });
  const { breadcrumbs } = world.guard();
  await breadcrumbs.write("LOAD");
  assert.equal(breadcrumbs.path, null);
  assert.deepEqual(world.log.messages, []);
});
