import { MIB } from "../core/bytes.ts";
import type {
  GpuAccelerator,
  GpuClient,
  MemoryPressure,
} from "../core/machine_reading.ts";
import { known, type Observed, unknown } from "../core/observed.ts";
import { plainText } from "../core/plain_text.ts";

/** No Mac has a hundredth of it: a figure beyond is a counter that ran below zero. 16 TiB. */
const MOST_BYTES = 2 ** 44;
/** Nanoseconds in a millisecond. */
const NS_PER_MS = 1e6;

/** A GPU as it was decoded from the dylib or from `ioreg`. */
export interface DecodedAccelerator {
  readonly className: Observed<string>;
  readonly model: Observed<string>;
  readonly coreCount: Observed<number>;
  readonly metalPlugin: Observed<string>;
  readonly inUseBytes: Observed<number>;
  readonly allocatedBytes: Observed<number>;
  readonly devicePercent: Observed<number>;
  readonly rendererPercent: Observed<number>;
  readonly tilerPercent: Observed<number>;
  readonly recoveryCount: Observed<number>;
}

/** A GPU's figures in the program's own units. */
export function gpuAccelerator(from: DecodedAccelerator): GpuAccelerator {
  return {
    className: plainText(
      from.className.kind === "known" ? from.className.value : "",
      80,
    ),
    model: textOf(from.model),
    coreCount: from.coreCount,
    metalPlugin: textOf(from.metalPlugin),
    inUseBytes: bytesOf(from.inUseBytes, "memory in use"),
    allocatedBytes: bytesOf(from.allocatedBytes, "allocated memory"),
    deviceRatio: ratioOf(from.devicePercent),
    rendererRatio: ratioOf(from.rendererPercent),
    tilerRatio: ratioOf(from.tilerPercent),
    recoveryCount: from.recoveryCount,
  };
}

/** A GPU client as it was decoded from the dylib or from `ioreg`. */
export interface DecodedClient {
  readonly pid: Observed<number>;
  readonly name: Observed<string>;
  readonly gpuTimeNs: Observed<number>;
}

/** Clients in the program's own units; one without a pid is nobody's and is left out. */
export function gpuClients(
  from: readonly DecodedClient[],
): readonly GpuClient[] {
  return from.flatMap(({ pid, name, gpuTimeNs }) =>
    pid.kind === "unknown" ? [] : [{
      pid: pid.value,
      name: name.kind === "known" ? plainText(name.value, 64) : "",
      gpuTimeMs: mapped(gpuTimeNs, (ns) => ns / NS_PER_MS),
    }]
  );
}

/**
 * A number of bytes that a Mac can have.
 *
 * @param from As it was read.
 * @param what Its name, for the reason.
 */
export function bytesOf(
  from: Observed<number>,
  what: string,
): Observed<number> {
  if (from.kind === "unknown") return from;
  const { value } = from;
  return Number.isSafeInteger(value) && value >= 0 && value <= MOST_BYTES
    ? from
    : unknown(`${what}: ${value} is no size that a Mac has`);
}

/** `kern.memorystatus_vm_pressure_level`: 1, 2 or 4. */
export function pressureOf(level: Observed<number>): Observed<MemoryPressure> {
  if (level.kind === "unknown") return level;
  switch (level.value) {
    case 1:
      return known("normal");
    case 2:
      return known("warn");
    case 4:
      return known("critical");
    default:
      return unknown(`memory pressure: level ${level.value} is not known`);
  }
}

/** A text without what a terminal would obey. */
export function textOf(from: Observed<string>): Observed<string> {
  return mapped(from, (text) => plainText(text, 200));
}

function ratioOf(percent: Observed<number>): Observed<number> {
  if (percent.kind === "unknown") return percent;
  return percent.value >= 0 && percent.value <= 100
    ? known(percent.value / 100)
    : unknown(`utilisation: ${percent.value} % is not within 0 to 100`);
}

function mapped<A, B>(from: Observed<A>, turn: (value: A) => B): Observed<B> {
  return from.kind === "known" ? known(turn(from.value)) : from;
}

/** `hw.memsize` in bytes: a machine has some. */
export function memorySizeOf(bytes: Observed<number>): Observed<number> {
  const size = bytesOf(bytes, "hw.memsize");
  return size.kind === "known" && size.value === 0
    ? unknown("hw.memsize is 0")
    : size;
}

/** `iogpu.wired_limit_mb` in MiB: 0, or what a Mac can have. */
export function wiredLimitOf(mib: Observed<number>): Observed<number> {
  if (mib.kind === "unknown") return mib;
  const bytes = bytesOf(known(mib.value * MIB), "iogpu.wired_limit_mb");
  return bytes.kind === "unknown" ? bytes : mib;
}
