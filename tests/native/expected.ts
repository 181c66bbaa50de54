import {
  asList,
  asObject,
  type Json,
  type JsonObject,
} from "./native_place.ts";

/** Properties of an accelerator that are read. */
const ACCELERATOR_KEYS = [
  "PerformanceStatistics",
  "gpu-core-count",
  "model",
  "MetalPluginName",
  "IOSourceVersion",
  "CFBundleIdentifier",
  "GPUConfigurationVariable",
  "AGCInfo",
];
const CLIENT_KEYS = ["AppUsage", "CommandQueueCount"];
const KEXT_KEYS = [
  "CFBundleIdentifier",
  "CFBundleVersion",
  "OSBundleUUID",
  "OSBundleStarted",
];
const FAMILIES: ReadonlyMap<number, string> = new Map([
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n): [number, string] => [
    1_000 + n,
    `apple${n}`,
  ]),
  [2_002, "mac2"],
  [3_001, "common1"],
  [3_002, "common2"],
  [3_003, "common3"],
  [5_001, "metal3"],
  [5_002, "metal4"],
]);
/** Name in the answer, name in `vm_statistics64`. */
const PAGES: readonly (readonly [string, string])[] = [
  ["freeBytes", "free_count"],
  ["activeBytes", "active_count"],
  ["inactiveBytes", "inactive_count"],
  ["wiredBytes", "wire_count"],
  ["speculativeBytes", "speculative_count"],
  ["purgeableBytes", "purgeable_count"],
  ["externalBytes", "external_page_count"],
  ["internalBytes", "internal_page_count"],
  ["compressorBytes", "compressor_page_count"],
  [
    "uncompressedInCompressorBytes",
    "total_uncompressed_pages_in_compressor",
  ],
];
const NOT_FOUND = -2;
const DENIED = -3;
const UNSUPPORTED = -4;
const ZOMBIE = 5;

/** What the library has to answer of a machine, worked out from the machine's file alone. */
export class Expected {
  readonly #machine: JsonObject;

  constructor(machine: JsonObject) {
    this.#machine = machine;
  }

  accelerators(): Json {
    return this.#accelerators().map((entry) => ({
      class: entry["class"] ?? null,
      registryId: entry["id"] ?? null,
      ...picked(asObject(entry["properties"]), ACCELERATOR_KEYS),
    }));
  }

  gpuClients(): Json {
    return this.#accelerators().flatMap((gpu) =>
      asList(gpu["children"]).map(asObject).flatMap((child): Json[] => {
        const properties = asObject(child["properties"]);
        const creator = properties["IOUserClientCreator"];
        if (typeof creator !== "string") return [];
        const { pid, name } =
          /^pid (?<pid>\d+), (?<name>.*)$/.exec(creator)?.groups ?? {};
        return [{
          class: child["class"] ?? null,
          registryId: child["id"] ?? null,
          acceleratorId: gpu["id"] ?? null,
          creator,
          ...(pid === undefined ? {} : { pid: Number(pid) }),
          ...(name === undefined ? {} : { name }),
          ...picked(properties, CLIENT_KEYS),
        }];
      })
    );
  }

  kexts(prefixes: readonly string[]): Json {
    const all = Object.entries(asObject(this.#machine["kexts"]));
    return Object.fromEntries(
      all.filter(([name]) => prefixes.some((one) => name.startsWith(one)))
        .map(([name, kext]) => [name, picked(asObject(kext), KEXT_KEYS)]),
    );
  }

  metalDevices(): Json {
    const devices = asList(asObject(this.#machine["metal"])["devices"]);
    if (devices.length === 0) return UNSUPPORTED;
    return devices.map((device) => {
      const { families, registryID, ...rest } = asObject(device);
      return {
        ...rest,
        registryId: registryID ?? null,
        families: [...FAMILIES].flatMap(([number, name]) =>
          asList(families).includes(number) ? [name] : []
        ),
      };
    });
  }

  hostMemory(): Json {
    const host = asObject(this.#machine["host"]);
    const vm = asObject(host["vm"]);
    const pageSize = Number(host["pageSize"]);
    const sysctl = asObject(this.#machine["sysctl"]);
    const swap = asList(asObject(sysctl["vm.swapusage"])["xsw"]);
    return {
      pageSize,
      ...Object.fromEntries(
        PAGES.map(([name, field]) => [name, Number(vm[field]) * pageSize]),
      ),
      swapins: vm["swapins"] ?? null,
      swapouts: vm["swapouts"] ?? null,
      swapTotalBytes: swap[0] ?? null,
      swapUsedBytes: swap[1] ?? null,
      swapAvailableBytes: swap[2] ?? null,
      memoryBytes: asObject(sysctl["hw.memsize"])["u64"] ?? null,
      pressureLevel: asObject(
        sysctl["kern.memorystatus_vm_pressure_level"],
      )["u32"] ?? null,
    };
  }

  bootSession(): Json {
    const sysctl = asObject(this.#machine["sysctl"]);
    const [seconds, micros] = asList(
      asObject(sysctl["kern.boottime"])["timeval"],
    );
    return {
      uuid: sysctl["kern.bootsessionuuid"] ?? null,
      bootTimeUs: Number(seconds) * 1e6 + Number(micros),
    };
  }

  process(pid: number): Json {
    const process = this.#process(pid);
    if (process === undefined) return NOT_FOUND;
    const [seconds, micros] = asList(process["start"]);
    const isDenied = process["deny"] === true;
    const isZombie = process["status"] === ZOMBIE;
    return {
      pid,
      ...picked(process, ["ppid", "pgid", "uid", "status", "command"]),
      ...(process["path"] === "" ? {} : picked(process, ["path"])),
      ...(isDenied ? {} : {
        ...picked(process, ["name"]),
        startUs: Number(seconds) * 1e6 + Number(micros),
      }),
      ...(isDenied || isZombie ? {} : {
        ...picked(process, ["startAbstime"]),
        physFootprintBytes: process["physFootprint"] ?? null,
        lifetimeMaxPhysFootprintBytes: process["lifetimeMax"] ?? null,
        residentBytes: process["resident"] ?? null,
        wiredBytes: process["wired"] ?? null,
      }),
    };
  }

  processArgs(pid: number): Json {
    return this.#process(pid)?.["args"] ?? DENIED;
  }

  /** Sorted as texts. */
  children(pid: number): Json {
    return Object.entries(asObject(this.#machine["processes"]))
      .filter(([, process]) => asObject(process)["ppid"] === pid)
      .map(([child]) => Number(child)).sort();
  }

  isAlive(pid: number): number {
    const process = this.#process(pid);
    return process !== undefined && process["status"] !== ZOMBIE ? 1 : 0;
  }

  /** Pids of the machine, and one that nobody has. */
  pids(): number[] {
    return [...Object.keys(asObject(this.#machine["processes"])), "77"].map(
      Number,
    );
  }

  /** Sysctls that are integers. */
  numbers(): [string, number][] {
    return this.#sysctls().flatMap(([name, value]) =>
      typeof value === "string" ? [] : [
        ...(value["u32"] === undefined ? [] : [value["u32"]]),
        ...(value["u64"] === undefined ? [] : [value["u64"]]),
      ].map((one): [string, number] => [name, Number(one)])
    );
  }

  /** Sysctls that are texts. */
  texts(): [string, string][] {
    return this.#sysctls().flatMap(([name, value]): [string, string][] =>
      typeof value === "string" ? [[name, value]] : []
    );
  }

  #sysctls(): [string, string | JsonObject][] {
    return Object.entries(asObject(this.#machine["sysctl"])).map((
      [name, value],
    ) => [name, typeof value === "string" ? value : asObject(value)]);
  }

  #accelerators(): JsonObject[] {
    return asList(this.#machine["registry"]).map(asObject).filter((entry) =>
      asList(entry["conformsTo"] ?? []).includes("IOAccelerator")
    );
  }

  #process(pid: number): JsonObject | undefined {
    const process = asObject(this.#machine["processes"])[String(pid)];
    return process === undefined ? undefined : asObject(process);
  }
}

/** The keys that are there, with bytes as the library writes them. */
function picked(from: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(
    keys.filter((key) => from[key] !== undefined)
      .map((key) => [key, written(from[key] ?? null)]),
  );
}

function written(value: Json): Json {
  if (Array.isArray(value)) return value.map(written);
  if (typeof value !== "object" || value === null) return value;
  const fields = asObject(value);
  if (fields["$data"] !== undefined) return { hex: fields["$data"] };
  return Object.fromEntries(
    Object.entries(fields).map(([key, one]) => [key, written(one)]),
  );
}
