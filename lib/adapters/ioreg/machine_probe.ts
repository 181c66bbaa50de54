import { decodeAccelerators, decodeGpuClients } from "../../../ffi/decode.ts";
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
import {
  type RegistryEntry,
  tryParseIoreg,
} from "../../parse/ioreg_listing.ts";
import {
  findKextVersion,
  parseSwapUsed,
  parseSysctlOutput,
  tryParseVmStat,
} from "../../parse/system_output.ts";
import type { ChildProcesses } from "../../ports/child_process.ts";
import type {
  GpuAccelerator,
  GpuClient,
  HostMemoryReading,
  MachineProbe,
  MachineReading,
  ProcessMemory,
} from "../../ports/machine_probe.ts";
import {
  MAC_TOOLS,
  runTool,
  type SystemTools,
  TOOL_TIMEOUT_MS,
} from "./tool.ts";

/** How {@linkcode createIoregProbe} asks. */
export interface IoregOptions {
  /** Where the programs lie. @default those of macOS */
  readonly tools?: SystemTools;
  /** How long each may take, in milliseconds. @default 3,000 */
  readonly timeoutMs?: number;
}

/**
 * This machine through macOS's own command-line programs, for when the dylib is not there; some 10 to 30 ms a reading.
 *
 * @param children How they are started: by absolute path, without a shell.
 * @param options Where they lie, and for how long they are waited for.
 */
export function createIoregProbe(
  children: ChildProcesses,
  options: IoregOptions = {},
): MachineProbe {
  return new IoregProbe(children, options);
}

const MACHINE_NAMES = {
  chip: "machdep.cpu.brand_string",
  model: "hw.model",
  memory: "hw.memsize",
  osVersion: "kern.osproductversion",
  osBuild: "kern.osversion",
  wiredLimit: "iogpu.wired_limit_mb",
  /** What macOS 13 and earlier call it. */
  olderWiredLimit: "debug.iogpu.wired_limit",
  resourceLimit: "iogpu.rsrc_limit",
} as const;
const SWAP = "vm.swapusage";
const PRESSURE = "kern.memorystatus_vm_pressure_level";

class IoregProbe implements MachineProbe {
  readonly source = "ioreg";
  readonly #children: ChildProcesses;
  readonly #tools: SystemTools;
  readonly #timeoutMs: number;

  constructor(children: ChildProcesses, options: IoregOptions) {
    this.#children = children;
    this.#tools = options.tools ?? MAC_TOOLS;
    this.#timeoutMs = options.timeoutMs ?? TOOL_TIMEOUT_MS;
  }

  async readAccelerators(): Promise<Observed<readonly GpuAccelerator[]>> {
    const entries = await this.#ioreg("IOAccelerator", ["-d", "1"]);
    return entries.kind === "unknown"
      ? entries
      : known(decodeAccelerators(entries.value).map(gpuAccelerator));
  }

  async readClients(): Promise<Observed<readonly GpuClient[]>> {
    const entries = await this.#ioreg("AGXDeviceUserClient", ["-l"]);
    return entries.kind === "unknown"
      ? entries
      : known(gpuClients(decodeGpuClients(entries.value)));
  }

  async readHostMemory(): Promise<Observed<HostMemoryReading>> {
    const [vmStat, sysctl] = await Promise.all([
      this.#run(this.#tools.vmStat, []),
      this.#sysctl([SWAP, PRESSURE]),
    ]);
    if (vmStat.kind === "unknown") return vmStat;
    const pages = tryParseVmStat(vmStat.value);
    if (pages === undefined) return unknown("vm_stat printed something else");
    const bytes = (name: string): Observed<number> =>
      bytesOf(pages(name), name);
    const swap = textIn(sysctl, SWAP);
    return known({
      // The kernel counts speculative pages as free, and vm_stat takes them out.
      freeBytes: sum(bytes("Pages free"), bytes("Pages speculative")),
      activeBytes: bytes("Pages active"),
      inactiveBytes: bytes("Pages inactive"),
      wiredBytes: bytes("Pages wired down"),
      compressedBytes: bytes("Pages occupied by compressor"),
      swapUsedBytes: swap.kind === "unknown"
        ? swap
        : bytesOf(parseSwapUsed(swap.value), SWAP),
      pressure: pressureOf(countIn(sysctl, PRESSURE)),
    });
  }

  readProcessMemory(): Promise<Observed<ProcessMemory>> {
    return Promise.resolve(
      unknown("ps knows resident memory only, and GPU memory is not in it"),
    );
  }

  async readMachine(): Promise<Observed<MachineReading>> {
    const sysctl = await this.#sysctl(Object.values(MACHINE_NAMES));
    if (sysctl.kind === "unknown") return sysctl;
    const limit = countIn(sysctl, MACHINE_NAMES.wiredLimit);
    return known({
      chip: textOf(textIn(sysctl, MACHINE_NAMES.chip)),
      model: textOf(textIn(sysctl, MACHINE_NAMES.model)),
      memoryBytes: memorySizeOf(countIn(sysctl, MACHINE_NAMES.memory)),
      osVersion: textOf(textIn(sysctl, MACHINE_NAMES.osVersion)),
      osBuild: textOf(textIn(sysctl, MACHINE_NAMES.osBuild)),
      wiredLimitMib: wiredLimitOf(
        limit.kind === "known"
          ? limit
          : countIn(sysctl, MACHINE_NAMES.olderWiredLimit),
      ),
      resourceLimit: countIn(sysctl, MACHINE_NAMES.resourceLimit),
    });
  }

  async readKextVersion(bundleId: string): Promise<Observed<string>> {
    const output = await this.#run(this.#tools.kextstat, [
      "-l",
      "-b",
      bundleId,
    ]);
    if (output.kind === "unknown") return output;
    const version = findKextVersion(output.value, bundleId);
    return version === undefined
      ? unknown(`${bundleId} is not loaded`)
      : known(version);
  }

  async #ioreg(
    className: string,
    options: readonly string[],
  ): Promise<Observed<readonly RegistryEntry[]>> {
    const args = ["-r", "-c", className, ...options, "-w", "0", "-a"];
    const output = await this.#run(this.#tools.ioreg, args);
    if (output.kind === "unknown") return output;
    const entries = tryParseIoreg(output.value);
    return entries === undefined
      ? unknown("ioreg printed no property list")
      : known(entries);
  }

  async #sysctl(
    names: readonly string[],
  ): Promise<Observed<ReadonlyMap<string, string>>> {
    const output = await runTool(this.#children, {
      program: this.#tools.sysctl,
      args: names,
      timeoutMs: this.#timeoutMs,
    }, true);
    return output.kind === "unknown"
      ? output
      : known(parseSysctlOutput(output.value));
  }

  #run(program: string, args: readonly string[]): Promise<Observed<string>> {
    const timeoutMs = this.#timeoutMs;
    return runTool(this.#children, { program, args, timeoutMs });
  }
}

type Variables = Observed<ReadonlyMap<string, string>>;

function textIn(variables: Variables, name: string): Observed<string> {
  if (variables.kind === "unknown") return variables;
  const text = variables.value.get(name);
  return text === undefined
    ? unknown(`this system has no ${name}`)
    : known(text);
}

function countIn(variables: Variables, name: string): Observed<number> {
  const text = textIn(variables, name);
  if (text.kind === "unknown") return text;
  const value = /^\d{1,16}$/.test(text.value) ? Number(text.value) : NaN;
  return Number.isSafeInteger(value)
    ? known(value)
    : unknown(`${name} is no whole number`);
}

function sum(a: Observed<number>, b: Observed<number>): Observed<number> {
  if (a.kind === "unknown") return a;
  return b.kind === "unknown" ? b : known(a.value + b.value);
}
