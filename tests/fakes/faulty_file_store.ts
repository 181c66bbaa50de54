import type { FileProblem } from "../../lib/core/error.ts";
import { fileError } from "../../lib/adapters/deno/file_problem.ts";
import type {
  FileStat,
  FileStore,
  FolderEntry,
  OpenFile,
  OpenOptions,
} from "../../lib/ports/file_store.ts";
import type { MemoryFileStore } from "./file_store.ts";

/** One operation that goes wrong. */
export interface Fault {
  /** Which one, counted from 0 over all operations that change or sync something. */
  readonly at: number;
  readonly problem: FileProblem;
  /** How many bytes of a write arrive all the same. */
  readonly writtenBytes?: number;
}

/** A file store in memory that fails once where it is told to, and counts what it is asked for. */
export class FaultyFileStore implements FileStore {
  readonly #inner: MemoryFileStore;
  readonly #fault: Fault | undefined;
  /** Names of the operations so far that change or sync something, in order. */
  readonly operations: string[] = [];

  constructor(inner: MemoryFileStore, fault?: Fault) {
    this.#inner = inner;
    this.#fault = fault;
  }

  list(folder: string): readonly FolderEntry[] {
    return this.#inner.list(folder);
  }

  stat(path: string): FileStat {
    return this.#inner.stat(path);
  }

  readHead(path: string, maxBytes: number): Uint8Array {
    return this.#inner.readHead(path, maxBytes);
  }

  readTail(path: string, maxBytes: number): Uint8Array {
    return this.#inner.readTail(path, maxBytes);
  }

  makeFolder(path: string): void {
    this.#count("make the folder", path);
    this.#inner.makeFolder(path);
  }

  open(path: string, options: OpenOptions): OpenFile {
    this.#count("open", path);
    const file = this.#inner.open(path, options);
    return {
      write: (bytes): void => {
        this.#count("write", path, (room) => file.write(bytes.slice(0, room)));
        file.write(bytes);
      },
      lastByte: () => file.lastByte(),
      sizeBytes: () => file.sizeBytes(),
      identity: () => file.identity(),
      sync: (): void => {
        this.#count("sync", path);
        file.sync();
      },
      tryLock: () => file.tryLock(),
      [Symbol.dispose]: () => file[Symbol.dispose](),
    };
  }

  rename(from: string, to: string): void {
    this.#count("rename to", to);
    this.#inner.rename(from, to);
  }

  link(from: string, to: string): void {
    this.#count("link to", to);
    this.#inner.link(from, to);
  }

  remove(path: string): void {
    this.#count("remove", path);
    this.#inner.remove(path);
  }

  chown(path: string, userId: number, groupId: number): void {
    this.#count("change the owner of", path);
    this.#inner.chown(path, userId, groupId);
  }

  syncFolder(folder: string): void {
    this.#count("sync the folder", folder);
    this.#inner.syncFolder(folder);
  }

  #count(
    doing: string,
    path: string,
    writePart?: (bytes: number) => void,
  ): void {
    const fault = this.#fault;
    this.operations.push(`${doing} ${path}`);
    if (fault?.at !== this.operations.length - 1) return;
    writePart?.(fault.writtenBytes ?? 0);
    throw fileError(fault.problem, doing, path);
  }
}
