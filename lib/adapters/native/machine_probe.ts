import type { Sysctls } from "../../../ffi/decode.ts";
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
import { NativeCaller, type NativeOptions, observed } from "./caller.ts";
import type { NativeQuestions } from "./questions.ts";

/**
 * This machine through the dylib.
 *
 * Fails to `unknown`: a library that cannot be opened, a code, a thrown error and a hang. After a hang nothing more is
 * asked of it.
 *
 * @param from Where the library comes from, or who asks it already.
 */
export function createNativeProbe(
  from: NativeOptions | NativeCaller,
): MachineProbe {
  return new NativeProbe(
    from instanceof NativeCaller ? from : new NativeCaller(from),
  );
}

class NativeProbe implements MachineProbe {
  readonly source = "native";
  readonly #caller: NativeCaller;

  constructor(caller: NativeCaller) {
    this.#caller = caller;
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

  readMachine(): Promise<Observed<MachineReading>> {
    return this.#ask(
      "the machine",
      (library) => library.readSysctls(NUMBERS, TEXTS),
      (sysctls) => known(machineOf(sysctls)),
    );
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
    const value = observed(await this.#caller.ask(what, question));
    return value.kind === "unknown" ? value : turn(value.value);
  }
}

/** macOS 13 and earlier have the limit under its second name. */
const NUMBERS = [
  "hw.memsize",
  "iogpu.wired_limit_mb",
  "debug.iogpu.wired_limit",
  "iogpu.rsrc_limit",
] as const;
const TEXTS = [
  "machdep.cpu.brand_string",
  "hw.model",
  "kern.osproductversion",
  "kern.osversion",
] as const;

function machineOf({ numbers, texts }: Sysctls): MachineReading {
  const text = (name: (typeof TEXTS)[number]): Observed<string> =>
    textOf(texts.get(name) ?? unknown(`${name} was not asked`));
  const count = (name: (typeof NUMBERS)[number]): Observed<number> =>
    numbers.get(name) ?? unknown(`${name} was not asked`);
  const limit = count("iogpu.wired_limit_mb");
  return {
    chip: text("machdep.cpu.brand_string"),
    model: text("hw.model"),
    memoryBytes: memorySizeOf(count("hw.memsize")),
    osVersion: text("kern.osproductversion"),
    osBuild: text("kern.osversion"),
    wiredLimitMib: wiredLimitOf(
      limit.kind === "known" ? limit : count("debug.iogpu.wired_limit"),
    ),
    resourceLimit: count("iogpu.rsrc_limit"),
  };
}
