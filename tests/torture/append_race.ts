/**
 * One racer of `append_race_test.ts`: `append PATH NAME COUNT PATIENT` appends numbered lines, `rotate PATH BYTES KEEP
 * STOP` rotates until the file STOP exists.
 *
 * @module
 */
import { createDenoFileStore } from "../../lib/adapters/deno/file_store.ts";
import { appendLine, rotateIfLarge } from "../../lib/ports/state_writer.ts";
import type { FileStore, OpenFile } from "../../lib/ports/file_store.ts";

/** Appends `count` lines and says how many of them without the lock. */
function append(
  path: string,
  name: string,
  count: number,
  patient: boolean,
): void {
  const store = withoutSync(createDenoFileStore());
  const options = patient ? {} : { wait: (): void => {} };
  let unlocked = 0;
  for (let number = 0; number < count; number++) {
    const line = `${name} ${number} ${"x".repeat(number % 60)} end`;
    if (!appendLine(store, path, line, options).locked) unlocked++;
  }
  report({ unlocked });
}

/** Rotates until `stop` exists and says how often. */
function rotate(
  path: string,
  maxBytes: number,
  keep: number,
  stop: string,
): void {
  const store = withoutSync(createDenoFileStore());
  const pause = new Int32Array(new SharedArrayBuffer(4));
  let rotations = 0;
  while (!exists(store, stop)) {
    if (rotateIfLarge(store, path, maxBytes, keep)) rotations++;
    Atomics.wait(pause, 0, 0, 1);
  }
  report({ rotations });
}

function exists(store: FileStore, path: string): boolean {
  try {
    store.stat(path);
    return true;
  } catch {
    return false;
  }
}

/** A race is about the order of writes and moves; syncs would only make it slow and rare. */
function withoutSync(store: FileStore): FileStore {
  return {
    list: (folder) => store.list(folder),
    stat: (path) => store.stat(path),
    readHead: (path, maxBytes) => store.readHead(path, maxBytes),
    readTail: (path, maxBytes) => store.readTail(path, maxBytes),
    makeFolder: (path) => store.makeFolder(path),
    open(path, options): OpenFile {
      const file = store.open(path, options);
      return {
        write: (bytes) => file.write(bytes),
        lastByte: () => file.lastByte(),
        sizeBytes: () => file.sizeBytes(),
        identity: () => file.identity(),
        sync: (): void => {},
        tryLock: () => file.tryLock(),
        [Symbol.dispose]: () => file[Symbol.dispose](),
      };
    },
    rename: (from, to) => store.rename(from, to),
    link: (from, to) => store.link(from, to),
    remove: (path) => store.remove(path),
    chown: (path, user, group) => store.chown(path, user, group),
    syncFolder: (): void => {},
  };
}

function report(value: unknown): void {
  Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(value)));
}

if (import.meta.main) {
  const [task = "", path = "", a = "", b = "", c = ""] = Deno.args;
  if (task === "append") append(path, a, Number(b), c === "patient");
  else rotate(path, Number(a), Number(b), c);
}
