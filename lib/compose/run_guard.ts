/**
 * What `run` needs of a guard for a command that is no Python's and names no model, apart from all the rest. Everything is
 * imported plainly: what a bundle loads later is compiled from its text in every start.
 *
 * @module
 */
import { createDenoFootprints } from "../adapters/deno/footprints.ts";
import type { NativeCaller } from "../adapters/native/caller.ts";
import { pythonOfCommand } from "../facts/command_python.ts";
import type { Cadence } from "../layers/cadence.ts";
import type { CircuitBreaker } from "../layers/circuit_breaker.ts";
import type { Lock } from "../layers/lock.ts";
import { LockRun } from "../layers/lock_run.ts";
import { ModeLayer } from "../layers/mode.ts";
import { modelInArguments } from "../parse/model_argument.ts";
import type { Footprints } from "../ports/footprints.ts";
import type { ForegroundChildren } from "../ports/foreground_child.ts";
import type { ProbeSource } from "../ports/machine_probe.ts";
import { lazyProcessChain } from "../ports/process_chain.ts";
import type { ProcessTable } from "../ports/process_table.ts";
import type { FitView } from "../report/fit.ts";
import { GateGuard, gatePartsOf, type MetalGuardSetup } from "./gate.ts";
import type { RunHost } from "./run_types.ts";
import { makeMacFootprints, makeMacTable } from "./mac_processes.ts";
import { makeNativeCaller } from "./native_source.ts";
import {
  type LayerKit,
  makeCadence,
  makeCircuitBreaker,
  makeLock,
} from "./process_layers.ts";
import type { RunSetup } from "./run_setup.ts";
import type { StatusPorts } from "./status_guard.ts";

/** What of the world a plain run touches. */
export interface PlainRunPorts extends StatusPorts {
  /** How `table` looks: `ps` has the dylib put before it where there is one. */
  readonly tableSource?: ProbeSource;
  /** Programs that run in our place. */
  readonly foreground: ForegroundChildren;
  /** Memory of processes; where it is left out, as Deno reads it. */
  readonly footprints?: Footprints;
}

/**
 * Whether a command is no Python's and names no model, as far as its words and its script's first line tell: the others have
 * more asked about them than this guard can answer.
 */
export function isPlainCommand(
  ports: Pick<PlainRunPorts, "env" | "store">,
  command: readonly string[],
): boolean {
  return modelInArguments(command) === undefined &&
    pythonOfCommand(ports, command) === undefined;
}

/** A guard around one command of which nothing is known but its words. */
export class RunGuard extends GateGuard implements RunHost {
  readonly #ports: PlainRunPorts;
  readonly #kit: LayerKit;
  readonly #rawMode: string | undefined;
  readonly #lock: Lock;
  #native: { readonly caller: NativeCaller | undefined } | undefined;

  /** Nothing is read but the environment. */
  constructor(ports: PlainRunPorts, setup: MetalGuardSetup = {}) {
    super(ports, setup);
    const table = ports.tableSource === "ps"
      ? lazyProcessChain(() =>
        Promise.resolve(makeMacTable(this.#caller(), ports.table))
      )
      : ports.table;
    this.#ports = { ...ports, table };
    this.#rawMode = setup.mode ?? ports.env("METALGUARD_MODE");
    this.#kit = {
      ports: this.#ports,
      config: this.config,
      paths: this.paths,
      ...gatePartsOf(this),
    };
    this.#lock = makeLock(this.#kit);
  }

  /** Layer 6. */
  get mode(): ModeLayer {
    return new ModeLayer(this.config.mode, this.#rawMode);
  }

  /** Layer 8. */
  get lock(): Lock {
    return this.#lock;
  }

  /** Layer 8 around a program. */
  get lockRun(): LockRun {
    return new LockRun(this.#ports, {
      acquire: (label, options) => this.lock.acquire(label, options),
      path: this.paths.lock,
    });
  }

  /** Layer 9. */
  get cadence(): Cadence {
    return makeCadence(this.#kit);
  }

  /** Layer 9. */
  get circuitBreaker(): CircuitBreaker {
    return makeCircuitBreaker(this.#kit);
  }

  /** Processes, as the layers look at them. */
  get processes(): ProcessTable {
    return this.#ports.table;
  }

  /** Memory of processes. */
  footprints(): Promise<Footprints> {
    const { children, footprints, own, tableSource } = this.#ports;
    return Promise.resolve(
      footprints ??
        (tableSource === "ps"
          ? makeMacFootprints(this.#caller(), children)
          : createDenoFootprints(children, { hang: own?.hang })),
    );
  }

  /** Not asked: who has a model is run by the whole guard. */
  describeFit(): Promise<FitView> {
    return Promise.reject(new Error("this guard knows nothing of models"));
  }

  /** Not asked: who has a Python or a model is run by the whole guard. */
  loadSetup(): Promise<RunSetup> {
    return Promise.reject(new Error("this guard knows nothing of Pythons"));
  }

  #caller(): NativeCaller | undefined {
    const { clock, children, own, store, system } = this.#ports;
    this.#native ??= {
      caller: makeNativeCaller({
        clock,
        store,
        system,
        children,
        ...(own === undefined ? {} : { own }),
        owner: this.#kit.owner,
        library: this.config.libraryPath,
        nativeTrial: this.paths.nativeTrial,
      }),
    };
    return this.#native.caller;
  }
}
