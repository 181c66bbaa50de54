import type { Mode, ModeDescription } from "../core/mode.ts";

const DESCRIPTIONS: { readonly [K in Mode]: string } = {
  defensive:
    "Dangerous GPU work is refused: conflicts, back-to-back loads and starts right after a panic.",
  observer: "Nothing is refused: what would have been refused is only told.",
};

/**
 * Layer 6: whether the other layers refuse or only tell.
 *
 * Fails closed: an unknown word means defensive.
 */
export class ModeLayer {
  /** The mode in force. */
  readonly current: Mode;
  readonly #raw: string | undefined;

  /**
   * Made by the guard, once.
   *
   * @param current The mode in force.
   * @param raw Text of `METALGUARD_MODE`, for people.
   */
  constructor(current: Mode, raw: string | undefined) {
    this.current = current;
    this.#raw = raw;
  }

  /** Whether layers refuse. */
  get isDefensive(): boolean {
    return this.current === "defensive";
  }

  /** Whether layers only tell. */
  get isObserver(): boolean {
    return this.current === "observer";
  }

  /** The mode for people and dashboards. */
  describe(): ModeDescription {
    const raw = this.#raw;
    const isUsed = raw?.trim().toLowerCase() === this.current;
    const value = raw === undefined || raw === "" ? "<unset>" : raw;
    return {
      mode: this.current,
      description: DESCRIPTIONS[this.current],
      envVar: isUsed
        ? `METALGUARD_MODE=${value}`
        : `METALGUARD_MODE=${value} (default → ${this.current})`,
    };
  }
}
