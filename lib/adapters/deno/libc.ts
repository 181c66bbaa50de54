import type { HangMark } from "../../ports/own_process.ts";

/** Files that the kernel writes while they are read, such as those of `/proc`. */
export interface KernelFiles {
  /** Bytes of a page of memory. */
  readonly pageBytes: number;
  /**
   * Reads a file that the kernel answers out of its own counters; nothing can make that wait.
   *
   * @returns `undefined` where it cannot be opened or read: its process has ended, or is not ours to look at.
   */
  glance(path: string): string | undefined;
  /**
   * Reads a file for which the kernel has to look into a process, which may take its time. Asked on another thread.
   *
   * @param maxBytes What is longer is cut.
   * @returns As {@linkcode glance}.
   */
  read(path: string, maxBytes: number): Promise<string | undefined>;
  /** Names in a folder. */
  list(folder: string): readonly string[];
}

/** What is used of the C library. */
const SYMBOLS = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  readApart: {
    name: "read",
    parameters: ["i32", "buffer", "usize"],
    result: "isize",
    nonblocking: true,
  },
  close: { parameters: ["i32"], result: "i32" },
  opendir: { parameters: ["buffer"], result: "pointer" },
  readdir: { parameters: ["pointer"], result: "pointer" },
  closedir: { parameters: ["pointer"], result: "i32" },
  getpagesize: { parameters: [], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

type Libc = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/** By this name the loader finds it on every Linux that Deno runs on. */
const LIBC = "libc.so.6";
/** Reading only, and not for programs that we start: `O_CLOEXEC`, the same on x86_64 and arm64. */
const OPEN_FLAGS = 0o2000000;
/** Where the name stands in a `struct dirent` of 64 bits. */
const NAME_OFFSET = 19;
/** Room for a file of counters; the longest, `status`, has some 1,500 bytes. */
const ROOM_BYTES = 16_384;

/** A look into a process takes milliseconds; a longer one waits behind a driver. */
const TIMEOUT_MS = 2_000;

let opened: KernelFiles | undefined | "closed" = "closed";

/**
 * Files of `/proc` through the C library. Deno opens nothing there for a program that may not do everything (2.9.6:
 * "Requires all access"), while a foreign function asks for `--allow-ffi` alone, and costs a hundredth of starting a
 * program that reads for us.
 *
 * @param hang Set when a read never ends: it would keep this process from ending by itself.
 * @returns `undefined` where that is not permitted, or there is no such library.
 */
export function openKernelFiles(hang?: HangMark): KernelFiles | undefined {
  if (opened !== "closed") return opened;
  try {
    opened = new LibcFiles(Deno.dlopen(LIBC, SYMBOLS).symbols, hang);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    opened = undefined;
  }
  return opened;
}

/**
 * Reads a file of the kernel without a program that reads for us, where that is permitted.
 *
 * @throws {Error} As Deno says it, where it is not.
 */
export function readKernelText(path: string): string {
  const files = Deno.build.os === "linux" ? openKernelFiles() : undefined;
  return files?.glance(path) ?? Deno.readTextFileSync(path);
}

class LibcFiles implements KernelFiles {
  readonly pageBytes: number;
  readonly #libc: Libc;
  readonly #hang: HangMark | undefined;
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();
  readonly #room = new Uint8Array(ROOM_BYTES);

  constructor(libc: Libc, hang: HangMark | undefined) {
    this.#libc = libc;
    this.#hang = hang;
    this.pageBytes = libc.getpagesize();
  }

  glance(path: string): string | undefined {
    const file = this.#open(path);
    if (file < 0) return undefined;
    try {
      const length = Number(
        this.#libc.read(file, this.#room, BigInt(ROOM_BYTES)),
      );
      return length < 0
        ? undefined
        : this.#decoder.decode(this.#room.subarray(0, length));
    } finally {
      this.#libc.close(file);
    }
  }

  async read(path: string, maxBytes: number): Promise<string | undefined> {
    const file = this.#open(path);
    if (file < 0) return undefined;
    const room = new Uint8Array(maxBytes);
    for (let length = 0;;) {
      const rest = room.subarray(length);
      const more = await within(
        TIMEOUT_MS,
        this.#libc.readApart(file, rest, BigInt(rest.length)),
      );
      if (more === undefined) {
        // The call has the file still.
        if (this.#hang !== undefined) this.#hang.isSet = true;
        return undefined;
      }
      length += Math.max(0, Number(more));
      if (more > 0n && length < maxBytes) continue;
      this.#libc.close(file);
      return more < 0n
        ? undefined
        : this.#decoder.decode(room.subarray(0, length));
    }
  }

  list(folder: string): readonly string[] {
    const open = this.#libc.opendir(this.#encoder.encode(`${folder}\0`));
    if (open === null) return [];
    const names: string[] = [];
    for (;;) {
      const entry = this.#libc.readdir(open);
      if (entry === null) break;
      names.push(Deno.UnsafePointerView.getCString(entry, NAME_OFFSET));
    }
    this.#libc.closedir(open);
    return names;
  }

  #open(path: string): number {
    return this.#libc.open(this.#encoder.encode(`${path}\0`), OPEN_FLAGS);
  }
}

/** What `work` comes to, or `undefined` when `ms` have passed first. */
async function within<T>(
  ms: number,
  work: Promise<T>,
): Promise<T | undefined> {
  let id: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    id = setTimeout(resolve, ms, undefined);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(id);
  }
}
