import type { FileProblem } from "../../lib/core/error.ts";
import { fileError } from "../../lib/adapters/deno/file_problem.ts";
import type { Clock } from "../../lib/ports/clock.ts";
import type {
  EntryKind,
  FileStat,
  FileStore,
  FolderEntry,
  OpenFile,
  OpenOptions,
} from "../../lib/ports/file_store.ts";
import { FakeClock } from "./clock.ts";
import { type Effect, MemoryDisk, type Node } from "./memory_disk.ts";
import {
  allows,
  PathProblem,
  type Place,
  READ,
  SEARCH,
  walk,
  WRITE,
} from "./memory_paths.ts";

/** How {@linkcode MemoryFileStore} starts. */
export interface MemoryFileStoreOptions {
  /** Stamps files; a {@linkcode FakeClock} of its own by default. */
  readonly clock?: Clock;
  /** Who works. Default: 501. */
  readonly userId?: number;
  /** Content. Default: an empty `/`. */
  readonly disk?: MemoryDisk;
}

/** What a test puts. Left out: ours, 0600 (folders 0700), now. */
export interface PutOptions {
  readonly mode?: number;
  readonly userId?: number;
  readonly groupId?: number;
  readonly modifiedAt?: Temporal.Instant | string;
  readonly changedAt?: Temporal.Instant | string;
}

/**
 * A file system in memory: folders, links, permissions of owner and others, a disk that fills up, `flock`.
 * Paths are absolute.
 */
export class MemoryFileStore implements FileStore {
  /** The files themselves. */
  readonly disk: MemoryDisk;
  /** Stamps what changes. */
  readonly clock: Clock;
  /** Who works from now on. */
  userId: number;
  /** Group of what is made. */
  groupId = 20;
  /** Room that is left, in bytes. */
  freeBytes = Infinity;
  /** Whether the disk refuses every change. */
  readOnly = false;
  /** Every path whose content was opened or read, in order. */
  readonly opened: string[] = [];
  /** Told of everything that happens to the disk. */
  onEffect: ((effect: Effect) => void) | undefined;
  readonly #locks: Map<number, OpenFile> = new Map();

  constructor(options: MemoryFileStoreOptions = {}) {
    this.clock = options.clock ?? new FakeClock();
    this.userId = options.userId ?? 501;
    this.disk = options.disk ?? new MemoryDisk();
  }

  /** The same files on a disk of their own, without locks. */
  clone(): MemoryFileStore {
    const { clock, userId } = this;
    return new MemoryFileStore({ clock, userId, disk: this.disk.clone() });
  }

  /** Puts a file, past all permissions; folders above it are made, ours and 0700. */
  put(path: string, content: string | Uint8Array, options?: PutOptions): this {
    const bytes = typeof content === "string"
      ? new TextEncoder().encode(content)
      : content.slice();
    return this.#put(path, "file", { mode: 0o600, bytes }, options);
  }

  /** Puts a folder. */
  putFolder(path: string, options?: PutOptions): this {
    return this.#put(path, "folder", { mode: 0o700 }, options);
  }

  /** Puts a link that leads to `target`. */
  putLink(path: string, target: string): this {
    return this.#put(path, "link", { mode: 0o777, target });
  }

  /** Puts a FIFO, as what is neither file nor folder. */
  putOther(path: string, options?: PutOptions): this {
    return this.#put(path, "other", { mode: 0o600 }, options);
  }

  /** Content of a file as text, past all permissions; `undefined` when there is none. */
  text(path: string): string | undefined {
    try {
      const { node } = this.#findAsRoot(path);
      return node === undefined
        ? undefined
        : new TextDecoder("utf-8", { ignoreBOM: true }).decode(node.bytes);
    } catch (error) {
      if (error instanceof PathProblem) return undefined;
      throw error;
    }
  }

  /** Permission bits of what a path stands for, past all permissions. */
  mode(path: string): number | undefined {
    return this.#findAsRoot(path).node?.mode;
  }

  list(folder: string): readonly FolderEntry[] {
    return this.#attempt("list", folder, () => {
      const node = existing(this.#find(folder));
      if (node.kind !== "folder") throw new PathProblem("not-a-folder");
      this.#need(node, READ);
      return Array.from(node.names, ([name, id]) => ({
        name,
        kind: this.disk.node(id).kind,
      }));
    });
  }

  stat(path: string): FileStat {
    return this.#attempt("look at", path, () => {
      const node = existing(this.#find(path));
      return {
        kind: node.kind,
        sizeBytes: node.bytes.length,
        modifiedAt: node.modifiedAt,
        modifiedMs: node.modifiedAt.epochMilliseconds,
        changedAt: node.changedAt,
        changedMs: node.changedAt.epochMilliseconds,
        userId: node.userId,
        groupId: node.groupId,
        mode: node.mode,
        identity: `memory:${node.id}`,
      };
    });
  }

  readHead(path: string, maxBytes: number): Uint8Array {
    return this.#read(path).slice(0, Math.max(0, maxBytes));
  }

  readTail(path: string, maxBytes: number): Uint8Array {
    const bytes = this.#read(path);
    return bytes.slice(Math.max(0, bytes.length - maxBytes));
  }

  makeFolder(path: string): void {
    this.#attempt("make the folder", path, () => {
      const parts = path.split("/").filter((part) => part !== "");
      for (let count = 1; count <= parts.length; count++) {
        const place = this.#find(`/${parts.slice(0, count).join("/")}`);
        if (place.node === undefined) {
          this.#make(place, "folder", { mode: 0o700 });
        } else if (place.node.kind !== "folder") {
          throw new PathProblem("not-a-folder");
        }
      }
    });
  }

  open(path: string, options: OpenOptions): OpenFile {
    return this.#attempt("open", path, () => {
      const followLast = options.how === "append";
      const place = this.#find(path, followLast);
      if (place.node !== undefined) {
        if (!followLast) throw new PathProblem("exists");
        if (place.node.kind === "folder") throw new PathProblem("not-a-file");
        this.#needWritable();
        this.#need(place.node, READ);
        this.#need(place.node, WRITE);
      }
      const id = place.node?.id ??
        this.#make(place, "file", { mode: options.mode });
      this.opened.push(path);
      return this.#openFile(path, id);
    });
  }

  rename(from: string, to: string): void {
    this.#attempt("rename to", to, () => {
      const source = this.#find(from, false);
      const node = existing(source);
      const target = this.#find(to, false);
      if (target.node?.id === node.id) return;
      if (target.node?.kind === "folder") throw new PathProblem("not-a-file");
      this.#needChangeable(source.folder);
      this.#needChangeable(target.folder);
      this.#change([
        { folder: source.folder.id, name: source.name, node: undefined },
        { folder: target.folder.id, name: target.name, node: node.id },
      ]);
    });
  }

  link(from: string, to: string): void {
    this.#attempt("link to", to, () => {
      const node = existing(this.#find(from, false));
      const target = this.#find(to, false);
      if (target.node !== undefined) throw new PathProblem("exists");
      if (node.kind === "folder") throw new PathProblem("denied");
      this.#needChangeable(target.folder);
      this.#change([
        { folder: target.folder.id, name: target.name, node: node.id },
      ]);
    });
  }

  remove(path: string): void {
    this.#attempt("remove", path, () => {
      const { folder, name, node } = this.#find(path, false);
      if (node === undefined) throw new PathProblem("absent");
      this.#needChangeable(folder);
      if (node.names.size > 0) throw new PathProblem("other");
      this.#change([{ folder: folder.id, name, node: undefined }]);
    });
  }

  chown(path: string, userId: number, groupId: number): void {
    this.#attempt("change the owner of", path, () => {
      const { id } = existing(this.#find(path));
      this.#needWritable();
      if (this.userId !== 0) throw new PathProblem("denied");
      this.#apply({ kind: "set", node: id, to: { userId, groupId } });
    });
  }

  syncFolder(folder: string): void {
    this.#attempt("sync the folder", folder, () => {
      const node = existing(this.#find(folder));
      if (node.kind !== "folder") throw new PathProblem("not-a-folder");
      this.#need(node, READ);
      this.#apply({ kind: "sync-folder", node: node.id });
    });
  }

  #openFile(path: string, id: number): OpenFile {
    const locks = this.#locks;
    const disk = this.disk;
    const file: OpenFile = {
      write: (bytes): void => {
        const room = Math.min(bytes.length, this.freeBytes);
        this.freeBytes -= room;
        this.#apply({ kind: "write", node: id, bytes: bytes.slice(0, room) });
        if (room < bytes.length) throw fileError("disk-full", "write", path);
      },
      lastByte: () => disk.node(id).bytes.at(-1),
      sizeBytes: () => disk.node(id).bytes.length,
      identity: () => `memory:${id}`,
      sync: () => this.#apply({ kind: "sync", node: id }),
      tryLock(): boolean {
        const holder = locks.get(id);
        if (holder === undefined) locks.set(id, file);
        return holder === undefined || holder === file;
      },
      [Symbol.dispose](): void {
        if (locks.get(id) === file) locks.delete(id);
      },
    };
    return file;
  }

  #put(
    path: string,
    kind: EntryKind,
    content: Partial<Node> & { readonly mode: number },
    options: PutOptions = {},
  ): this {
    const parts = path.split("/").filter((part) => part !== "");
    for (let count = 1; count < parts.length; count++) {
      const above = this.#findAsRoot(`/${parts.slice(0, count).join("/")}`);
      if (above.node === undefined) {
        this.#make(above, "folder", { mode: 0o700 }, true);
      }
    }
    const place = this.#findAsRoot(path, false);
    if (place.node?.kind === "folder" && kind === "folder") {
      this.#apply({ kind: "set", node: place.node.id, to: stamps(options) });
    } else {
      this.#make(place, kind, { ...content, ...stamps(options) }, true);
    }
    return this;
  }

  /** Makes what a place has a name for only. */
  #make(
    { folder, name }: Place,
    kind: EntryKind,
    content: Partial<Node> & { readonly mode: number },
    asTest = false,
  ): number {
    if (!asTest) {
      this.#needChangeable(folder);
      if (this.freeBytes <= 0) throw new PathProblem("disk-full");
    }
    const now = this.clock.now();
    const id = this.disk.nextId();
    this.#apply({
      kind: "node",
      node: {
        id,
        kind,
        userId: this.userId,
        groupId: this.groupId,
        modifiedAt: now,
        changedAt: now,
        bytes: new Uint8Array(),
        names: new Map(),
        target: "",
        ...content,
      },
    });
    this.#change([{ folder: folder.id, name, node: id }]);
    return id;
  }

  #read(path: string): Uint8Array {
    return this.#attempt("read", path, () => {
      const node = existing(this.#find(path));
      if (node.kind === "folder") throw new PathProblem("not-a-file");
      this.#need(node, READ);
      this.opened.push(path);
      return node.bytes;
    });
  }

  #find(path: string, followLast = true): Place {
    return walk(this.disk, path, { userId: this.userId, followLast });
  }

  #findAsRoot(path: string, followLast = true): Place {
    return walk(this.disk, path, { userId: 0, followLast });
  }

  #need(node: Node, bit: number): void {
    if (!allows(node, bit, this.userId)) throw new PathProblem("denied");
  }

  #needWritable(): void {
    if (this.readOnly) throw new PathProblem("read-only");
  }

  #needChangeable(folder: Node): void {
    this.#needWritable();
    this.#need(folder, WRITE);
    this.#need(folder, SEARCH);
  }

  #change(changes: Extract<Effect, { kind: "names" }>["changes"]): void {
    this.#apply({ kind: "names", changes });
  }

  #apply(effect: Effect): void {
    this.disk.apply(effect, this.clock.now());
    this.onEffect?.(effect);
  }

  #attempt<T>(doing: string, path: string, operation: () => T): T {
    try {
      return operation();
    } catch (error) {
      if (!(error instanceof PathProblem)) throw error;
      throw fileError(error.problem satisfies FileProblem, doing, path, error);
    }
  }
}

function existing({ node }: Place): Node {
  if (node === undefined) throw new PathProblem("absent");
  return node;
}

function stamps(options: PutOptions): Partial<Node> {
  const { modifiedAt, changedAt, ...rest } = options;
  return {
    ...rest,
    ...(modifiedAt === undefined
      ? {}
      : { modifiedAt: Temporal.Instant.from(modifiedAt) }),
    ...(changedAt === undefined
      ? {}
      : { changedAt: Temporal.Instant.from(changedAt) }),
  };
}
