/**
 * Where the layers that the status shows meet.
 *
 * @module
 */
import type { CircuitBreaker } from "../layers/circuit_breaker.ts";
import type { Cadence } from "../layers/cadence.ts";
import type { LiveGuards } from "../layers/live_guards.ts";
import type { Lock } from "../layers/lock.ts";
import type { ModeLayer } from "../layers/mode.ts";
import { Status, type StatusSources } from "../layers/status.ts";
import type { MachineChecks } from "../policy/machine_checks.ts";
import type { Clock } from "../ports/clock.ts";
import { slept } from "../ports/sleep.ts";
import type { GateGuard } from "./gate.ts";

/** The layers that the status shows, each made when it is first asked for. */
export interface StatusHost
  extends Pick<GateGuard, "panics" | "panicCooldown" | "breadcrumbs"> {
  readonly mode: ModeLayer;
  readonly lock: Lock;
  readonly cadence: Cadence;
  readonly circuitBreaker: CircuitBreaker;
  readonly liveGuards: LiveGuards;
  checkMachine(): Promise<MachineChecks>;
}

/** Layer 13 over a guard's layers. */
export function makeStatus(
  host: StatusHost,
  clock: Clock,
  writeFile: StatusSources["writeFile"],
): Status {
  return new Status({
    writeFile,
    now: () => clock.now(),
    pause: (ms, signal) => slept(clock, ms, signal),
    readFailures: (panicsWithinMs) => host.panics.read({ panicsWithinMs }),
    checkGate: (history) => host.panicCooldown.check(history),
    ingest: (history) => host.panics.ingest(history),
    readLock: () => host.lock.read(),
    readBreaker: (history) => host.circuitBreaker.status(history),
    readCadence: () => host.cadence.status(),
    listGuards: () => host.liveGuards.list(),
    describeMode: () => host.mode.describe(),
    checkMachine: () => host.checkMachine(),
    breadcrumbPath: () => host.breadcrumbs.path,
    breadcrumbTail: (lines) => host.breadcrumbs.readTail(lines),
  });
}
