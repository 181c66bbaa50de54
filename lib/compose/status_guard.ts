/**
 * What `status --json` needs of a guard, apart from all the rest. Everything is imported plainly: what a bundle loads later
 * is compiled from its text in every start.
 *
 * @module
 */
import type { Cadence } from "../layers/cadence.ts";
import type { CircuitBreaker } from "../layers/circuit_breaker.ts";
import type { LiveGuards } from "../layers/live_guards.ts";
import type { Lock } from "../layers/lock.ts";
import { ModeLayer } from "../layers/mode.ts";
import type { Status } from "../layers/status.ts";
import type { MachineChecks } from "../policy/machine_checks.ts";
import type { ChildProcesses } from "../ports/child_process.ts";
import type { HostIdentity } from "../ports/host_identity.ts";
import type { ProbeChain } from "../ports/machine_probe.ts";
import type { OwnProcess } from "../ports/own_process.ts";
import type { ProcessTable } from "../ports/process_table.ts";
import { GateGuard, gatePartsOf, type GatePorts } from "./gate.ts";
import { MachineLayers } from "./machine.ts";
import {
  type LayerKit,
  makeCadence,
  makeCircuitBreaker,
  makeLiveGuards,
  makeLock,
} from "./process_layers.ts";
import { makeStatus, type StatusHost } from "./status_parts.ts";

/** What of the world the status touches. */
export interface StatusPorts extends GatePorts {
  /** Other programs. */
  readonly children: ChildProcesses;
  /** Other processes, by pid and start. */
  readonly table: ProcessTable;
  /** Which machine this is. */
  readonly host: HostIdentity;
  /** This process; without it the dylib is not used. */
  readonly own?: OwnProcess;
  /** Answers in place of dylib and command-line programs. */
  readonly probes?: ProbeChain;
}

/** A guard that only shows the status. */
export class StatusGuard extends GateGuard implements StatusHost {
  readonly #ports: StatusPorts;
  readonly #kit: LayerKit;

  /** Nothing is read but the environment. */
  constructor(ports: StatusPorts) {
    super(ports);
    this.#ports = ports;
    this.#kit = {
      ports,
      config: this.config,
      paths: this.paths,
      ...gatePartsOf(this),
    };
  }

  /** Layer 6. */
  get mode(): ModeLayer {
    const raw = this.#ports.env("METALGUARD_MODE");
    return new ModeLayer(this.config.mode, raw);
  }

  /** Layer 8. */
  get lock(): Lock {
    return makeLock(this.#kit);
  }

  /** Layer 9. */
  get cadence(): Cadence {
    return makeCadence(this.#kit);
  }

  /** Layer 9. */
  get circuitBreaker(): CircuitBreaker {
    return makeCircuitBreaker(this.#kit);
  }

  /** What running guards tell. */
  get liveGuards(): LiveGuards {
    return makeLiveGuards(this.#kit);
  }

  /** Asks the machine everything once. */
  async checkMachine(): Promise<MachineChecks> {
    const ports = this.#ports;
    const { clock, store, own, probes, host } = ports;
    return await new MachineLayers({
      clock,
      store,
      host,
      system: ports.system,
      children: ports.children,
      ...(own === undefined ? {} : { own }),
      ...(probes === undefined ? {} : { probes }),
      owner: this.#kit.owner,
      library: this.config.libraryPath,
      workingSet: this.paths.workingSet,
      nativeTrial: this.paths.nativeTrial,
    }).check();
  }

  /** Layer 13; this guard writes no file. */
  get status(): Status {
    const { clock } = this.#ports;
    return makeStatus(
      this,
      clock,
      () => Promise.reject(new Error("this guard only shows the status")),
    );
  }
}
