import type { LockCheck, LockHold, NamedProcess } from "./lock_hold.ts";
import { Serial } from "./serial.ts";

/**
 * A hold whose steps never overlap, and that stays given back: to name a process or to look at the record afterwards would
 * bring the record back, and it would name the dead.
 */
export class SteadyHold {
  readonly #hold: LockHold;
  readonly #turn = new Serial();
  #isGivenBack = false;

  /** Takes the hold over. */
  constructor(hold: LockHold) {
    this.#hold = hold;
  }

  /** As {@linkcode LockHold.name}; nothing happens once it is given back. */
  name(process: NamedProcess): Promise<void> {
    return this.#turn.run(() =>
      this.#isGivenBack ? undefined : this.#hold.name(process)
    );
  }

  /** As {@linkcode LockHold.check}; `undefined` once it is given back. */
  check(): Promise<LockCheck | undefined> {
    return this.#turn.run(() =>
      this.#isGivenBack ? undefined : this.#hold.check()
    );
  }

  /** Gives it back. */
  giveBack(): Promise<void> {
    return this.#turn.run(async () => {
      this.#isGivenBack = true;
      await this.#hold[Symbol.asyncDispose]();
    });
  }
}
