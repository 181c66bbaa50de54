import { known, type Observed, unknown } from "../../lib/core/observed.ts";
import { Lock, type LockSetup } from "../../lib/layers/lock.ts";
import { type LockHolds, LockTaking } from "../../lib/layers/lock_taking.ts";
import type { FileStore } from "../../lib/ports/file_store.ts";
import type { HostIdentity } from "../../lib/ports/host_identity.ts";
import type { Owner } from "../../lib/ports/state_folder.ts";
import { FakeClock } from "./clock.ts";
import { MemoryFileStore } from "./file_store.ts";
import { FakeLog } from "./log.ts";
import { FakeProcessTable } from "./process_table.ts";
import { FakeSystemFacts } from "./system_facts.ts";

/** Where the lock of a {@linkcode LockWorld} lies. */
export const LOCK = "/home/locks/gpu.lock";

/** What one process of a {@linkcode LockWorld} differs in. */
export interface LockProcessOptions extends Partial<LockSetup> {
  /** What its isolate holds; another one of the same process is another thread. */
  readonly holds?: LockHolds;
  /** Identity of the hold that whoever started it shares. */
  readonly sharedNonce?: string;
  /** The disk as it sees it. */
  readonly store?: FileStore;
  /** Whom it gives files to. */
  readonly owner?: Owner;
  /** Who has a connection to the GPU. */
  readonly readGpuPids?: () => Promise<Observed<readonly number[]>>;
}

/** Several processes over one disk, clock and process table, all in memory. */
export class LockWorld {
  readonly clock = new FakeClock("2026-01-01T12:00:00Z");
  readonly store = new MemoryFileStore({ clock: this.clock });
  readonly table = new FakeProcessTable();
  readonly log = new FakeLog();
  /** Which machine it is. */
  host: Observed<string> = known("this-host");
  #nonces = 0;

  constructor() {
    this.clock.autoAdvance = true;
    this.store.putFolder("/home");
  }

  /** A process's own view: its system facts, and whatever takes its locks. */
  process(pid: number, options: LockProcessOptions = {}): {
    readonly lock: Lock;
    readonly taker: LockTaking;
    readonly system: FakeSystemFacts;
  } {
    const system = new FakeSystemFacts();
    system.pid = pid;
    const { clock, log, table } = this;
    const store = options.store ?? this.store;
    const host: HostIdentity = { readHost: () => Promise.resolve(this.host) };
    const taker = new LockTaking({
      clock,
      store,
      table,
      log,
      system,
      host,
      owner: () => options.owner,
    }, {
      sharedNonce: options.sharedNonce,
      holds: options.holds ?? new Map(),
      nextNonce: () => `nonce-${++this.#nonces}`,
    });
    const { readGpuPids } = options;
    const lock = new Lock({
      ...{ clock, table, log, taker },
      ...(readGpuPids === undefined ? {} : { readGpuPids }),
    }, {
      path: "path" in options ? options.path : LOCK,
      isObserver: options.isObserver ?? false,
      forceWaitMs: options.forceWaitMs ?? 30_000,
      reclaimCooldownMs: options.reclaimCooldownMs ?? 8_000,
    });
    return { lock, taker, system };
  }

  /** Starts a process in the table and answers its lock. */
  start(
    pid: number,
    options: LockProcessOptions & { readonly parentPid?: number } = {},
  ): Lock {
    const { parentPid = 1 } = options;
    this.table.start(pid, { parentPid, args: ["python3", `job-${pid}.py`] });
    return this.process(pid, options).lock;
  }

  /** Puts a record of the Python tool's. */
  putPython(pid: number, more: Readonly<Record<string, unknown>> = {}): this {
    this.store.put(
      LOCK,
      JSON.stringify({
        pid,
        label: "golden",
        ["started_at"]: "2026-01-01T11:59:00Z",
        cmdline: "-c",
        ...more,
      }),
    );
    return this;
  }

  /** The record as it stands, `undefined` when there is none. */
  record(): Record<string, unknown> | undefined {
    const text = this.store.text(LOCK);
    return text === undefined ? undefined : JSON.parse(text);
  }

  /** Makes the machine one that cannot be told from others. */
  forgetHost(): void {
    this.host = unknown("nobody knows");
  }
}
