import { createDenoPorts } from "../lib/adapters/deno/ports.ts";
import { createDenoProcessTable } from "../lib/adapters/deno/process_table.ts";
import { createMetalGuard, type MetalGuard } from "../lib/compose.ts";
import { FirstSight } from "../lib/facts/first_sight.ts";
import { Breadcrumbs } from "../lib/layers/breadcrumbs.ts";
import { Cadence } from "../lib/layers/cadence.ts";
import { CircuitBreaker } from "../lib/layers/circuit_breaker.ts";
import { LiveGuards } from "../lib/layers/live_guards.ts";
import { PanicLedger } from "../lib/layers/panic_ledger.ts";
import { BREAKER_DEFAULTS } from "../lib/policy/circuit_breaker.ts";
import { FAILURE_TABLES } from "../lib/registry/failures.ts";
import { fakeEnv } from "./fakes/env.ts";
import { FakeLog } from "./fakes/log.ts";

/** A HOME on the real disk, and every layer that keeps a state file, over the ports that ship. */
export class RealState implements Disposable {
  /** HOME. */
  readonly home: string;
  /** Folder of the state files. */
  readonly state: string;
  /** The only report folder. */
  readonly reports: string;
  /** Record of the lock. */
  readonly lock: string;
  /** What the layers said. */
  readonly log = new FakeLog();
  readonly #real = createDenoPorts();

  constructor() {
    this.home = Deno.realPathSync(
      Deno.makeTempDirSync({ prefix: "metal-guard-state-" }),
    );
    this.state = `${this.home}/.cache/metal-guard`;
    this.reports = `${this.home}/reports`;
    this.lock = `${this.home}/.metal-guard/locks/mlx_exclusive.lock`;
    Deno.mkdirSync(this.reports);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.home, { recursive: true });
  }

  /** A guard, as a new process makes one. */
  guard(): MetalGuard {
    return createMetalGuard({
      ...this.#real,
      log: this.log,
      env: fakeEnv({
        HOME: this.home,
        METALGUARD_REPORT_DIRS: this.reports,
      }),
    });
  }

  /** Layer 9, in the usual place. */
  cadence(): Cadence {
    return new Cadence(this.#ports(), {
      path: `${this.state}/cadence.json`,
      options: { sameModelIntervalMs: 180_000, crossModelIntervalMs: 0 },
      isObserver: false,
    });
  }

  /** Layer 9, in the usual place. */
  breaker(): CircuitBreaker {
    return new CircuitBreaker(this.#ports(), {
      path: `${this.state}/breaker.json`,
      ledger: `${this.state}/panics.jsonl`,
      reportFolders: [{ path: this.reports, isEvidence: true }],
      options: BREAKER_DEFAULTS,
      isObserver: false,
    });
  }

  /** Layer 9, in the usual place. */
  ledger(): PanicLedger {
    return new PanicLedger(this.#ports(), `${this.state}/panics.jsonl`);
  }

  /** The log, in the usual place. */
  breadcrumbs(): Breadcrumbs {
    return new Breadcrumbs(
      { ...this.#ports(), system: this.#real.system },
      { requested: undefined, fallback: `${this.state}/metal_breadcrumb.log` },
    );
  }

  /** What running guards publish. */
  liveGuards(): LiveGuards {
    const table = createDenoProcessTable(this.#real.children);
    return new LiveGuards({
      ...this.#ports(),
      system: this.#real.system,
      identityOf: async (pid) => {
        const reading = await table.read(pid);
        return reading.kind === "alive" ? reading.facts : undefined;
      },
    }, `${this.state}/guards`);
  }

  #ports(): ConstructorParameters<typeof CircuitBreaker>[0] {
    return {
      store: this.#real.store,
      clock: this.#real.clock,
      log: this.log,
      owner: () => undefined,
      firstSight: new FirstSight(this.#real.clock),
      tables: FAILURE_TABLES,
    };
  }
}
