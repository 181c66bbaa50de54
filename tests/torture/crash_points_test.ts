import assert from "node:assert/strict";
import type { FileStore } from "../../lib/ports/file_store.ts";
import {
  appendLine,
  readStateFile,
  replaceFile,
  rotateIfLarge,
  setAside,
} from "../../lib/ports/state_writer.ts";
import { FakeClock } from "../fakes/clock.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";
import {
  type CrashState,
  enumerateCrashStates,
} from "../fakes/lying_file_store.ts";
import {
  type Carelessness,
  crashCases,
  walkCrashPoints,
} from "./crash_points.ts";

const FOLDER = "/home/u/.cache/metal-guard";
const FILE = `${FOLDER}/breaker.json`;
const OLD = '{"panic_count": 2}\n';
const NEW = '{"panic_count": 3, "window_sec": 3600}\n';

function disk(): MemoryFileStore {
  return new MemoryFileStore({ clock: new FakeClock() }).putFolder(FOLDER);
}

/** What is wrong with `FILE`, as a reader finds it; `undefined` when nothing is. */
function judge(
  state: CrashState,
  allowed: readonly (string | undefined)[],
): string | undefined {
  const text = state.store.text(FILE);
  if (state.completed && !state.lied && text !== NEW) {
    return `not durable: ${text}`;
  }
  if (allowed.includes(text)) return undefined;
  if (text === undefined) return "absent";
  if (!state.lied) return `torn: ${text}`;
  return isThirdValue(text) ? `torn and decodable: ${text}` : undefined;
}

/** Whether a torn text would be read as something that nobody wrote. */
function isThirdValue(text: string): boolean {
  let value: string;
  try {
    value = JSON.stringify(JSON.parse(text));
  } catch {
    return false;
  }
  return ![OLD, NEW].some((known) =>
    JSON.stringify(JSON.parse(known)) === value
  );
}

/** Every state's complaint, once each; the count proves that something was looked at. */
function complaints(
  run: (store: FileStore) => void,
  initial: MemoryFileStore,
  allowed: readonly (string | undefined)[],
): { readonly states: number; readonly complaints: readonly string[] } {
  const found = new Set<string>();
  let states = 0;
  for (const state of enumerateCrashStates(run, initial)) {
    states++;
    const complaint = judge(state, allowed);
    if (complaint !== undefined) found.add(complaint.split(":", 1)[0] ?? "");
  }
  return { states, complaints: [...found].sort() };
}

Deno.test("replaceFile() leaves the old or the new content after any crash", () => {
  // Kills: writing in place, a rename before the sync, a name that is gone for a moment, no sync of the folder.
  const result = complaints(
    (store) => replaceFile(store, FILE, NEW),
    disk().put(FILE, OLD),
    [OLD, NEW],
  );
  assert.deepEqual(result.complaints, []);
  assert.ok(result.states > 50, `${result.states} states`);
});

Deno.test("replaceFile() makes a new file whole or not at all, its folders included", () => {
  // Kills: folders whose own names were never synced, so that a file which "was written" is gone.
  const initial = new MemoryFileStore().putFolder("/home/u");
  const result = complaints(
    (store) => replaceFile(store, FILE, NEW),
    initial,
    [undefined, NEW],
  );
  assert.deepEqual(result.complaints, []);
  assert.ok(result.states > 50, `${result.states} states`);
});

Deno.test("replaceFile() works on every disk that a crash of replaceFile() left", () => {
  // Kills: a leftover temporary file that blocks the next writer for ever.
  let states = 0;
  for (
    const { store, label } of enumerateCrashStates(
      (store) => replaceFile(store, FILE, OLD),
      new MemoryFileStore().putFolder("/home/u"),
    )
  ) {
    states++;
    replaceFile(store, FILE, NEW);
    const reading = readStateFile(store, FILE);
    assert.equal(reading.kind === "text" && reading.text, NEW, label);
  }
  assert.ok(states > 50);
});

Deno.test("replaceFile() leaves no temporary file behind when an operation fails", () => {
  // Kills: a full disk that fills up further with each attempt.
  const initial = disk().put(FILE, OLD);
  for (let room = 0; room < NEW.length; room++) {
    const store = initial.clone();
    store.freeBytes = room;
    assert.throws(() => replaceFile(store, FILE, NEW), {
      problem: "disk-full",
    });
    assert.deepEqual(store.list(FOLDER).map((e) => e.name), ["breaker.json"]);
    assert.equal(store.text(FILE), OLD);
  }
});

Deno.test("the crash model convicts writers that cut corners", () => {
  // Kills: a model that cannot fail, which would pass any writer.
  const temporary = `${FOLDER}/.breaker.json.0000000a.tmp`;
  function write(
    store: FileStore,
    path: string,
    sync: "sync" | "no sync",
  ): void {
    using file = store.open(path, { how: "replace", mode: 0o600 });
    file.write(new TextEncoder().encode(NEW));
    if (sync === "sync") file.sync();
  }
  const writers: Readonly<
    Record<string, readonly [(store: FileStore) => void, readonly string[]]>
  > = {
    "in place": [(store) => {
      store.remove(FILE);
      write(store, FILE, "sync");
      store.syncFolder(FOLDER);
    }, ["absent", "torn"]],
    "no sync of the file": [(store) => {
      write(store, temporary, "no sync");
      store.rename(temporary, FILE);
      store.syncFolder(FOLDER);
    }, ["not durable", "torn"]],
    "no sync of the folder": [(store) => {
      write(store, temporary, "sync");
      store.rename(temporary, FILE);
    }, ["not durable"]],
    "sync after the rename": [(store) => {
      using file = store.open(temporary, { how: "replace", mode: 0o600 });
      file.write(new TextEncoder().encode(NEW));
      store.rename(temporary, FILE);
      file.sync();
      store.syncFolder(FOLDER);
    }, ["torn"]],
  };
  for (const [name, [run, expected]] of Object.entries(writers)) {
    const result = complaints(run, disk().put(FILE, OLD), [OLD, NEW]);
    assert.deepEqual(result.complaints, expected, name);
  }
});

Deno.test("setAside() keeps the evidence under one of its two names after any crash", () => {
  // Kills: copy-and-delete, which loses a corrupt sentinel and with it the hold.
  const torn = '{"cooldown_un';
  const aside = `${FILE}.corrupt-1767225600`;
  let states = 0;
  for (
    const state of enumerateCrashStates(
      (store) => void setAside(store, FILE, 1_767_225_600),
      disk().put(FILE, torn),
    )
  ) {
    states++;
    const names = [FILE, aside].filter((path) =>
      state.store.text(path) === torn
    );
    assert.equal(names.length, 1, state.label);
    if (state.completed && !state.lied) assert.deepEqual(names, [aside]);
  }
  assert.ok(states >= 2);
});

Deno.test("setAside() puts back a file that was replaced meanwhile without a moment of absence", () => {
  // Kills: moving a good hold away because the one before it was torn.
  let states = 0;
  const aside = `${FILE}.corrupt-7`;
  for (
    const state of enumerateCrashStates((store) => {
      assert.throws(
        () => setAside(store, FILE, 7, { identity: "another" }),
        (error) =>
          error instanceof Error && "problem" in error &&
          (error.problem === "exists" || error.problem === "other" ||
            error.problem === "denied" ||
            error.problem === "disk-full"),
      );
    }, disk().put(FILE, OLD))
  ) {
    states++;
    const names = [FILE, aside].filter((path) =>
      state.store.text(path) === OLD
    );
    if (!state.lied) assert.ok(names.length >= 1, state.label);
  }
  assert.ok(states >= 3);
});

const LOG = `${FOLDER}/panics.jsonl`;

/** Nobody else is at work, so that there is nothing to wait for. */
const AT_ONCE = { wait: (): void => {} };

/** Checks a log after a crash: old lines whole, the new one whole, torn at the end, or not there. */
function checkLog(state: CrashState, old: string, line: string): void {
  const text = state.store.text(LOG) ?? "";
  assert.ok(text.startsWith(old), `${state.label}: old lines: ${text}`);
  const added = text.slice(old.length).replaceAll("\0", "");
  const whole = old === "" || old.endsWith("\n") ? `${line}\n` : `\n${line}\n`;
  assert.ok(whole.startsWith(added), `${state.label}: ${added}`);
  if (state.completed && !state.lied) assert.equal(added, whole, state.label);
  appendLine(state.store, LOG, "next", AT_ONCE);
  const lines = (state.store.text(LOG) ?? "").split("\n");
  assert.deepEqual(lines.slice(-2), ["next", ""], state.label);
}

Deno.test("appendLine() costs at most its own line, and the next one is whole", () => {
  // Kills: a line glued to a torn one; a new log whose name was never synced; lines lost by rewriting.
  const line = '{"ts": 1767225600.5, "signature": "unknown"}';
  const before = [undefined, "", "first\nsecond\n", "first\nsec"];
  for (const old of before) {
    const initial = disk();
    if (old !== undefined) initial.put(LOG, old);
    let states = 0;
    const run = (store: FileStore): void =>
      void appendLine(store, LOG, line, AT_ONCE);
    for (const state of enumerateCrashStates(run, initial)) {
      states++;
      checkLog(state, old ?? "", line);
    }
    assert.ok(states > line.length, `${states} states`);
  }
});

Deno.test("rotateIfLarge() keeps each line exactly once after any crash", () => {
  // Kills: moves that a disk may keep in another order; the move of the newest before the older ones.
  const lines = ["newest", "older", "old", "oldest"];
  const initial = disk().put(`${LOG}.flock`, "").put(LOG, "newest\n")
    .put(`${LOG}.1`, "older\n").put(`${LOG}.2`, "old\n")
    .put(`${LOG}.3`, "oldest\n");
  let states = 0;
  for (
    const state of enumerateCrashStates(
      (store) => void rotateIfLarge(store, LOG, 7, 3),
      initial,
    )
  ) {
    states++;
    const found = [LOG, `${LOG}.1`, `${LOG}.2`, `${LOG}.3`]
      .map((path) => state.store.text(path)?.trim())
      .filter((text) => text !== undefined);
    // With lying syncs the moves of names come in any order, and only then may `.1` and `.2` be written over.
    if (!state.lied) {
      assert.deepEqual(found.slice(0, 3), lines.slice(0, 3), state.label);
    }
    assert.ok(found.includes("newest"), state.label);
  }
  assert.ok(states >= 4);
});

for (const one of crashCases()) {
  Deno.test(`after any crash nothing recorded is lost and no defence is looser: ${one.name}`, async () => {
    // Kills: a file written in place, a name that is never synced, a failed call that is taken for a written record.
    const { states, complaints } = await walkCrashPoints(one);
    assert.deepEqual(complaints, []);
    const isRead = one.name.endsWith("a living Python program has it");
    assert.ok(states >= (isRead ? 2 : 40), `only ${states} disks`);
  });
}

/** Files that replace another one: what is written in place is torn, or gone for a moment. */
const REPLACED = /sentinel|the ack|gate's clock|cadence|live guards/;

for (
  const careless of ["nothing is synced", "written in place"] as Carelessness[]
) {
  Deno.test(`the crash points convict a layer whose writes are careless: ${careless}`, async () => {
    // Kills: judges that would let any writer pass.
    const cases = crashCases().filter(({ name }) =>
      careless === "written in place"
        ? REPLACED.test(name)
        : !name.endsWith("a living Python program has it")
    );
    assert.ok(cases.length >= 5);
    for (const one of cases) {
      const options = { careless, everyBytes: 256 };
      const { complaints } = await walkCrashPoints(one, options);
      assert.ok(complaints.length > 0, `nothing was found: ${one.name}`);
    }
  });
}
