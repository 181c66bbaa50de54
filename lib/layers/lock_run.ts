import { FileError } from "../core/error.ts";
import { LockHeldError } from "../core/lock_error.ts";
import type { AcquireOptions, LockHold } from "../core/lock_hold.ts";
import type { ProcessIdentity } from "../core/process_identity.ts";
import { compareStartTokens } from "../core/process_identity.ts";
import { maskedCommandLine } from "../parse/command_line.ts";
import type { ChildEnd } from "../ports/child_process.ts";
import type { Clock } from "../ports/clock.ts";
import { temporaryPath } from "../ports/exclusive_file.ts";
import type { FileStore } from "../ports/file_store.ts";
import type {
  ForegroundChild,
  ForegroundChildren,
  ForegroundOptions,
  ForwardedSignal,
} from "../ports/foreground_child.ts";
import type { Log } from "../ports/log.ts";
import type { ProcessTable } from "../ports/process_table.ts";
import { slept } from "../ports/sleep.ts";
import type { SystemFacts } from "../ports/system_facts.ts";

/** What {@linkcode LockRun} works with. */
export interface LockRunPorts {
  readonly clock: Clock;
  readonly store: FileStore;
  readonly table: ProcessTable;
  readonly foreground: ForegroundChildren;
  readonly system: SystemFacts;
  readonly log: Log;
}

/** How a program is run under the lock. */
export interface LockRunSetup {
  /** Takes the lock. */
  readonly acquire: (
    label: string,
    options: AcquireOptions,
  ) => Promise<LockHold>;
  /** The record; what makes the program go is put beside it. */
  readonly path: string | undefined;
  /** Told of each step when it is done, so that a test may stop there. */
  readonly onStep?: (step: LockRunStep) => void;
}

/** Where a run is. */
export type LockRunStep = "locked" | "started" | "named" | "gone" | "ended";

/** Patience and force. */
export type LockRunOptions = Omit<AcquireOptions, "commandLine">;

/** How a program is run under a hold that is had already. */
export interface HeldRunOptions extends
  Pick<
    ForegroundOptions,
    "ownSession" | "onErrorOutput" | "onSignal" | "onPaused"
  > {
  /** Variables set on top of ours and those of the hold. */
  readonly env?: Readonly<Record<string, string>>;
  /** Told of the program's process before the program itself runs in it. */
  readonly onStarted?: (child: ForegroundChild) => Promise<void> | void;
  /** Told that the program itself runs from now on. */
  readonly onLetGo?: () => void;
  /** Told of a lost lock, in place of ending the program. */
  readonly onLockLost?: (reason: string) => void;
}

/** How one run ended. */
export interface LockRunResult extends ChildEnd {
  /** Why the program was asked to end; `null` when it was not. */
  readonly lostLock: string | null;
}

/**
 * What runs in the program's place until the record names it: it waits for a file to appear and becomes the program, or ends
 * when its guard has died first. Standard input is not touched, so that it is the program's.
 *
 * The record is written in less time than a shell needs to start `sleep`: the first looks follow each other at once, some
 * 10 ms of a core at most.
 */
const STUB = `_metalguard_looks=0
while [ ! -e "$1" ]; do
  kill -0 "$2" || exit 75
  if [ "$_metalguard_looks" -lt 2000 ]; then
    _metalguard_looks=$((_metalguard_looks + 1))
  else
    /bin/sleep 0.005
  fi
done 2>/dev/null
shift 2
exec "$@"`;
/** For a lock that is not ours to write: nothing has to be waited for. */
const PLAIN = `exec "$@"`;
const SHELL = "/bin/sh";
/** What the shell calls itself when the program cannot be started (126, 127). */
const SHELL_NAME = "metal-guard";

/** The nonce is checked every second (SAFETY L2); early on also, so that what the program starts is seen. */
const FIRST_LOOK_MS = 100;
const LOOK_MS = 1_000;
/** How often processes that the program has left behind are looked at. */
const LEFT_BEHIND_MS = 500;

/**
 * Runs a program while the lock is held for it.
 *
 * Fails closed: the program does not run before the record names it, and never if its guard has died first (SAFETY L2);
 * the hold lasts until everything that was seen to descend from it is gone (L3).
 */
export class LockRun {
  readonly #ports: LockRunPorts;
  readonly #setup: LockRunSetup;

  /** Made by the guard, once. */
  constructor(ports: LockRunPorts, setup: LockRunSetup) {
    this.#ports = ports;
    this.#setup = setup;
  }

  /**
   * Runs a program under the lock.
   *
   * @param label What for.
   * @param command The program and its arguments.
   * @param options Patience and force.
   * @returns How the program ended; 126 and 127 as a shell says when it cannot be started.
   * @throws {LockHeldError} If somebody else has it, or took it before the program ran.
   * @throws {FileError} If the lock's files cannot be read or written.
   * @throws {MetalGuardError} Code `child-failed`, if not even the shell can be started.
   */
  async run(
    label: string,
    command: readonly string[],
    options: LockRunOptions = {},
  ): Promise<LockRunResult> {
    await using hold = await this.#setup.acquire(label, {
      ...options,
      commandLine: maskedCommandLine(command),
    });
    this.#step("locked");
    return await this.runUnder(hold, command);
  }

  /**
   * Runs a program under a hold that is had already, and that stays.
   *
   * @param hold The hold.
   * @param command The program and its arguments.
   * @param options Session, streams, and who is told.
   * @returns How the program ended; 126 and 127 as a shell says when it cannot be started.
   * @throws {LockHeldError} If somebody else took the lock before the program ran.
   * @throws {FileError} If the lock's files cannot be read or written.
   * @throws {MetalGuardError} Code `child-failed`, if not even the shell can be started.
   */
  async runUnder(
    hold: LockHold,
    command: readonly string[],
    options: HeldRunOptions = {},
  ): Promise<LockRunResult> {
    const { path } = this.#setup;
    const session = new Session(this.#ports, hold, options.onLockLost);
    const go = hold.kind === "held" && path !== undefined
      ? temporaryPath(path, goToken())
      : undefined;
    using child = this.#start(command, hold, session, { ...options, go });
    this.#step("started");
    await options.onStarted?.(child);
    try {
      if (go !== undefined) await this.#letGo(child, hold, go);
      options.onLetGo?.();
      const result = await session.attend(child);
      this.#step("ended");
      return result;
    } finally {
      // Not by the stub: starting `rm` would hold the program up. What a crash leaves is swept with the record's own files.
      if (go !== undefined) this.#tryRemove(go);
    }
  }

  #tryRemove(path: string): void {
    try {
      this.#ports.store.remove(path);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
    }
  }

  #start(
    command: readonly string[],
    hold: LockHold,
    session: Session,
    options: HeldRunOptions & { readonly go: string | undefined },
  ): ForegroundChild {
    const { foreground, system } = this.#ports;
    const { go, ownSession, onErrorOutput, onPaused } = options;
    return foreground.start(SHELL, {
      ...(ownSession === undefined ? {} : { ownSession }),
      ...(onErrorOutput === undefined ? {} : { onErrorOutput }),
      ...(onPaused === undefined ? {} : { onPaused }),
      args: go === undefined
        ? ["-c", PLAIN, SHELL_NAME, ...command]
        : ["-c", STUB, SHELL_NAME, go, `${system.pid}`, ...command],
      env: { ...hold.environment, ...options.env },
      onSignal: (signal) => {
        options.onSignal?.(signal);
        session.passOn(signal);
      },
    });
  }

  /** Writes the child's name into the record, then lets it go. */
  async #letGo(
    child: ForegroundChild,
    hold: LockHold,
    go: string,
  ): Promise<void> {
    const { store, table } = this.#ports;
    try {
      const reading = await table.read(child.pid);
      // A signal has ended it already: there is nobody to name and nobody to let go.
      if (reading.kind === "gone" || reading.kind === "zombie") return;
      await hold.name({
        pid: child.pid,
        startToken: reading.kind === "alive"
          ? reading.facts.startToken
          : undefined,
      });
      this.#step("named");
      store.open(go, { how: "replace", mode: 0o600 })[Symbol.dispose]();
      this.#step("gone");
    } catch (error) {
      child.signal("SIGKILL");
      await child.end;
      throw error;
    }
  }

  #step(step: LockRunStep): void {
    this.#setup.onStep?.(step);
  }
}

/** One program and everything that it starts. */
class Session {
  readonly #ports: LockRunPorts;
  readonly #hold: LockHold;
  /** Seen to descend from the program, and not seen to be gone. */
  #tree: readonly ProcessIdentity[] = [];
  #hasEnded = false;
  #lostLock: string | null = null;
  readonly #onLockLost: HeldRunOptions["onLockLost"];

  constructor(
    ports: LockRunPorts,
    hold: LockHold,
    onLockLost: HeldRunOptions["onLockLost"],
  ) {
    this.#ports = ports;
    this.#hold = hold;
    this.#onLockLost = onLockLost;
  }

  /** Signals go to the program by itself; once it has ended, to what it left behind. */
  passOn(signal: ForwardedSignal): void {
    if (!this.#hasEnded) return;
    for (const one of this.#tree) void this.#ports.table.signal(one, signal);
  }

  /** Waits for the program's end, and for that of everything that it has left behind. */
  async attend(child: ForegroundChild): Promise<LockRunResult> {
    const stop = new AbortController();
    const watch = this.#watch(child, stop.signal);
    // Its failure is thrown below, when the program has ended: until then the record names it, and it runs on.
    watch.catch(() => undefined);
    const end = await child.end;
    this.#hasEnded = true;
    stop.abort();
    await watch;
    await this.#outlive();
    return { ...end, lostLock: this.#lostLock };
  }

  async #watch(child: ForegroundChild, signal: AbortSignal): Promise<void> {
    const { clock } = this.#ports;
    let pauseMs = FIRST_LOOK_MS;
    while (await slept(clock, pauseMs, signal)) {
      pauseMs = Math.min(LOOK_MS, pauseMs * 2);
      await this.#lookAtTree(child.pid);
      if (this.#hasEnded) return;
      await this.#lookAtRecord(child);
    }
  }

  async #lookAtRecord(child: ForegroundChild): Promise<void> {
    const check = await this.#hold.check();
    switch (check.kind) {
      case "ours":
        return;
      case "restored":
      case "unclear":
        this.#ports.log.warn(check.reason);
        return;
      case "lost":
        if (this.#lostLock !== null) return;
        this.#lostLock = check.reason;
        this.#ports.log.warn(`the lock is lost, ending: ${check.reason}`);
        if (this.#onLockLost === undefined) child.signal("SIGTERM");
        else this.#onLockLost(check.reason);
    }
  }

  async #lookAtTree(pid: number): Promise<void> {
    const found = await this.#ports.table.readDescendants(pid);
    if (found.kind === "unknown") return;
    const known = new Map(this.#tree.map((one) => [keyOf(one), one]));
    for (const one of found.value) known.set(keyOf(one), one);
    this.#tree = await this.#living([...known.values()]);
  }

  /** Those of them that still live, oldest first; whoever cannot be looked at counts. */
  async #living(
    processes: readonly ProcessIdentity[],
  ): Promise<readonly ProcessIdentity[]> {
    const living: ProcessIdentity[] = [];
    for (const one of processes) {
      const reading = await this.#ports.table.read(one.pid);
      if (reading.kind === "gone" || reading.kind === "zombie") continue;
      const isOther = reading.kind === "alive" &&
        compareStartTokens(reading.facts.startToken, one.startToken) ===
          "different";
      if (!isOther) living.push(one);
    }
    return living;
  }

  /** The hold lasts until the tree is gone (SAFETY L3); meanwhile the record names one that lives. */
  async #outlive(): Promise<void> {
    const { clock, log, table } = this.#ports;
    let named: string | undefined;
    for (;;) {
      this.#tree = await this.#living(this.#tree);
      const [first] = this.#tree;
      if (first === undefined) return;
      if (named === undefined) {
        log.info(
          `the program has ended and left ${this.#tree.length} behind (process ${first.pid}): the lock is held until they have ended`,
        );
      }
      if (named !== keyOf(first)) {
        named = keyOf(first);
        await this.#tryName(first);
      }
      await clock.sleep(LEFT_BEHIND_MS);
      const offspring = await table.readDescendants(first.pid);
      if (offspring.kind === "known") {
        const known = new Set(this.#tree.map(keyOf));
        const fresh = offspring.value.filter((one) => !known.has(keyOf(one)));
        this.#tree = [...this.#tree, ...fresh];
      }
    }
  }

  async #tryName(process: ProcessIdentity): Promise<void> {
    try {
      await this.#hold.name(process);
    } catch (error) {
      const isExpected = error instanceof FileError ||
        error instanceof LockHeldError;
      if (!isExpected) throw error;
      this.#ports.log.warn(error.message);
    }
  }
}

function keyOf({ pid, startToken }: ProcessIdentity): string {
  return `${pid} ${startToken.kind} ${startToken.value}`;
}

function goToken(): string {
  return crypto.randomUUID().slice(0, 8);
}
