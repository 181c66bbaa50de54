import type {
  AcceleratorFacts,
  GpuClient,
  HostMemory,
  KextFacts,
  MetalDevice,
  MetalProbe,
  NativeProcess,
  Sysctls,
} from "../../../ffi/decode.ts";
import type { NativeAnswer } from "../../../ffi/library.ts";

/** The questions of the dylib that this program asks; tests play a library with them. */
export interface NativeQuestions {
  /** Version of its ABI. */
  abiVersion(): Promise<number>;
  /** Variables of the kernel: those that are numbers, and those that are texts. */
  readSysctls(
    numbers: readonly string[],
    texts: readonly string[],
  ): Promise<NativeAnswer<Sysctls>>;
  /** The GPUs, without waking them. */
  readAccelerators(): Promise<NativeAnswer<readonly AcceleratorFacts[]>>;
  /** Who has a GPU open. */
  readGpuClients(): Promise<NativeAnswer<readonly GpuClient[]>>;
  /** Kernel extensions that are loaded. */
  readKexts(
    prefixes: readonly string[],
  ): Promise<NativeAnswer<readonly KextFacts[]>>;
  /** The machine's memory. */
  readHostMemory(): Promise<NativeAnswer<HostMemory>>;
  /** One process. */
  readProcess(pid: number): Promise<NativeAnswer<NativeProcess>>;
  /** Its command line, the program first; own processes only. */
  readProcessArgs(pid: number): Promise<NativeAnswer<readonly string[]>>;
  /** Pids of those whose parent it is now, zombies too. */
  readChildren(pid: number): Promise<NativeAnswer<readonly number[]>>;
}

/** The two questions that wake the GPU driver: only a child process asks them. */
export interface MetalQuestions {
  /** The GPUs as Metal shows them. */
  readMetalDevices(): Promise<NativeAnswer<readonly MetalDevice[]>>;
  /** A command to the GPU and back. */
  probeMetal(timeoutMs: number): Promise<NativeAnswer<MetalProbe>>;
}
