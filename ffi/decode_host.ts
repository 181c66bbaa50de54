/**
 * What `libmetalguard` answers of the host and its processes, as typed values; by the rules of `decode.ts`.
 *
 * @module
 */
import {
  asFields,
  asTexts,
  countField,
  type Field,
  sizeField,
  textField,
  unknown,
} from "./field.ts";

/** The machine's memory. All but the page size and the level are bytes or counts since the start. */
export interface HostMemory {
  /** Bytes of a page. */
  readonly pageBytes: Field<number>;
  /** What is built in: `hw.memsize`. */
  readonly memoryBytes: Field<number>;
  /** Free pages, the speculative ones among them, as the kernel counts. */
  readonly freeBytes: Field<number>;
  /** Recently used. */
  readonly activeBytes: Field<number>;
  /** Not recently used. */
  readonly inactiveBytes: Field<number>;
  /** Cannot be paged out. GPU memory in use is in it. */
  readonly wiredBytes: Field<number>;
  /** Read ahead, unused so far. */
  readonly speculativeBytes: Field<number>;
  /** May be thrown away. */
  readonly purgeableBytes: Field<number>;
  /** Backed by files. */
  readonly externalBytes: Field<number>;
  /** Not backed by files. */
  readonly internalBytes: Field<number>;
  /** What the compressor occupies. */
  readonly compressorBytes: Field<number>;
  /** What is stored in it, uncompressed. */
  readonly uncompressedInCompressorBytes: Field<number>;
  /** Pages read back from swap since the start. */
  readonly swapIns: Field<number>;
  /** Pages written to swap since the start. */
  readonly swapOuts: Field<number>;
  /** Size of the swap files. */
  readonly swapTotalBytes: Field<number>;
  /** What of it is used. */
  readonly swapUsedBytes: Field<number>;
  /** Memory pressure as the kernel says it: 1 normal, 2 warning, 4 critical. */
  readonly pressureLevel: Field<number>;
}

/** One process. */
export interface NativeProcess {
  /** Its number. */
  readonly pid: Field<number>;
  /** Who started it, or took it over. */
  readonly parentPid: Field<number>;
  /** Its process group. */
  readonly groupPid: Field<number>;
  /** Effective user. */
  readonly userId: Field<number>;
  /** Whether it has ended and waits for its parent to ask how. */
  readonly isZombie: Field<boolean>;
  /** When it started by the wall clock of that time, in microseconds since 1970: the token of kind `libproc`. */
  readonly startUs: Field<number>;
  /** When it started on the clock that nobody sets, in ticks; own processes only. */
  readonly startAbstime: Field<number>;
  /** The kernel's name of it, at most 16 bytes. */
  readonly command: Field<string>;
  /** Its own name, at most 32 bytes. */
  readonly name: Field<string>;
  /** Path of its program. */
  readonly path: Field<string>;
  /** What the kernel judges it by when memory is short; GPU memory is in it. Own processes only. */
  readonly footprintBytes: Field<number>;
  /** The highest footprint ever. Own processes only. */
  readonly peakFootprintBytes: Field<number>;
  /** Resident memory. Own processes only. */
  readonly residentBytes: Field<number>;
  /** Wired memory. Own processes only. */
  readonly wiredBytes: Field<number>;
}

/** The running boot. */
export interface BootSession {
  /** `kern.bootsessionuuid`, upper case. */
  readonly uuid: Field<string>;
  /** `kern.boottime` in microseconds since 1970; it moves when the clock is set. */
  readonly bootTimeUs: Field<number>;
}

/** Variables of the kernel, by their names. */
export interface Sysctls {
  /** Those that are integers. */
  readonly numbers: ReadonlyMap<string, Field<number>>;
  /** Those that are texts. */
  readonly texts: ReadonlyMap<string, Field<string>>;
}

/** `SZOMB` of the kernel. */
const ZOMBIE = 5;

/** Decodes `mg_host_memory`. */
export function decodeHostMemory(answer: unknown): HostMemory {
  const entry = asFields(answer);
  return {
    pageBytes: sizeField(entry, "pageSize"),
    memoryBytes: sizeField(entry, "memoryBytes"),
    freeBytes: countField(entry, "freeBytes"),
    activeBytes: countField(entry, "activeBytes"),
    inactiveBytes: countField(entry, "inactiveBytes"),
    wiredBytes: countField(entry, "wiredBytes"),
    speculativeBytes: countField(entry, "speculativeBytes"),
    purgeableBytes: countField(entry, "purgeableBytes"),
    externalBytes: countField(entry, "externalBytes"),
    internalBytes: countField(entry, "internalBytes"),
    compressorBytes: countField(entry, "compressorBytes"),
    uncompressedInCompressorBytes: countField(
      entry,
      "uncompressedInCompressorBytes",
    ),
    swapIns: countField(entry, "swapins"),
    swapOuts: countField(entry, "swapouts"),
    swapTotalBytes: countField(entry, "swapTotalBytes"),
    swapUsedBytes: countField(entry, "swapUsedBytes"),
    pressureLevel: sizeField(entry, "pressureLevel"),
  };
}

/** Decodes `mg_process`. */
export function decodeProcess(answer: unknown): NativeProcess {
  const entry = asFields(answer);
  const status = countField(entry, "status");
  return {
    pid: sizeField(entry, "pid"),
    parentPid: countField(entry, "ppid"),
    groupPid: countField(entry, "pgid"),
    userId: countField(entry, "uid"),
    isZombie: status.kind === "known"
      ? { kind: "known", value: status.value === ZOMBIE }
      : status,
    startUs: sizeField(entry, "startUs"),
    startAbstime: sizeField(entry, "startAbstime"),
    command: textField(entry, "command"),
    name: textField(entry, "name"),
    path: textField(entry, "path"),
    footprintBytes: countField(entry, "physFootprintBytes"),
    peakFootprintBytes: countField(entry, "lifetimeMaxPhysFootprintBytes"),
    residentBytes: countField(entry, "residentBytes"),
    wiredBytes: countField(entry, "wiredBytes"),
  };
}

/** Decodes `mg_boot_session`. */
export function decodeBootSession(answer: unknown): BootSession {
  const entry = asFields(answer);
  const uuid = textField(entry, "uuid");
  return {
    uuid: uuid.kind === "known" && !UUID.test(uuid.value)
      ? unknown(`"uuid" is no UUID`)
      : uuid.kind === "known"
      ? { kind: "known", value: uuid.value.toUpperCase() }
      : uuid,
    bootTimeUs: sizeField(entry, "bootTimeUs"),
  };
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Decodes `mg_children`; what is no pid is left out. */
export function decodeChildren(answer: unknown): number[] {
  if (!Array.isArray(answer)) return [];
  return answer.filter((pid): pid is number =>
    typeof pid === "number" && Number.isSafeInteger(pid) && pid > 0
  );
}

/** Decodes `mg_process_args`. */
export function decodeProcessArgs(answer: unknown): string[] {
  return asTexts(answer);
}

/**
 * Decodes `mg_sysctls`.
 *
 * @param asked The names that were asked for; what has no answer is `unknown`.
 */
export function decodeSysctls(
  answer: unknown,
  asked: {
    readonly numbers: readonly string[];
    readonly texts: readonly string[];
  },
): Sysctls {
  const entry = asFields(answer);
  return {
    numbers: new Map(
      asked.numbers.map((name) => [name, countField(entry, name)]),
    ),
    texts: new Map(asked.texts.map((name) => [name, textField(entry, name)])),
  };
}
