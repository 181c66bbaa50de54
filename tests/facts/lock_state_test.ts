import assert from "node:assert/strict";
import {
  holderOf,
  readAncestors,
  readLockFile,
  readLockText,
  readRecordedProcesses,
} from "../../lib/facts/lock_state.ts";
import { decodeLock } from "../../lib/parse/state/lock_file.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";
import { FakeProcessTable } from "../fakes/process_table.ts";

const NOW = Temporal.Instant.from("2026-01-01T12:00:00Z");
const PATH = "/locks/gpu.lock";
const RECORD =
  '{"pid": 311, "label": "x", "started_at": "2026-01-01T11:00:00Z", "cmdline": "-c"}';

function memory(): MemoryFileStore {
  return new MemoryFileStore().putFolder("/locks");
}

Deno.test("readLockFile() reads a record, and knows whose it is", () => {
  // Kills: a file that somebody else has put into a shared folder taken away as if it were ours.
  const store = memory();
  assert.deepEqual(readLockFile(store, PATH, NOW), { kind: "absent" });
  assert.equal(readLockText(store, PATH), undefined);
  store.put(PATH, RECORD);
  const ours = readLockFile(store, PATH, NOW);
  assert.ok(ours.kind === "record");
  assert.equal(ours.text, RECORD);
  assert.equal(readLockText(store, PATH), RECORD);
  assert.equal(ours.isTrusted, true);
  assert.deepEqual(holderOf(ours.file), {
    pid: 311,
    label: "x",
    startedAt: Temporal.Instant.from("2026-01-01T11:00:00Z"),
    commandLine: "-c",
    guardPid: null,
    host: null,
  });
  store.put(PATH, RECORD, { userId: 502, mode: 0o644 });
  const theirs = readLockFile(store, PATH, NOW);
  assert.ok(theirs.kind === "record");
  assert.equal(theirs.isTrusted, false);
});

Deno.test("readLockFile() fails closed: garbage is damaged, never absent, and aged by what nobody can set", () => {
  // Kills: a torn record read as "free"; `touch -d 2036`, which would lock for ten years.
  const cases: readonly string[] = [
    "",
    "{",
    "null",
    '{"pid": -1, "label": "x", "started_at": "2026-01-01T11:00:00Z"}',
    "x".repeat(10 * 2 ** 20),
  ];
  for (const text of cases) {
    const store = memory().put(PATH, text, {
      modifiedAt: "2036-01-01T00:00:00Z",
      changedAt: NOW.subtract({ seconds: 31 }),
    });
    const read = readLockFile(store, PATH, NOW);
    assert.ok(read.kind === "damaged", text.slice(0, 80));
    assert.equal(read.ageMs, 31_000);
    assert.equal(read.identity, store.stat(PATH).identity);
  }
});

Deno.test("readLockFile() neither follows nor opens what is no file", () => {
  // Kills: a link to somebody's file read, and in the end taken away; a FIFO that hangs.
  const cases: readonly ((store: MemoryFileStore) => void)[] = [
    (store) => store.putLink(PATH, "/secret"),
    (store) => store.putFolder(PATH),
    (store) => store.putOther(PATH),
    (store) => store.put(PATH, RECORD, { mode: 0o600, userId: 0 }),
  ];
  for (const put of cases) {
    const store = memory().put("/secret", RECORD);
    put(store);
    assert.equal(readLockFile(store, PATH, NOW).kind, "obstacle");
    assert.deepEqual(store.opened, []);
  }
  const inFile = new MemoryFileStore().put("/locks", "");
  assert.equal(readLockFile(inFile, PATH, NOW).kind, "obstacle");
});

Deno.test("readRecordedProcesses() looks at the guard where it is another process", async () => {
  // Kills: a guard that is its own child looked at twice; one that is not looked at.
  const table = new FakeProcessTable();
  table.start(311);
  const file = decodeLock(RECORD);
  const alone = await readRecordedProcesses(table, file);
  assert.equal(alone.process.kind, "alive");
  assert.equal(alone.guard, undefined);
  const same = await readRecordedProcesses(table, { ...file, guardPid: 311 });
  assert.equal(same.guard, undefined);
  const other = await readRecordedProcesses(table, { ...file, guardPid: 300 });
  assert.deepEqual(other.guard, { kind: "gone" });
});

Deno.test("readAncestors() goes up to the first process, and ends on a table that lies", async () => {
  // Kills: only the parent; an endless walk.
  const table = new FakeProcessTable();
  table.start(10, { parentPid: 1 });
  table.start(20, { parentPid: 10 });
  table.start(30, { parentPid: 20 });
  table.start(1, { parentPid: 0 });
  assert.deepEqual(await readAncestors(table, 30), [20, 10, 1]);
  assert.deepEqual(await readAncestors(table, 99), []);
  table.start(40, { parentPid: 41 });
  table.start(41, { parentPid: 40 });
  assert.equal((await readAncestors(table, 40)).length, 64);
});
