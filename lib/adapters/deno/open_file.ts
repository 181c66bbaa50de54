import type { OpenFile, OpenOptions } from "../../ports/file_store.ts";
import { attempt } from "./file_problem.ts";

/**
 * Opens a file for writing over Deno. Neither way follows a link that somebody planted under a name we make ourselves:
 * `replace` creates exclusively.
 *
 * @throws {FileError} If it cannot be opened; `exists` when `replace` finds the name taken.
 */
export function createDenoOpenFile(
  path: string,
  options: OpenOptions,
): OpenFile {
  return attempt("open", path, () => {
    const file = Deno.openSync(
      path,
      options.how === "replace"
        ? { read: true, write: true, createNew: true, mode: options.mode }
        : { read: true, append: true, create: true, mode: options.mode },
    );
    try {
      // A umask of 077 would keep others out of a file that is made for them to read.
      if (options.how === "replace" && (options.mode & 0o077) !== 0) {
        Deno.chmodSync(path, options.mode);
      }
    } catch (error) {
      file.close();
      throw error;
    }
    return new DenoOpenFile(path, file);
  });
}

/** Device and inode, the form of every `identity` of this adapter. */
export function identityOf(info: Deno.FileInfo): string {
  return `${info.dev}:${info.ino ?? 0}`;
}

class DenoOpenFile implements OpenFile {
  readonly #path: string;
  readonly #file: Deno.FsFile;

  constructor(path: string, file: Deno.FsFile) {
    this.#path = path;
    this.#file = file;
  }

  write(bytes: Uint8Array): void {
    attempt("write", this.#path, () => {
      for (let done = 0; done < bytes.length;) {
        const count = this.#file.writeSync(bytes.subarray(done));
        if (count === 0) throw new Error("the system wrote nothing");
        done += count;
      }
    });
  }

  lastByte(): number | undefined {
    return attempt("read", this.#path, () => {
      const sizeBytes = this.#file.seekSync(0, Deno.SeekMode.End);
      if (sizeBytes === 0) return undefined;
      this.#file.seekSync(sizeBytes - 1, Deno.SeekMode.Start);
      const byte = new Uint8Array(1);
      return this.#file.readSync(byte) === 1 ? byte[0] : undefined;
    });
  }

  sizeBytes(): number {
    return attempt("look at", this.#path, () => this.#file.statSync().size);
  }

  identity(): string {
    return attempt(
      "look at",
      this.#path,
      () => identityOf(this.#file.statSync()),
    );
  }

  sync(): void {
    attempt("sync", this.#path, () => this.#file.syncSync());
  }

  tryLock(): boolean {
    return attempt("lock", this.#path, () => this.#file.tryLockSync(true));
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}
