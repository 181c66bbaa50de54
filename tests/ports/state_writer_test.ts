import assert from "node:assert/strict";
import { createDenoFileStore } from "../../lib/adapters/deno/file_store.ts";
import type { FileStore } from "../../lib/ports/file_store.ts";
import {
  readStateFile,
  replaceFile,
  setAside,
} from "../../lib/ports/state_writer.ts";
import { FakeClock } from "../fakes/clock.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";

const FOLDER = "/home/u/state";
const FILE = `${FOLDER}/breaker.json`;

function disk(clock = new FakeClock()): MemoryFileStore {
  return new MemoryFileStore({ clock }).putFolder(FOLDER);
}

function namesIn(store: FileStore, folder: string): string[] {
  return store.list(folder).map(({ name }) => name).sort();
}

Deno.test("readStateFile() tells absent, text and unreadable apart", () => {
  // Kills: an unreadable hold taken for none, which opens the gate.
  const store = disk().put(FILE, "{}").put(`${FOLDER}/closed`, "x", { mode: 0 })
    .putLink(`${FOLDER}/loop`, "loop").putLink(`${FOLDER}/nowhere`, "gone")
    .put(`${FOLDER}/cut`, new Uint8Array([0x7b, 0xff]));
  const kinds = ["none", "nowhere", "breaker.json", "closed", "loop", "cut"]
    .map((name) => {
      const reading = readStateFile(store, `${FOLDER}/${name}`);
      return reading.kind === "unreadable" ? reading.problem : reading.kind;
    });
  assert.deepEqual(kinds, [
    "absent",
    "absent",
    "text",
    "denied",
    "link-loop",
    "text",
  ]);
  const closed = readStateFile(store, `${FOLDER}/closed`);
  assert.ok(closed.kind === "unreadable" && closed.stat !== undefined);
  assert.match(closed.message, /permission denied/);
});

Deno.test("readStateFile() never opens a FIFO, a folder or what is too large", () => {
  // Kills: a gate that hangs on a FIFO, or reads 2 GB into memory; `>=` instead of `>` at the limit.
  const store = disk().putOther(`${FOLDER}/fifo`).putFolder(`${FOLDER}/folder`)
    .put(`${FOLDER}/11`, "x".repeat(11)).put(`${FOLDER}/10`, "x".repeat(10));
  for (const name of ["fifo", "folder", "11"]) {
    const reading = readStateFile(store, `${FOLDER}/${name}`, 10);
    assert.equal(reading.kind, "unreadable", name);
  }
  assert.deepEqual(store.opened, []);
  assert.equal(readStateFile(store, `${FOLDER}/10`, 10).kind, "text");
});

Deno.test("readStateFile() stops at the limit when the file grows after the look", () => {
  // Kills: trust in a size that was true a moment ago.
  const store = disk().put(FILE, "x".repeat(10));
  const grows: FileStore = Object.assign(Object.create(store), {
    stat: (path: string) =>
      Object.create(store.stat(path), { sizeBytes: { value: 5 } }),
    readHead: (path: string, max: number) => store.readHead(path, max),
  });
  assert.equal(readStateFile(grows, FILE, 9).kind, "unreadable");
});

Deno.test("replaceFile() leaves one file, of the mode that was asked for", () => {
  // Kills: a temporary file left behind; 0644 for what only its owner may read.
  for (const mode of [undefined, 0o644]) {
    const store = disk();
    const options = mode === undefined ? {} : { mode };
    replaceFile(store, FILE, "one", options);
    replaceFile(store, FILE, "two", options);
    assert.deepEqual(namesIn(store, FOLDER), ["breaker.json"]);
    assert.equal(store.text(FILE), "two");
    assert.equal(store.mode(FILE), mode ?? 0o600);
  }
});

Deno.test("replaceFile() steps aside when its temporary name is taken, by a file or a link", () => {
  // Kills: a link planted under a name that can be guessed; a leftover that blocks for ever.
  const store = disk().put("/home/u/victim", "precious")
    .putLink(`${FOLDER}/.breaker.json.0000000a.tmp`, "/home/u/victim");
  const tokens = ["0000000a", "0000000b"];
  replaceFile(store, FILE, "new", { nextToken: () => tokens.shift() ?? "" });
  assert.equal(store.text(FILE), "new");
  assert.equal(store.text("/home/u/victim"), "precious");
  assert.throws(
    () => replaceFile(store, FILE, "newer", { nextToken: () => "0000000a" }),
    { problem: "exists" },
  );
  assert.equal(store.text(FILE), "new");
});

Deno.test("replaceFile() replaces a link and leaves its target alone", () => {
  // Kills: writing through a link that leads out of our folder.
  const store = disk().put("/home/u/victim", "precious")
    .putLink(FILE, "/home/u/victim");
  replaceFile(store, FILE, "new");
  assert.equal(store.text("/home/u/victim"), "precious");
  assert.equal(store.text(FILE), "new");
});

Deno.test("replaceFile() sweeps its own leftovers of yesterday and nothing else", () => {
  // Kills: a pattern that takes a user's file, or a temporary file that somebody is writing right now.
  const clock = new FakeClock("2026-03-02T00:00:00Z");
  const dayOld = { modifiedAt: "2026-03-01T00:00:00Z" };
  const older = { modifiedAt: "2026-02-28T23:59:59.999Z" };
  const store = disk(clock)
    .put(`${FOLDER}/.breaker.json.00000001.tmp`, "", older)
    .put(`${FOLDER}/.breaker.json.00000002.tmp`, "", dayOld)
    .put(`${FOLDER}/.breaker.json.0000000g.tmp`, "", older)
    .put(`${FOLDER}/.breaker.json.000000001.tmp`, "", older)
    .put(`${FOLDER}/.cadence.json.00000001.tmp`, "", older)
    .put(`${FOLDER}/breaker.json.00000001.tmp`, "", older)
    .putFolder(`${FOLDER}/.breaker.json.00000003.tmp`, older);
  replaceFile(store, FILE, "new");
  assert.deepEqual(namesIn(store, FOLDER), [
    ".breaker.json.000000001.tmp",
    ".breaker.json.00000002.tmp",
    ".breaker.json.00000003.tmp",
    ".breaker.json.0000000g.tmp",
    ".cadence.json.00000001.tmp",
    "breaker.json",
    "breaker.json.00000001.tmp",
  ]);
});

Deno.test("replaceFile() by root gives file and folders to the home's owner, or writes nothing", () => {
  // Kills: `sudo metal-guard hold` that locks the user out of their own hold.
  const owner = { userId: 501, groupId: 20 };
  const store = new MemoryFileStore({ userId: 0 }).putFolder("/home/u", owner);
  replaceFile(store, FILE, "new", { owner });
  assert.equal(store.stat(FILE).userId, 501);
  assert.equal(store.stat(FOLDER).userId, 501);
  const user = disk().put(FILE, "old");
  assert.throws(
    () => replaceFile(user, FILE, "new", { owner: { userId: 1, groupId: 1 } }),
    { problem: "denied" },
  );
  assert.equal(user.text(FILE), "old");
  assert.deepEqual(namesIn(user, FOLDER), ["breaker.json"]);
});

Deno.test("replaceFile() says why it could not write, and the old content stands", () => {
  // Kills: a failed write reported as done.
  const full = disk().put(FILE, "old");
  full.freeBytes = 2;
  const closed = disk().put(FILE, "old").putFolder(FOLDER, { mode: 0o500 });
  const readOnly = disk().put(FILE, "old");
  readOnly.readOnly = true;
  for (
    const [store, problem] of [
      [full, "disk-full"],
      [closed, "denied"],
      [readOnly, "read-only"],
    ] as const
  ) {
    assert.throws(() => replaceFile(store, FILE, "new"), { problem });
    assert.equal(store.text(FILE), "old");
  }
});

Deno.test("setAside() moves to a name that carries the moment, and never over another", () => {
  // Kills: a second torn file that overwrites the first one's moment; a shorter hold for it.
  const store = disk().put(FILE, "torn 1");
  assert.equal(
    setAside(store, FILE, 1_767_225_600.9),
    `${FILE}.corrupt-1767225600`,
  );
  store.put(FILE, "torn 2");
  assert.equal(
    setAside(store, FILE, 1_767_225_600),
    `${FILE}.corrupt-1767225601`,
  );
  assert.equal(store.text(`${FILE}.corrupt-1767225600`), "torn 1");
  assert.equal(store.text(`${FILE}.corrupt-1767225601`), "torn 2");
  assert.throws(() => setAside(store, FILE, 1), { problem: "absent" });
  for (let second = 100; second < 160; second++) {
    store.put(`${FILE}.corrupt-${second}`, "");
  }
  store.put(FILE, "torn 3");
  assert.throws(() => setAside(store, FILE, 100), { problem: "exists" });
  assert.equal(store.text(FILE), "torn 3");
});

Deno.test("setAside() moves a folder that has the file's name", () => {
  // Kills: a hold that can never be lifted because what stands in its place is no file.
  const store = disk().putFolder(FILE);
  assert.equal(store.stat(setAside(store, FILE, 5)).kind, "folder");
});

Deno.test("setAside() puts back a file that is not the one that was read", () => {
  // Kills: a good hold moved away, because it was written between the read and the move.
  const store = disk().put(FILE, "torn");
  const { identity } = store.stat(FILE);
  replaceFile(store, FILE, "good");
  assert.throws(() => setAside(store, FILE, 5, { identity }), {
    problem: "exists",
  });
  assert.equal(store.text(FILE), "good");
  assert.deepEqual(namesIn(store, FOLDER), ["breaker.json"]);
  setAside(store, FILE, 5, { identity: store.stat(FILE).identity });
  assert.deepEqual(namesIn(store, FOLDER), ["breaker.json.corrupt-5"]);
});

Deno.test("the state writer works on a real disk", async () => {
  // Kills: a step that only the disk in memory allows.
  const home = await Deno.makeTempDir();
  try {
    const store = createDenoFileStore();
    const path = `${home}/.cache/metal-guard/breaker.json`;
    assert.deepEqual(readStateFile(store, path), { kind: "absent" });
    replaceFile(store, path, "one");
    replaceFile(store, path, "two");
    const reading = readStateFile(store, path);
    assert.equal(reading.kind === "text" && reading.text, "two");
    const aside = setAside(store, path, 7);
    assert.deepEqual(
      namesIn(store, `${home}/.cache/metal-guard`),
      ["breaker.json.corrupt-7"],
    );
    assert.equal(aside, `${path}.corrupt-7`);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
