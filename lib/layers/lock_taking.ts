import { FileError } from "../core/error.ts";
import { epochSeconds } from "../core/instant.ts";
import { LockHeldError } from "../core/lock_error.ts";
import type {
  LockCheck,
  LockHold,
  LockVerdict,
  NamedProcess,
} from "../core/lock_hold.ts";
import { Serial } from "../core/serial.ts";
import type { LockAttempt, LockTaker } from "../facts/lock_attempt.ts";
import {
  LockObserver,
  type LockObserverPorts,
  type LockSight,
} from "../facts/lock_observer.ts";
import { readLockFile, readLockText } from "../facts/lock_state.ts";
import { maskedCommandLine } from "../parse/command_line.ts";
import {
  encodeLock,
  type LockFile,
  updateLock,
} from "../parse/state/lock_file.ts";
import { newLockFile } from "../parse/state/lock_record.ts";
import { evaluateLock } from "../policy/lock.ts";
import {
  createFile,
  removeIfText,
  setAsideUnless,
} from "../ports/exclusive_file.ts";
import type { Log } from "../ports/log.ts";
import { tryKernelLock } from "../ports/kernel_lock.ts";
import { ensureFolder, folderOf } from "../ports/state_folder.ts";
import { type Owner, replaceFile } from "../ports/state_writer.ts";

/** What {@linkcode LockTaking} works with. */
export interface LockTakingPorts extends LockObserverPorts {
  /** Where a layer says something without failing. */
  readonly log: Log;
  /** Whom files are given to when root works under another's HOME. */
  readonly owner: () => Owner | undefined;
}

/** How locks are taken. */
export interface LockTakingSetup {
  /** Identity of the hold that whoever started us shares. */
  readonly sharedNonce: string | undefined;
  /** Makes the identity of a hold; random by default. */
  readonly nextNonce?: () => string;
  /** What this isolate holds. The default is shared by all guards of the isolate. */
  readonly holds?: LockHolds;
}

/** What one isolate holds, by process and path. */
export type LockHolds = Map<string, LockSlot>;

interface LockSlot {
  readonly serial: Serial;
  held: Held | undefined;
}

interface Held {
  readonly nonce: string;
  readonly side: Disposable | undefined;
  count: number;
  file: LockFile;
}

/** A hold, and the slot in which it is as long as it was not given back. */
interface OwnSlot {
  readonly slot: LockSlot;
  readonly held: Held;
}

/** Name of the variable that tells programs of ours which hold they share (SAFETY L6). */
const SHARED_NONCE = "METALGUARD_LOCK_NONCE";

const HOLDS: LockHolds = new Map();

/** Each step makes way for the next one; more of them mean that somebody plays with the file. */
const MAX_STEPS = 16;

/**
 * The lock's files: the kernel's lock of `<lock>.flock` decides among our own, the record beside it names the holder for
 * people and for the Python tool, and is honoured while a process that it names lives.
 *
 * Fails closed: what cannot be read, decoded or looked at counts as held.
 */
export class LockTaking implements LockTaker {
  readonly #ports: LockTakingPorts;
  readonly #observer: LockObserver;
  readonly #holds: LockHolds;
  readonly #nextNonce: () => string;
  #hasToldUnsupported = false;

  /** Made by the guard, once. */
  constructor(ports: LockTakingPorts, setup: LockTakingSetup) {
    this.#ports = ports;
    this.#observer = new LockObserver(ports, setup.sharedNonce);
    this.#holds = setup.holds ?? HOLDS;
    this.#nextNonce = setup.nextNonce ?? ((): string => crypto.randomUUID());
  }

  look(
    path: string,
    options: { readonly wantsAncestors?: boolean } = {},
  ): Promise<LockSight> {
    const nonce = this.#slot(path).held?.nonce;
    return this.#observer.look(path, { ...options, nonce });
  }

  bootedAt(): Promise<Temporal.Instant | undefined> {
    return this.#observer.bootedAt();
  }

  attempt(
    path: string,
    label: string,
    options: { readonly commandLine?: string } = {},
  ): Promise<LockAttempt> {
    const slot = this.#slot(path);
    return slot.serial.run(async (): Promise<LockAttempt> => {
      if (slot.held !== undefined) {
        slot.held.count++;
        return had(this.#holdOf(path, slot, slot.held));
      }
      const { store, owner } = this.#ports;
      // Before the kernel's lock: the first time it starts a program, and nobody should wait for that.
      await this.#observer.own();
      ensureFolder(store, folderOf(path), owner());
      const side = tryKernelLock(store, `${path}.flock`, owner());
      if (side.kind === "busy") return await this.#meetBusy(path);
      if (side.kind === "unsupported") {
        this.#tellUnsupported(path, side.message);
      }
      const file = side.kind === "taken" ? side.file : undefined;
      try {
        const result = await this.#settle(path, label, options);
        if (result.kind !== "mine") {
          file?.[Symbol.dispose]();
          return result;
        }
        slot.held = { ...result.mine, side: file, count: 1 };
        return had(this.#holdOf(path, slot, slot.held));
      } catch (error) {
        file?.[Symbol.dispose]();
        throw error;
      }
    });
  }

  giveUp(path: string): Promise<boolean> {
    const slot = this.#slot(path);
    return slot.serial.run(() => {
      const { held } = slot;
      if (held === undefined) return false;
      held.count = 1;
      this.#giveBack(path, slot, held);
      return true;
    });
  }

  async #meetBusy(path: string): Promise<LockAttempt> {
    const sight = await this.#observer.look(path, { isBusy: true });
    const verdict = evaluateLock(sight.facts);
    if (verdict.state === "joinable") return joined(sight);
    const { holder } = verdict;
    const saysWho = verdict.state !== "free" && verdict.state !== "stale";
    return conflict(
      sight,
      saysWho ? verdict : {
        state: "held",
        holder,
        reason: holder === undefined
          ? "another process is just taking it or giving it back"
          : `held by process ${holder.pid} (${holder.label})`,
      },
    );
  }

  /** With the kernel's lock in hand: honours who lives, clears away who does not, and writes our record. */
  async #settle(
    path: string,
    label: string,
    options: { readonly commandLine?: string },
  ): Promise<
    | LockAttempt
    | { readonly kind: "mine"; readonly mine: Pick<Held, "nonce" | "file"> }
  > {
    for (let step = 1;; step++) {
      const sight = await this.#observer.look(path);
      const verdict = evaluateLock(sight.facts);
      if (verdict.state === "joinable") return joined(sight);
      const mayGo = verdict.state === "free" || verdict.state === "stale";
      if (!mayGo) return conflict(sight, verdict);
      if (step > MAX_STEPS) {
        return conflict(sight, {
          ...verdict,
          state: "held",
          reason: "another program writes the record again and again",
        });
      }
      if (verdict.state === "stale") {
        this.#takeAway(path, sight);
        continue;
      }
      const file = await this.#newRecord(label, options.commandLine);
      if (!this.#create(path, file)) continue;
      // The Python tool takes no lock of the kernel's and may have written at the same moment.
      if (readLockText(this.#ports.store, path) === encodeLock(file)) {
        return { kind: "mine", mine: { nonce: file.nonce, file } };
      }
    }
  }

  async #newRecord(
    label: string,
    commandLine: string | undefined,
  ): Promise<LockFile & { readonly nonce: string }> {
    const { args, ...own } = await this.#observer.own();
    return newLockFile({
      ...own,
      label,
      startedAt: this.#ports.clock.now(),
      commandLine: commandLine ?? maskedCommandLine(args),
      nonce: this.#nextNonce(),
    });
  }

  #create(path: string, file: LockFile): boolean {
    const { store, owner } = this.#ports;
    return createFile(store, path, encodeLock(file), {
      owner: owner(),
      token: token(),
    });
  }

  /** @throws {FileError} If it is somebody else's to take away, or cannot be moved. */
  #takeAway(path: string, { reading }: LockSight): void {
    const { store, clock } = this.#ports;
    if (reading.kind !== "record" && reading.kind !== "damaged") return;
    if (!reading.isTrusted) {
      throw new FileError(
        "denied",
        path,
        `Cannot take away ${path}: it belongs to somebody else`,
      );
    }
    if (reading.kind === "record") {
      removeIfText(store, path, reading.text, { token: token() });
      return;
    }
    const aside = setAsideUnless(store, path, {
      identity: reading.identity,
      epochSeconds: Math.floor(epochSeconds(clock.now())),
      isWhole: (at) => readLockFile(store, at, clock.now()).kind === "record",
    });
    if (aside !== undefined) {
      this.#ports.log.warn(`the damaged lock record is ${aside} now`);
    }
  }

  #holdOf(path: string, slot: LockSlot, held: Held): LockHold {
    let isReleased = false;
    const { nonce } = held;
    return {
      kind: "held",
      nonce,
      environment: { [SHARED_NONCE]: nonce },
      name: (process) =>
        slot.serial.run(() => this.#name(path, { slot, held }, process)),
      check: () => slot.serial.run(() => this.#check(path, { slot, held })),
      [Symbol.asyncDispose]: async (): Promise<void> => {
        if (isReleased) return;
        isReleased = true;
        await slot.serial.run(() => this.#giveBack(path, slot, held));
      },
    };
  }

  async #name(
    path: string,
    own: OwnSlot,
    process: NamedProcess,
  ): Promise<void> {
    const { held } = own;
    const check = await this.#check(path, own);
    if (check.kind === "lost") {
      throw new LockHeldError({ holder: undefined, reason: check.reason });
    }
    const { owner, store } = this.#ports;
    const file = updateLock(held.file, { ...held.file, ...process });
    replaceFile(store, path, encodeLock(file), { owner: owner() });
    held.file = file;
  }

  async #check(path: string, { slot, held }: OwnSlot): Promise<LockCheck> {
    // A record that came back after it was given back would stand there for ever.
    if (slot.held !== held) {
      return { kind: "lost", reason: "this hold was given back" };
    }
    try {
      const sight = await this.#observer.look(path, { nonce: held.nonce });
      const verdict = evaluateLock(sight.facts);
      if (verdict.state === "ours") return { kind: "ours" };
      if (verdict.state === "held" || verdict.state === "joinable") {
        return { kind: "lost", reason: verdict.reason };
      }
      if (verdict.state !== "free" && verdict.state !== "stale") {
        return { kind: "unclear", reason: verdict.reason };
      }
      if (verdict.state === "stale") this.#takeAway(path, sight);
      const isBack = this.#create(path, held.file);
      const reason = `our record was gone: ${verdict.reason}`;
      return { kind: isBack ? "restored" : "unclear", reason };
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return { kind: "unclear", reason: error.message };
    }
  }

  #giveBack(path: string, slot: LockSlot, held: Held): void {
    held.count--;
    if (held.count > 0 || slot.held !== held) return;
    slot.held = undefined;
    const { log } = this.#ports;
    try {
      if (!this.#removeOwn(path, held)) {
        log.warn(`the lock record ${path} is not ours any more: left as it is`);
      }
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      log.warn(
        `the lock record stays until this process ends: ${error.message}`,
      );
    } finally {
      held.side?.[Symbol.dispose]();
    }
  }

  /** @returns Whether what stood there was ours. */
  #removeOwn(path: string, held: Held): boolean {
    const { clock, store } = this.#ports;
    // Nobody replaces the record of one who lives, so that it can go as it is.
    if (readLockText(store, path) === encodeLock(held.file)) {
      store.remove(path);
      return true;
    }
    const reading = readLockFile(store, path, clock.now());
    if (reading.kind !== "record" || reading.file.nonce !== held.nonce) {
      return false;
    }
    return removeIfText(store, path, reading.text, { token: token() });
  }

  #slot(path: string): LockSlot {
    const key = `${this.#ports.system.pid} ${path}`;
    const known = this.#holds.get(key);
    if (known !== undefined) return known;
    const slot = { serial: new Serial(), held: undefined };
    this.#holds.set(key, slot);
    return slot;
  }

  #tellUnsupported(path: string, message: string): void {
    if (this.#hasToldUnsupported) return;
    this.#hasToldUnsupported = true;
    this.#ports.log.warn(
      `the disk of ${path} has no locks (${message}): only the record keeps processes apart`,
    );
  }
}

function had(hold: LockHold): LockAttempt {
  return { kind: "had", hold };
}

function conflict(sight: LockSight, verdict: LockVerdict): LockAttempt {
  return { kind: "conflict", sight, verdict };
}

/** A hold that is somebody else's to name, check and give back. */
function joined({ facts }: LockSight): LockAttempt {
  const nonce = facts.own.sharedNonce;
  return had({
    kind: "joined",
    nonce,
    environment: nonce === undefined ? {} : { [SHARED_NONCE]: nonce },
    name: () => Promise.resolve(),
    check: () => Promise.resolve({ kind: "ours" }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
}

function token(): string {
  return crypto.randomUUID().slice(0, 8);
}
