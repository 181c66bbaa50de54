import {
  decodeAccelerators,
  decodeChildren,
  decodeGpuClients,
  decodeHostMemory,
  decodeKexts,
  decodeMetalDevices,
  decodeMetalProbe,
  decodeProcess,
  decodeProcessArgs,
  decodeSysctls,
} from "../../ffi/decode.ts";
import type { NativeAnswer } from "../../ffi/library.ts";
import { ABI_VERSION } from "../../ffi/symbols.ts";
import type {
  MetalQuestions,
  NativeQuestions,
} from "../../lib/adapters/native/questions.ts";

/** What a fake dylib says, in the form of the real one's JSON. */
export interface NativeScript {
  readonly accelerators?: unknown;
  readonly clients?: unknown;
  readonly kexts?: unknown;
  readonly hostMemory?: unknown;
  readonly process?: unknown;
  /** By pid, in place of `process`; others are not found. */
  readonly processes?: Readonly<Record<number, unknown>>;
  readonly args?: unknown;
  /** By the pid of the parent. */
  readonly children?: Readonly<Record<number, readonly number[]>>;
  readonly devices?: unknown;
  readonly probe?: unknown;
  /** Variables of the kernel. */
  readonly sysctls?: unknown;
  /** Lets every question fail, hang or throw. */
  readonly breaks?: "fails" | "hangs" | "throws";
}

const FAILED = {
  kind: "failed",
  problem: "exception",
  because: "the system's library threw an exception",
} as const;

const NOT_FOUND = {
  kind: "failed",
  problem: "not-found",
  because: "there is none",
} as const;

/** A dylib in memory: what it says goes through the real decoders. */
export class FakeNativeLibrary implements NativeQuestions, MetalQuestions {
  /** Every question, in order. */
  readonly asked: string[] = [];
  readonly #script: NativeScript;

  constructor(script: NativeScript = {}) {
    this.#script = script;
  }

  abiVersion(): Promise<number> {
    return Promise.resolve(ABI_VERSION);
  }
  readSysctls(
    numbers: readonly string[],
    texts: readonly string[],
  ): ReturnType<NativeQuestions["readSysctls"]> {
    return this.#say(
      "sysctls",
      (answer) => decodeSysctls(answer, { numbers, texts }),
    );
  }
  readAccelerators(): ReturnType<NativeQuestions["readAccelerators"]> {
    return this.#say("accelerators", decodeAccelerators);
  }
  readGpuClients(): ReturnType<NativeQuestions["readGpuClients"]> {
    return this.#say("clients", decodeGpuClients);
  }
  readKexts(): ReturnType<NativeQuestions["readKexts"]> {
    return this.#say("kexts", decodeKexts);
  }
  readHostMemory(): ReturnType<NativeQuestions["readHostMemory"]> {
    return this.#say("hostMemory", decodeHostMemory);
  }
  readProcess(pid: number): ReturnType<NativeQuestions["readProcess"]> {
    const { processes } = this.#script;
    if (processes === undefined) return this.#say("process", decodeProcess);
    this.asked.push("process");
    return Promise.resolve(
      Object.hasOwn(processes, pid)
        ? { kind: "answered", value: decodeProcess(processes[pid]) }
        : NOT_FOUND,
    );
  }
  readProcessArgs(): ReturnType<NativeQuestions["readProcessArgs"]> {
    return this.#say("args", decodeProcessArgs);
  }
  async readChildren(
    pid: number,
  ): Promise<NativeAnswer<readonly number[]>> {
    const answer = await this.#say("children", () => []);
    return answer.kind === "failed" ? answer : {
      kind: "answered",
      value: decodeChildren(this.#script.children?.[pid] ?? []),
    };
  }
  readMetalDevices(): ReturnType<MetalQuestions["readMetalDevices"]> {
    return this.#say("devices", decodeMetalDevices);
  }
  probeMetal(): ReturnType<MetalQuestions["probeMetal"]> {
    return this.#say("probe", decodeMetalProbe);
  }

  async #say<T>(
    name: keyof NativeScript,
    decode: (answer: unknown) => T,
  ): Promise<NativeAnswer<T>> {
    this.asked.push(name);
    switch (this.#script.breaks) {
      case "fails":
        return FAILED;
      case "throws":
        throw new TypeError("the function is gone");
      case "hangs":
        return await new Promise<NativeAnswer<T>>(() => {});
      default:
        return { kind: "answered", value: decode(this.#script[name]) };
    }
  }
}
