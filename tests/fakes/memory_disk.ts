import type { EntryKind } from "../../lib/ports/file_store.ts";

/** One file, folder or link, whatever names it has. */
export interface Node {
  readonly id: number;
  readonly kind: EntryKind;
  readonly mode: number;
  readonly userId: number;
  readonly groupId: number;
  readonly modifiedAt: Temporal.Instant;
  readonly changedAt: Temporal.Instant;
  /** Content of a file. */
  readonly bytes: Uint8Array;
  /** Names in a folder. */
  readonly names: ReadonlyMap<string, number>;
  /** Where a link leads. */
  readonly target: string;
}

/** One name in one folder that comes to stand for something else; `undefined`: for nothing. */
export interface NameChange {
  readonly folder: number;
  readonly name: string;
  readonly node: number | undefined;
}

/** The smallest things that can happen to a disk. */
export type Effect =
  | { readonly kind: "node"; readonly node: Node }
  | { readonly kind: "names"; readonly changes: readonly NameChange[] }
  | {
    readonly kind: "write";
    readonly node: number;
    readonly bytes: Uint8Array;
  }
  | { readonly kind: "set"; readonly node: number; readonly to: Partial<Node> }
  | { readonly kind: "sync"; readonly node: number }
  | { readonly kind: "sync-folder"; readonly node: number };

/** Id of the folder `/`. */
export const ROOT = 1;

/** Files in memory, changed by effects only, so that a recorded history can be played again, whole or in part. */
export class MemoryDisk {
  readonly #nodes: Map<number, Node>;
  #lastId: number;

  /** Starts empty, or as a copy of `nodes`. */
  constructor(nodes: Iterable<Node> = [rootNode()]) {
    this.#nodes = new Map(Array.from(nodes, (node) => [node.id, node]));
    this.#lastId = Math.max(...this.#nodes.keys());
  }

  /** A disk of its own with the same content; nodes never change in place. */
  clone(): MemoryDisk {
    return new MemoryDisk(this.#nodes.values());
  }

  /** An id that no node has. */
  nextId(): number {
    return ++this.#lastId;
  }

  /** The node of an id. */
  node(id: number): Node {
    const node = this.#nodes.get(id);
    if (node === undefined) throw new Error(`no node ${id}`);
    return node;
  }

  /** Bytes of all files that have a name or not. */
  usedBytes(): number {
    let sum = 0;
    for (const node of this.#nodes.values()) sum += node.bytes.length;
    return sum;
  }

  /** Carries out one effect; `now` stamps what changes. */
  apply(effect: Effect, now: Temporal.Instant): void {
    switch (effect.kind) {
      case "node":
        this.#nodes.set(effect.node.id, effect.node);
        this.#lastId = Math.max(this.#lastId, effect.node.id);
        return;
      case "names":
        for (const change of effect.changes) this.#rename(change, now);
        return;
      case "write": {
        const old = this.node(effect.node).bytes;
        const bytes = new Uint8Array(old.length + effect.bytes.length);
        bytes.set(old);
        bytes.set(effect.bytes, old.length);
        this.#set(effect.node, { bytes, modifiedAt: now, changedAt: now });
        return;
      }
      case "set":
        this.#set(effect.node, { changedAt: now, ...effect.to });
        return;
      case "sync":
      case "sync-folder":
    }
  }

  #rename(change: NameChange, now: Temporal.Instant): void {
    const names = new Map(this.node(change.folder).names);
    if (change.node === undefined) names.delete(change.name);
    else names.set(change.name, change.node);
    this.#set(change.folder, { names, modifiedAt: now, changedAt: now });
  }

  #set(id: number, to: Partial<Node>): void {
    this.#nodes.set(id, { ...this.node(id), ...to });
  }
}

function rootNode(): Node {
  const epoch = Temporal.Instant.fromEpochMilliseconds(0);
  return {
    id: ROOT,
    kind: "folder",
    mode: 0o755,
    userId: 0,
    groupId: 0,
    modifiedAt: epoch,
    changedAt: epoch,
    bytes: new Uint8Array(),
    names: new Map(),
    target: "",
  };
}
