import type { LockHolder } from "../core/lock_error.ts";
import type { ProcessReading, StartToken } from "../core/process_identity.ts";
import type { LockFile } from "../parse/state/lock_file.ts";
import { guardTokenOf } from "../parse/state/lock_record.ts";
import type { Clock } from "../ports/clock.ts";
import type { FileStore } from "../ports/file_store.ts";
import type { HostIdentity } from "../ports/host_identity.ts";
import type { ProcessTable } from "../ports/process_table.ts";
import type { SystemFacts } from "../ports/system_facts.ts";
import {
  holderOf,
  type LockFileReading,
  readAncestors,
  readLockFile,
  readRecordedProcesses,
} from "./lock_state.ts";

/** What the observer asks. */
export interface LockObserverPorts {
  readonly clock: Clock;
  readonly store: FileStore;
  readonly table: ProcessTable;
  readonly system: SystemFacts;
  readonly host: HostIdentity;
}

/** This process, as its records name it. */
export interface OwnProcess {
  readonly pid: number;
  readonly startToken: StartToken | undefined;
  readonly args: readonly string[];
  readonly host: string | undefined;
  readonly bootSessionUuid: string | undefined;
}

/** What a record claims, for judging. */
export interface ClaimFacts {
  readonly holder: LockHolder;
  readonly startToken: StartToken | undefined;
  readonly guardToken: StartToken | undefined;
  readonly bootSessionUuid: string | undefined;
  readonly nonce: string | undefined;
}

/** Everything about a lock at one moment. */
export interface LockSight {
  /** The file itself. */
  readonly reading: LockFileReading;
  /** The same for judging. */
  readonly facts: {
    readonly record:
      | Extract<LockFileReading, { kind: "absent" | "damaged" | "obstacle" }>
      | { readonly kind: "claim"; readonly claim: ClaimFacts };
    readonly process: ProcessReading | undefined;
    readonly guard: ProcessReading | undefined;
    readonly own: {
      readonly pid: number;
      readonly host: string | undefined;
      readonly bootSessionUuid: string | undefined;
      readonly nonce: string | undefined;
      readonly sharedNonce: string | undefined;
      readonly ancestors: readonly number[];
    };
  };
}

/** Looks at one lock and at whoever is written in it. It reports; judging is the policy's. */
export class LockObserver {
  readonly #ports: LockObserverPorts;
  readonly #sharedNonce: string | undefined;
  #own: Promise<OwnProcess> | undefined;

  /**
   * @param ports What it asks.
   * @param sharedNonce Identity of the hold that whoever started us shares.
   */
  constructor(ports: LockObserverPorts, sharedNonce: string | undefined) {
    this.#ports = ports;
    this.#sharedNonce = sharedNonce;
  }

  /** This process. It is asked for once: none of it ever changes. */
  own(): Promise<OwnProcess> {
    return this.#own ??= this.#readOwn();
  }

  async #readOwn(): Promise<OwnProcess> {
    const { table, system, host } = this.#ports;
    const [reading, machine, boot] = await Promise.all([
      table.read(system.pid),
      host.readHost(),
      system.readBootSessionUuid(),
    ]);
    const facts = reading.kind === "alive" ? reading.facts : undefined;
    return {
      pid: system.pid,
      startToken: facts?.startToken,
      args: facts?.args ?? [],
      host: machine.kind === "known" ? machine.value : undefined,
      bootSessionUuid: boot.kind === "known" ? boot.value : undefined,
    };
  }

  /**
   * Looks now.
   *
   * @param path The record.
   * @param options `nonce` of the hold that we count; `wantsAncestors` where the answer may lead to a signal; `isBusy`
   *   where the kernel has said that somebody holds it, so that nobody need be looked at.
   */
  async look(
    path: string,
    options: {
      readonly nonce?: string | undefined;
      readonly wantsAncestors?: boolean;
      readonly isBusy?: boolean;
    } = {},
  ): Promise<LockSight> {
    const { clock, store, system, table } = this.#ports;
    const reading = readLockFile(store, path, clock.now());
    // Nobody is written there: nothing needs to be compared with us, and no program has to be started to know us.
    const { pid, host, bootSessionUuid } = reading.kind === "absent"
      ? { pid: system.pid, host: undefined, bootSessionUuid: undefined }
      : await this.own();
    const own = {
      pid,
      host,
      bootSessionUuid,
      nonce: options.nonce,
      sharedNonce: this.#sharedNonce,
      ancestors: [],
    };
    if (reading.kind !== "record") {
      const facts = {
        record: reading,
        process: undefined,
        guard: undefined,
        own,
      };
      return { reading, facts };
    }
    const claim = claimOf(reading.file);
    const isOurs = claim.nonce !== undefined && claim.nonce === options.nonce;
    const isElsewhere = claim.holder.host !== null && host !== undefined &&
      claim.holder.host !== host;
    const isShared = claim.nonce !== undefined &&
      claim.nonce === this.#sharedNonce;
    const { process, guard } = isOurs || isElsewhere || options.isBusy === true
      ? { process: undefined, guard: undefined }
      : await readRecordedProcesses(table, reading.file);
    const ancestors = isShared || options.wantsAncestors === true
      ? await readAncestors(table, pid)
      : [];
    const record = { kind: "claim", claim } as const;
    return {
      reading,
      facts: { record, process, guard, own: { ...own, ancestors } },
    };
  }

  /** When the machine started, by the first process of all; `undefined` where that cannot be seen. */
  async bootedAt(): Promise<Temporal.Instant | undefined> {
    const first = await this.#ports.table.read(1);
    return first.kind === "alive" ? first.facts.startedAt : undefined;
  }
}

function claimOf(file: LockFile): ClaimFacts {
  return {
    holder: holderOf(file),
    startToken: file.startToken,
    guardToken: guardTokenOf(file),
    bootSessionUuid: file.bootSessionUuid,
    nonce: file.nonce,
  };
}
