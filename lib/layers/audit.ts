import { type Finding, finding } from "../core/finding.ts";
import type { HostMemoryReading } from "../core/machine_reading.ts";
import type { Observed } from "../core/observed.ts";
import { GPU_DRIVER } from "../facts/hardware.ts";
import {
  evaluateWiredLimit,
  type WiredLimitAudit,
} from "../policy/wired_limit.ts";
import type { MachineFacts, MemoryProbe } from "../ports/machine_probe.ts";

/** How the machine is set up for GPU work. */
export interface AuditReport {
  /** The limit of GPU memory, judged. */
  readonly wiredLimit: WiredLimitAudit;
  /** Version of the kernel extension that panics. */
  readonly driverVersion: Observed<string>;
  /** Memory of the machine. */
  readonly hostMemory: Observed<HostMemoryReading>;
  /** What is out of order. */
  readonly findings: readonly Finding[];
}

/**
 * R2 and R3: looks once at how the machine is set up for GPU work.
 *
 * It reports: where something is not known there is no warning about it.
 */
export class Audit {
  readonly #probe: MachineFacts & MemoryProbe;

  /** Made by the guard, once. */
  constructor(probe: MachineFacts & MemoryProbe) {
    this.#probe = probe;
  }

  /**
   * Asks the machine.
   *
   * @param probe Who is asked in place of the usual one.
   */
  async run(
    probe: MachineFacts & MemoryProbe = this.#probe,
  ): Promise<AuditReport> {
    const [machine, driverVersion, hostMemory] = await Promise.all([
      probe.readMachine(),
      probe.readKextVersion(GPU_DRIVER),
      probe.readHostMemory(),
    ]);
    const wiredLimit = evaluateWiredLimit(
      machine.kind === "known"
        ? {
          limitMib: machine.value.wiredLimitMib,
          memoryBytes: machine.value.memoryBytes,
        }
        : { limitMib: machine, memoryBytes: machine },
    );
    return {
      wiredLimit,
      driverVersion,
      hostMemory,
      findings: [
        ...(wiredLimit.advisory === null ? [] : [wiredLimit.advisory]),
        ...pressed(hostMemory),
      ],
    };
  }
}

function pressed(memory: Observed<HostMemoryReading>): readonly Finding[] {
  const pressure = memory.kind === "known" ? memory.value.pressure : memory;
  return pressure.kind === "known" && pressure.value === "critical"
    ? [
      finding(
        "memory-pressure-critical",
        "macOS is critically short of memory: it may end programs at any moment",
        "Close what is not needed before a model is loaded",
      ),
    ]
    : [];
}
