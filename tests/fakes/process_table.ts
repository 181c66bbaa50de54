import { known, type Observed, unknown } from "../../lib/core/observed.ts";
import {
  compareStartTokens,
  type StartToken,
} from "../../lib/core/process_identity.ts";
import { descendantsOf } from "../../lib/parse/ps_output.ts";
import type {
  EndSignal,
  ProcessFacts,
  ProcessIdentity,
  ProcessReading,
  ProcessTable,
  SignalOutcome,
} from "../../lib/ports/process_table.ts";

/** What a test says of a process; the rest is filled in. */
export type FakeProcess = Partial<Omit<ProcessFacts, "pid">> & {
  /** It may not be signalled. */
  readonly isForeign?: boolean;
  /** What it does about a signal. Default: it ends and is reaped. */
  readonly onSignal?: (signal: EndSignal, table: FakeProcessTable) => void;
};

/** Processes in memory. Each start gets a token of its own, so that a pid may be used again. */
export class FakeProcessTable implements ProcessTable {
  /** Every signal that reached somebody, in order. */
  readonly signals: { readonly pid: number; readonly signal: EndSignal }[] = [];
  /** When set, nothing can be looked at. */
  blindBecause: string | undefined;
  /** Kind of the tokens. */
  tokenKind = "proc";
  /** How often a process was looked at. */
  reads = 0;
  readonly #running = new Map<
    number,
    { readonly facts: ProcessFacts; readonly more: FakeProcess }
  >();
  readonly #zombies = new Set<number>();
  #starts = 0;

  /** Starts a process, in place of whoever had that pid. */
  start(pid: number, process: FakeProcess = {}): ProcessIdentity {
    this.#starts++;
    const facts = {
      pid,
      parentPid: process.parentPid ?? 1,
      userId: process.userId ?? 501,
      startToken: process.startToken ?? this.#token(`${this.#starts}`),
      startedAt: process.startedAt ??
        Temporal.Instant.from("2026-01-01T00:00:00Z"),
      names: process.names ?? ["python3.12"],
      args: process.args ?? ["python3", "job.py"],
    };
    this.#zombies.delete(pid);
    this.#running.set(pid, { facts, more: process });
    return { pid, startToken: facts.startToken };
  }

  /** Ends a process; its children become those of process 1. */
  end(pid: number): void {
    this.#running.delete(pid);
    this.#zombies.delete(pid);
    for (const { facts, more } of [...this.#running.values()]) {
      if (facts.parentPid !== pid) continue;
      this.#running.set(facts.pid, { facts: { ...facts, parentPid: 1 }, more });
    }
  }

  /** Ends a process whose parent does not ask how. */
  makeZombie(pid: number): void {
    this.end(pid);
    this.#zombies.add(pid);
  }

  read(pid: number): Promise<ProcessReading> {
    this.reads++;
    return Promise.resolve(this.#look(pid));
  }

  #look(pid: number): ProcessReading {
    if (this.blindBecause !== undefined) {
      return { kind: "unknown", because: this.blindBecause };
    }
    if (this.#zombies.has(pid)) return { kind: "zombie" };
    const running = this.#running.get(pid);
    return running === undefined
      ? { kind: "gone" }
      : { kind: "alive", facts: running.facts };
  }

  readDescendants(
    pid: number,
  ): Promise<Observed<readonly ProcessIdentity[]>> {
    if (this.blindBecause !== undefined) {
      return Promise.resolve(unknown(this.blindBecause));
    }
    const all = [...this.#running.values()].map(({ facts }) => facts);
    return Promise.resolve(known(
      descendantsOf(all, pid)
        .map(({ pid, startToken }) => ({ pid, startToken })),
    ));
  }

  signal(identity: ProcessIdentity, signal: EndSignal): Promise<SignalOutcome> {
    const reading = this.#look(identity.pid);
    if (reading.kind === "unknown") return Promise.resolve("unproved");
    if (reading.kind !== "alive") return Promise.resolve("gone");
    const same = compareStartTokens(
      identity.startToken,
      reading.facts.startToken,
    );
    if (same === "incomparable") return Promise.resolve("unproved");
    if (same === "different") return Promise.resolve("gone");
    const more = this.#running.get(identity.pid)?.more;
    if (more?.isForeign === true) return Promise.resolve("denied");
    this.signals.push({ pid: identity.pid, signal });
    if (more?.onSignal === undefined) this.end(identity.pid);
    else more.onSignal(signal, this);
    return Promise.resolve("sent");
  }

  #token(value: string): StartToken {
    return { kind: this.tokenKind, value };
  }
}
