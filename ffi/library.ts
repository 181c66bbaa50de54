/**
 * The questions of `libmetalguard` over its open functions: buffers that grow, codes that become words, answers that are
 * decoded. Opening the file is the business of whoever calls this.
 *
 * @module
 */
import { type Buffer, Buffers } from "./buffers.ts";
import {
  type AcceleratorFacts,
  type BootSession,
  decodeAccelerators,
  decodeBootSession,
  decodeChildren,
  decodeGpuClients,
  decodeHostMemory,
  decodeKexts,
  decodeMetalDevices,
  decodeMetalProbe,
  decodeProcess,
  decodeProcessArgs,
  decodeSysctls,
  type GpuClient,
  type HostMemory,
  type KextFacts,
  type MetalDevice,
  type MetalProbe,
  type NativeProcess,
  type Sysctls,
} from "./decode.ts";
import {
  ERROR_CODES,
  type NativeProblem,
  type NativeSymbols,
} from "./symbols.ts";

/** An answer, or why there is none. */
export type NativeAnswer<T> =
  | { readonly kind: "answered"; readonly value: T }
  | {
    readonly kind: "failed";
    /** In one word. */
    readonly problem: NativeProblem;
    /** In a sentence's end: "unknown: …". */
    readonly because: string;
  };

type TextCall = (out: Buffer, cap: bigint) => Promise<bigint>;

/** Room for the first try; the usual answers have 1 to 8 KiB. */
const FIRST_BYTES = 16_384;
/** Room for the list of clients: a busy machine has some 160 of them, of 200 bytes each. */
const CLIENTS_BYTES = 131_072;
/** Longest answer that is taken; far more than any machine has to say. */
const MAX_BYTES = 16 * 1024 * 1024;

/** `libmetalguard`, typed. No method throws for what the library says. */
export class NativeLibrary {
  readonly #symbols: NativeSymbols;
  readonly #buffers = new Buffers();

  /** @param symbols Functions of the library that is open. */
  constructor(symbols: NativeSymbols) {
    this.#symbols = symbols;
  }

  /** Version of its ABI, to be compared with `ABI_VERSION` before anything else is asked. */
  abiVersion(): Promise<number> {
    return this.#symbols.mg_abi_version();
  }

  /**
   * Variables of the kernel.
   *
   * @param numbers Names of those that are integers of 4 or 8 bytes, without sign.
   * @param texts Names of those that are texts.
   */
  readSysctls(
    numbers: readonly string[],
    texts: readonly string[],
  ): Promise<NativeAnswer<Sysctls>> {
    const [first, second] = [encodeList(numbers), encodeList(texts)];
    return this.#ask(
      "kernel variables",
      (out, cap) => this.#symbols.mg_sysctls(first, second, out, cap),
      (answer) => decodeSysctls(answer, { numbers, texts }),
    );
  }

  /** The running boot. */
  readBootSession(): Promise<NativeAnswer<BootSession>> {
    return this.#ask(
      "boot session",
      this.#symbols.mg_boot_session,
      decodeBootSession,
    );
  }

  /** The GPUs, without waking them. */
  readAccelerators(): Promise<NativeAnswer<readonly AcceleratorFacts[]>> {
    return this.#ask(
      "accelerators",
      this.#symbols.mg_accelerators,
      decodeAccelerators,
    );
  }

  /** Who has a GPU open. */
  readGpuClients(): Promise<NativeAnswer<readonly GpuClient[]>> {
    return this.#ask(
      "GPU clients",
      this.#symbols.mg_gpu_clients,
      decodeGpuClients,
      CLIENTS_BYTES,
    );
  }

  /**
   * Kernel extensions that are loaded.
   *
   * @param prefixes Starts of bundle identifiers.
   */
  readKexts(
    prefixes: readonly string[],
  ): Promise<NativeAnswer<readonly KextFacts[]>> {
    const list = encodeList(prefixes);
    return this.#ask(
      "kernel extensions",
      (out, cap) => this.#symbols.mg_kexts(list, out, cap),
      decodeKexts,
    );
  }

  /** The GPUs as Metal shows them. Opens the GPU driver: only in a child that may hang. */
  readMetalDevices(): Promise<NativeAnswer<readonly MetalDevice[]>> {
    return this.#ask(
      "Metal devices",
      this.#symbols.mg_metal_devices,
      decodeMetalDevices,
    );
  }

  /**
   * Lets the GPU write 16 KiB and reads them. Opens the GPU driver: only in a child that may hang.
   *
   * @param timeoutMs How long the GPU may take; making device and queue is not in it.
   */
  probeMetal(timeoutMs: number): Promise<NativeAnswer<MetalProbe>> {
    return this.#ask(
      "Metal probe",
      (out, cap) => this.#symbols.mg_metal_probe(timeoutMs, out, cap),
      decodeMetalProbe,
    );
  }

  /** The machine's memory and its pressure. */
  readHostMemory(): Promise<NativeAnswer<HostMemory>> {
    return this.#ask(
      "host memory",
      this.#symbols.mg_host_memory,
      decodeHostMemory,
    );
  }

  /** One process; a pid that is none is `not-found`. */
  readProcess(pid: number): Promise<NativeAnswer<NativeProcess>> {
    return this.#ask(
      `process ${pid}`,
      (out, cap) => this.#symbols.mg_process(pid, out, cap),
      decodeProcess,
    );
  }

  /** Its command line, the program first; own processes only. */
  readProcessArgs(pid: number): Promise<NativeAnswer<readonly string[]>> {
    return this.#ask(
      `arguments of process ${pid}`,
      (out, cap) => this.#symbols.mg_process_args(pid, out, cap),
      decodeProcessArgs,
    );
  }

  /** Pids of those whose parent it is now, zombies too. */
  readChildren(pid: number): Promise<NativeAnswer<readonly number[]>> {
    return this.#ask(
      `children of process ${pid}`,
      (out, cap) => this.#symbols.mg_children(pid, out, cap),
      decodeChildren,
    );
  }

  /** Whether it is there and no zombie. */
  async isAlive(pid: number): Promise<NativeAnswer<boolean>> {
    const code = await this.#symbols.mg_pid_alive(pid);
    return code < 0 ? failed(`process ${pid}`, code) : answered(code === 1);
  }

  /** Asks until the buffer is large enough: the answer may have grown meanwhile. */
  async #ask<T>(
    what: string,
    call: TextCall,
    decode: (answer: unknown) => T,
    firstBytes = FIRST_BYTES,
  ): Promise<NativeAnswer<T>> {
    const first = this.#buffers.take(firstBytes);
    let length = Number(await call(first, BigInt(firstBytes)));
    const text = length >= 0 && length < firstBytes
      ? decodeText(first, length)
      : undefined;
    this.#buffers.give(first);
    if (text !== undefined) return parse(what, text, decode);
    while (length >= 0) {
      const size = length + FIRST_BYTES;
      if (size > MAX_BYTES) return tooLong(what, MAX_BYTES);
      const out = new Uint8Array(size);
      length = Number(await call(out, BigInt(size)));
      if (length >= 0 && length < size) {
        return parse(what, decodeText(out, length), decode);
      }
    }
    return failed(what, length);
  }
}

function tooLong<T>(what: string, mostBytes: number): NativeAnswer<T> {
  return {
    kind: "failed",
    problem: "answer",
    because: `${what}: the answer is longer than ${mostBytes} bytes`,
  };
}

function parse<T>(
  what: string,
  text: string,
  decode: (answer: unknown) => T,
): NativeAnswer<T> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return {
      kind: "failed",
      problem: "answer",
      because: `${what}: the answer is no JSON`,
    };
  }
  return answered(decode(json));
}

function answered<T>(value: T): NativeAnswer<T> {
  return { kind: "answered", value };
}

/** What each problem means, after the name of what was asked. */
const WORDS: Readonly<Record<NativeProblem, string>> = {
  "argument": "the question or the size of its answer is wrong",
  "not-found": "there is none",
  "denied": "the system does not tell us",
  "unsupported": "this machine has none",
  "system": "the system failed",
  "json": "the answer could not be written",
  "exception": "the system's library threw an exception",
  "busy": "it changed while it was read",
  "answer": "the answer makes no sense",
};

function failed<T>(what: string, code: number): NativeAnswer<T> {
  const problem = problemOf(code);
  return { kind: "failed", problem, because: `${what}: ${WORDS[problem]}` };
}

function problemOf(code: number): NativeProblem {
  for (const [number, problem] of Object.entries(ERROR_CODES)) {
    if (Number(number) === code) return problem;
  }
  return "answer";
}

function encodeList(names: readonly string[]): Buffer {
  return new TextEncoder().encode(`${names.join("\n")}\0`);
}

const DECODER = new TextDecoder();

function decodeText(bytes: Buffer, length: number): string {
  return DECODER.decode(bytes.subarray(0, length));
}
