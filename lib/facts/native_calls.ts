import { FileError } from "../core/error.ts";
import type { CallMark } from "../ports/call_mark.ts";
import type { Clock } from "../ports/clock.ts";
import { tryStat } from "../ports/file_look.ts";
import type { FileStore, OpenFile } from "../ports/file_store.ts";
import { ensureFolder, folderOf, type Owner } from "../ports/state_folder.ts";

/** Where calls into the dylib are written down. */
export interface NativeCallsPorts {
  /** The disk. */
  readonly store: FileStore;
  /** Now, and since when the machine runs. */
  readonly clock: Clock;
  /** Who gets the files. */
  readonly owner: () => Owner | undefined;
}

/** What became of a process that did not come back from a call. */
export type LostCall = "crashed" | "hung";

/** Beside the record of the trial: one file a process, named by its pid. */
const FOLDER = "native-calls";
const NAME = /^\d{1,10}$/;
/** What the file ends with while a call is under way, after it, and when it was left behind. */
const [ENTERED, LEFT, HUNG] = ["+", "-", "!"] as const;
/** A file that is longer begins anew: a guard that samples for a day makes millions of calls. */
const MOST_BYTES = 65_536;

/** Folder of the marks, by the record of the trial. */
function marksOf(record: string): string {
  return `${folderOf(record)}/${FOLDER}`;
}

/**
 * Writes down whether a call is under way: one byte before it, one behind it, into a file that is ours as long as we live.
 * They are not synced, since it is our own end that they have to outlive, and not the machine's.
 *
 * Fails open: where the file cannot be had the calls are made without.
 *
 * @param ports Disk and owner.
 * @param options The record of the trial, our pid, and by what the library is known.
 */
export function createCallMark(
  ports: NativeCallsPorts,
  options: {
    readonly record: string | undefined;
    readonly pid: number;
    readonly key: () => string | undefined;
  },
): CallMark {
  return new FileMark(ports, options);
}

class FileMark implements CallMark {
  readonly #ports: NativeCallsPorts;
  readonly #options: Parameters<typeof createCallMark>[1];
  readonly #encoder = new TextEncoder();
  #file: OpenFile | undefined;
  #bytes = 0;
  #isUsable: boolean;

  constructor(
    ports: NativeCallsPorts,
    options: Parameters<typeof createCallMark>[1],
  ) {
    this.#ports = ports;
    this.#options = options;
    this.#isUsable = options.record !== undefined;
  }

  enter(): void {
    this.#write(ENTERED);
  }

  leave(): void {
    this.#write(LEFT);
  }

  hang(): void {
    this.#write(HUNG);
  }

  #write(state: string): void {
    if (!this.#isUsable) return;
    try {
      if (this.#bytes >= MOST_BYTES && state === ENTERED) this.#begin();
      const file = this.#file ?? this.#begin();
      if (file === undefined) return;
      file.write(this.#encoder.encode(state));
      this.#bytes += 1;
    } catch (error) {
      this.#isUsable = false;
      if (!(error instanceof FileError)) throw error;
    }
  }

  /** Under another name until it is locked: whoever sweeps would take it for a dead one's. */
  #begin(): OpenFile | undefined {
    const { record, pid, key } = this.#options;
    const name = key();
    if (record === undefined || name === undefined) return undefined;
    const { store, owner } = this.#ports;
    const folder = marksOf(record);
    const [path, fresh] = [`${folder}/${pid}`, `${folder}/${pid}.new`];
    const given = owner();
    ensureFolder(store, folder, given);
    const file = openFresh(store, fresh);
    try {
      if (given !== undefined) {
        store.chown(fresh, given.userId, given.groupId);
      }
      file.tryLock();
      const head = this.#encoder.encode(`${name}\n`);
      file.write(head);
      store.rename(fresh, path);
      this.#bytes = head.length;
    } catch (error) {
      file[Symbol.dispose]();
      throw error;
    }
    this.#file?.[Symbol.dispose]();
    this.#file = file;
    return file;
  }
}

/**
 * Looks for processes that asked this library and never came back, and clears away what dead ones have left behind.
 *
 * A mark that is older than the machine's start says nothing: the whole machine went down. A process that somebody killed in
 * the very moment of a call looks like one that crashed in it, and counts as one.
 *
 * @param ports Disk and clock.
 * @param options The record of the trial, and by what the library is known.
 * @returns The worst of them; `undefined` when all came back.
 */
export function findLostCall(
  ports: NativeCallsPorts,
  options: { readonly record: string | undefined; readonly key: string },
): LostCall | undefined {
  const { record, key } = options;
  if (record === undefined) return undefined;
  const folder = marksOf(record);
  let worst: LostCall | undefined;
  for (const name of namesIn(ports.store, folder)) {
    const lost = lostIn(ports, `${folder}/${name}`, key);
    if (worst === undefined || lost === "crashed") worst = lost;
  }
  return worst;
}

function namesIn(store: FileStore, folder: string): readonly string[] {
  try {
    return store.list(folder)
      .filter(({ kind, name }) => kind === "file" && NAME.test(name))
      .map(({ name }) => name);
  } catch (error) {
    if (error instanceof FileError) return [];
    throw error;
  }
}

/** A file whose lock is held is a living process's. */
function lostIn(
  ports: NativeCallsPorts,
  path: string,
  key: string,
): LostCall | undefined {
  const { clock, store } = ports;
  try {
    using file = store.open(path, { how: "append", mode: 0o600 });
    if (!file.tryLock()) return undefined;
    const head = new TextDecoder().decode(store.readHead(path, MOST_BYTES));
    const last = String.fromCharCode(file.lastByte() ?? 0);
    const changedMs = tryStat(store, path)?.modifiedMs;
    store.remove(path);
    const bootMs = clock.bootMs();
    const agoMs = changedMs === undefined
      ? 0
      : clock.now().epochMilliseconds - changedMs;
    if (bootMs !== undefined && agoMs > bootMs) return undefined;
    if (head.split("\n", 1)[0] !== key) return undefined;
    return last === ENTERED ? "crashed" : last === HUNG ? "hung" : undefined;
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

/** What a dead process of our pid has left is removed; looking for it first would take longer than all the rest. */
function openFresh(store: FileStore, path: string): OpenFile {
  const options = { how: "replace", mode: 0o600 } as const;
  try {
    return store.open(path, options);
  } catch (error) {
    if (!(error instanceof FileError) || error.problem !== "exists") {
      throw error;
    }
    store.remove(path);
    return store.open(path, options);
  }
}
