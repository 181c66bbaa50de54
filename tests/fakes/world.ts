import {
  createMetalGuard,
  type MetalGuard,
  type MetalGuardSetup,
} from "../../lib/compose.ts";
import { known } from "../../lib/core/observed.ts";
import { chainProbes } from "../../lib/ports/machine_chain.ts";
import type { FileStore } from "../../lib/ports/file_store.ts";
import type { LinkReader } from "../../lib/ports/link_reader.ts";
import { FakeChildProcesses } from "./child_process.ts";
import { FakeClock } from "./clock.ts";
import { fakeEnv } from "./env.ts";
import { MemoryFileStore } from "./file_store.ts";
import { FakeForegroundChildren } from "./foreground_child.ts";
import { fakeLinkReader } from "./link_reader.ts";
import { FakeLog } from "./log.ts";
import { FakeProcessTable } from "./process_table.ts";
import { FakeMachineProbe, FakeMetalProbe } from "./machine_probe.ts";
import { type PanicText, panicText } from "./reports.ts";
import { FakeSystemFacts } from "./system_facts.ts";
import { FakeTicker } from "./ticker.ts";

/** Home of whoever works in a {@linkcode World}. */
export const HOME = "/Users/ada";
/** Its state files and reports. */
export const STATE = `${HOME}/.cache/metal-guard`;
export const SENTINEL = `${STATE}/panic-sentinel.json`;
export const ACK = `${HOME}/.metal-guard-ack`;
export const REPORTS = "/Library/Logs/DiagnosticReports";

/** What a world starts with. */
export interface WorldOptions {
  readonly now?: string;
  readonly zone?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly userId?: number;
}

/** A Mac in memory: clock, disk, environment, log; guards are made over it. */
export class World {
  readonly clock: FakeClock;
  readonly store: MemoryFileStore;
  readonly log = new FakeLog();
  readonly system = new FakeSystemFacts();
  readonly children = new FakeChildProcesses();
  readonly table = new FakeProcessTable();
  readonly host = { readHost: () => Promise.resolve(known("this-host")) };
  readonly foreground = new FakeForegroundChildren();
  readonly links: LinkReader = (path) => fakeLinkReader(this.store)(path);
  readonly ticker = new FakeTicker();
  readonly machine = new FakeMachineProbe();
  readonly metal = new FakeMetalProbe();
  readonly env: Record<string, string | undefined>;

  constructor(options: WorldOptions = {}) {
    this.clock = new FakeClock(
      options.now ?? "2026-11-23T12:00:00Z",
      options.zone ?? "UTC",
    );
    this.store = new MemoryFileStore({
      clock: this.clock,
      userId: options.userId ?? 501,
    });
    this.system.userId = options.userId ?? 501;
    this.env = { HOME, ...options.env };
    this.store.putFolder(HOME, { userId: 501, groupId: 20 });
    this.store.putFolder("/Library/Logs", { mode: 0o755 });
    this.store.putFolder("/Library", { mode: 0o755 });
    this.store.putFolder(REPORTS, { mode: 0o755 });
  }

  /** A guard, as a new process makes one: nothing is remembered from the one before. */
  guard(
    setup: MetalGuardSetup = {},
    store: FileStore = this.store,
  ): MetalGuard {
    return createMetalGuard({
      clock: this.clock,
      store,
      env: fakeEnv(this.env),
      log: this.log,
      system: this.system,
      children: this.children,
      table: this.table,
      host: this.host,
      foreground: this.foreground,
      links: this.links,
      ticker: this.ticker,
      probes: chainProbes([this.machine]),
      metal: this.metal,
    }, setup);
  }

  /** Puts the report of a GPU panic that happened `hoursAgo`, each of a boot of its own. */
  panic(hoursAgo: number, text: PanicText = {}): this {
    this.#panics += 1;
    const at = this.ago(hoursAgo);
    const boot = `00000000-0000-4000-8000-${
      String(this.#panics).padStart(12, "0")
    }`;
    this.store.put(
      `${REPORTS}/panic-full-${this.#panics}.panic`,
      panicText({ calendarAt: at, boot, ...text }),
      { modifiedAt: at },
    );
    return this;
  }
  #panics = 0;

  /** The instant that lies `hours` back. */
  ago(hours: number): Temporal.Instant {
    return this.clock.now().subtract({
      milliseconds: Math.round(hours * 3_600_000),
    });
  }
}
