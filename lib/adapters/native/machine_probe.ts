import type { NativeAnswer } from "../../../ffi/library.ts";
import { known, type Observed, unknown } from "../../core/observed.ts";
import {
  bytesOf,
  gpuAccelerator,
  gpuClients,
  memorySizeOf,
  pressureOf,
  textOf,
  wiredLimitOf,
} from "../../parse/machine_reading.ts";
import type {
  GpuAccelerator,
  GpuClient,
  HostMemoryReading,
  MachineProbe,
  MachineReading,
  ProcessMemory,
} from "../../ports/machine_probe.ts";
import type { NativeQuestions } from "./questions.ts";

/** How {@linkcode createNativeProbe} gets its library. */
export interface NativeOptions {
  /** Opens it; asked once, at the first reading. `unknown` says why it cannot be used. */
  readonly open: () => Promise<Observed<NativeQuestions>>;
  /** How long one question may take, in milliseconds. @default 1,000 */
  readonly timeoutMs?: number;
  /** Told once when a call hangs: it cannot be ended, and keeps this process from ending by itself. */
  readonly onHang?: () => void;
}

/** All questions together take less than a millisecond; a longer wait is a driver that hangs. */
const TIMEOUT_MS = 1_000;

/**
 * This machine through the dylib.
 *
 * Fails to `unknown`: a library that cannot be opened, a code, a thrown error and a hang. After a hang nothing more is
 * asked of it.
 *
 * @param options Where the library comes from.
 */
export function createNativeProbe(options: NativeOptions): MachineProbe {
  return new NativeProbe(options);
}

class NativeProbe implements MachineProbe {
  readonly source = "native";
  readonly #options: NativeOptions;
  #library: Promise<Observed<NativeQuestions>> | undefined;
  #hung: string | undefined;

  constructor(options: NativeOptions) {
    this.#options = options;
  }

  readAccelerators(): Promise<Observed<readonly GpuAccelerator[]>> {
    return this.#ask(
      "the list of GPUs",
      (library) => library.readAccelerators(),
      (list) => known(list.map(gpuAccelerator)),
    );
  }

  readClients(): Promise<Observed<readonly GpuClient[]>> {
    return this.#ask(
      "the GPU's clients",
      (library) => library.readGpuClients(),
      (list) => known(gpuClients(list)),
    );
  }

  readHostMemory(): Promise<Observed<HostMemoryReading>> {
    return this.#ask(
      "the machine's memory",
      (library) => library.readHostMemory(),
      (memory) =>
        known({
          freeBytes: bytesOf(memory.freeBytes, "free memory"),
          activeBytes: bytesOf(memory.activeBytes, "active memory"),
          inactiveBytes: bytesOf(memory.inactiveBytes, "inactive memory"),
          wiredBytes: bytesOf(memory.wiredBytes, "wired memory"),
          compressedBytes: bytesOf(memory.compressorBytes, "compressed memory"),
          swapUsedBytes: bytesOf(memory.swapUsedBytes, "swap"),
          pressure: pressureOf(memory.pressureLevel),
        }),
    );
  }

  readProcessMemory(pid: number): Promise<Observed<ProcessMemory>> {
    return this.#ask(
      `process ${pid}`,
      (library) => library.readProcess(pid),
      (process) =>
        known({
          footprintBytes: bytesOf(process.footprintBytes, "footprint"),
          peakFootprintBytes: bytesOf(
            process.peakFootprintBytes,
            "highest footprint",
          ),
        }),
    );
  }

  async readMachine(): Promise<Observed<MachineReading>> {
    const library = await this.#usable();
    if (library.kind === "unknown") return library;
    const { value } = library;
    const text = (name: string): Observed<string> =>
      textOf(observed(value.sysctlText(name)));
    const count = (name: string): Observed<number> =>
      countOf(name, value.sysctlNumber(name));
    const limit = count("iogpu.wired_limit_mb");
    return known({
      chip: text("machdep.cpu.brand_string"),
      model: text("hw.model"),
      memoryBytes: memorySizeOf(count("hw.memsize")),
      osVersion: text("kern.osproductversion"),
      osBuild: text("kern.osversion"),
      wiredLimitMib: wiredLimitOf(
        limit.kind === "known" ? limit : count("debug.iogpu.wired_limit"),
      ),
      resourceLimit: count("iogpu.rsrc_limit"),
    });
  }

  readKextVersion(bundleId: string): Promise<Observed<string>> {
    return this.#ask(
      `the version of ${bundleId}`,
      (library) => library.readKexts([bundleId]),
      (kexts) => {
        const kext = kexts.find((one) => one.identifier === bundleId);
        return kext === undefined
          ? unknown(`${bundleId} is not loaded`)
          : textOf(kext.version);
      },
    );
  }

  async #ask<A, T>(
    what: string,
    question: (library: NativeQuestions) => Promise<NativeAnswer<A>>,
    turn: (answer: A) => Observed<T>,
  ): Promise<Observed<T>> {
    const library = await this.#usable();
    if (library.kind === "unknown") return library;
    const timeoutMs = this.#options.timeoutMs ?? TIMEOUT_MS;
    const answer = await within(timeoutMs, question(library.value));
    if (answer === undefined) {
      if (this.#hung === undefined) this.#options.onHang?.();
      this.#hung = `the dylib gave no answer about ${what} in ${timeoutMs} ms`;
      return unknown(this.#hung);
    }
    const value = observed(answer);
    return value.kind === "unknown" ? value : turn(value.value);
  }

  async #usable(): Promise<Observed<NativeQuestions>> {
    if (this.#hung !== undefined) return unknown(this.#hung);
    this.#library ??= this.#options.open();
    return await this.#library;
  }
}

function observed<T>(answer: NativeAnswer<T>): Observed<T> {
  return answer.kind === "answered"
    ? known(answer.value)
    : unknown(answer.because);
}

function countOf(
  name: string,
  answer: NativeAnswer<bigint>,
): Observed<number> {
  const value = observed(answer);
  if (value.kind === "unknown") return value;
  const number = Number(value.value);
  return Number.isSafeInteger(number) && number >= 0
    ? known(number)
    : unknown(`${name} is too large`);
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
