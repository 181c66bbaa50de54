/** What a name in a folder stands for, without following links. */
export type EntryKind = "file" | "folder" | "link" | "other";

/** One name in a folder. */
export interface FolderEntry {
  /** Name without its folder. */
  readonly name: string;
  /** What it stands for. */
  readonly kind: EntryKind;
}

/** What is known of a file without opening it, links followed. */
export interface FileStat {
  /** What it is in the end. */
  readonly kind: EntryKind;
  /** Size in bytes. */
  readonly sizeBytes: number;
  /** When its content last changed, as the file says. */
  readonly modifiedAt: Temporal.Instant;
  /** The same in epoch milliseconds, for those who look at thousands of files: an instant takes a kilobyte. */
  readonly modifiedMs: number;
  /** When the system last touched its record here; unlike `modifiedAt` no copy or `touch` moves it back or ahead. */
  readonly changedAt: Temporal.Instant | undefined;
  /** The same in epoch milliseconds, as {@linkcode FileStat.modifiedMs}. */
  readonly changedMs: number | undefined;
  /** Owner, where the platform has one. */
  readonly userId: number | undefined;
  /** Group, where the platform has one. */
  readonly groupId: number | undefined;
  /** Permission bits, e.g. `0o600`; missing where the platform has none. */
  readonly mode?: number | undefined;
  /** Identity of the file on its disk: device and inode. */
  readonly identity: string;
}

/** How {@linkcode FileStore.open} opens. */
export interface OpenOptions {
  /** `replace` makes a new empty file and fails when there is one; `append` adds at the end of what is there. */
  readonly how: "replace" | "append";
  /** Permission bits of a file that is made, e.g. `0o600`. */
  readonly mode: number;
}

/** A file that is open for writing. Close it with `using`. */
export interface OpenFile extends Disposable {
  /** Writes all of `bytes` or throws. One call is one `write` while the disk has room. */
  write(bytes: Uint8Array): void;
  /** Reads the last byte, `undefined` for an empty file. */
  lastByte(): number | undefined;
  /** Size in bytes, now. */
  sizeBytes(): number;
  /** Device and inode of what was opened, as in {@linkcode FileStat.identity}. */
  identity(): string;
  /** Waits until what was written is on the disk. */
  sync(): void;
  /** Tries to take the file's advisory lock (`flock`); the kernel frees it when we end. */
  tryLock(): boolean;
}

/**
 * The file system as a small port. Every call is synchronous: reading the heads of 2,000 reports takes a third of
 * the time that asynchronous calls take, and state files are tiny.
 *
 * Every method throws {@linkcode FileError} with the problem in terms a layer can decide on.
 */
export interface FileStore {
  /** Names in a folder, in no order. */
  list(folder: string): readonly FolderEntry[];
  /** Looks at a file, links followed. */
  stat(path: string): FileStat;
  /**
   * Reads at most `maxBytes` from the start. Only regular files are read; the caller has looked at the kind, so that
   * a FIFO is never opened.
   *
   * @param into Memory that may be read into, for callers that read thousands: the answer is then part of it, and gone
   *   with the next read.
   */
  readHead(
    path: string,
    maxBytes: number,
    into?: Uint8Array<ArrayBuffer>,
  ): Uint8Array;
  /** Reads at most `maxBytes` from the end. */
  readTail(path: string, maxBytes: number): Uint8Array;
  /** Makes a folder and its parents, 0700; one that is there already is left as it is. */
  makeFolder(path: string): void;
  /** Opens for writing. */
  open(path: string, options: OpenOptions): OpenFile;
  /** Moves a name over another one, in one step. */
  rename(from: string, to: string): void;
  /** Gives a second name to a file; fails with `exists` when that name is taken. */
  link(from: string, to: string): void;
  /** Takes a name away. */
  remove(path: string): void;
  /** Gives a file to a user and group. */
  chown(path: string, userId: number, groupId: number): void;
  /** Waits until the names in a folder are on the disk. */
  syncFolder(folder: string): void;
}
