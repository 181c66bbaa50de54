import {
  compareStartTokens,
  type ProcessIdentity,
} from "../core/process_identity.ts";
import type { ProcessTable } from "../ports/process_table.ts";

/** Everything that was seen to descend from a process and not seen to be gone, also what no longer shows its descent. */
export class ProcessTree {
  readonly #table: ProcessTable;
  readonly #root: number;
  #processes: readonly ProcessIdentity[] = [];
  readonly #escaped = new Set<string>();
  #isRootOver = false;

  /**
   * Knows nothing yet.
   *
   * @param table Processes.
   * @param root The process, itself not part of the tree.
   */
  constructor(table: ProcessTable, root: number) {
    this.#table = table;
    this.#root = root;
  }

  /** Those that live, oldest first. */
  get processes(): readonly ProcessIdentity[] {
    return this.#processes;
  }

  /** Their numbers, each once: one process may be known by tokens of two kinds. */
  get pids(): readonly number[] {
    return [...new Set(this.#processes.map(({ pid }) => pid))];
  }

  /** How many were seen that no longer showed their descent: orphans, and those that left for a session of their own. */
  get escaped(): number {
    return this.#escaped.size;
  }

  /** Says that the process itself has ended: its pid may be somebody else's from now on. */
  rootEnded(): void {
    this.#isRootOver = true;
  }

  /**
   * Looks again.
   *
   * Fails closed: where processes cannot be listed the tree stays as it was, and one that cannot be looked at counts as alive.
   */
  async refresh(): Promise<void> {
    const found = new Map<string, ProcessIdentity>();
    await this.#add(found, this.#root);
    // Its pid may have been given away while we looked.
    if (this.#isRootOver) found.clear();
    const lost = this.#processes.filter((one) => !found.has(keyOf(one)));
    const living = await Promise.all(lost.map((one) => this.#lives(one)));
    for (const [index, one] of lost.entries()) {
      if (living[index] !== true) continue;
      this.#escaped.add(keyOf(one));
      found.set(keyOf(one), one);
      // What it starts from now on descends from it alone.
      await this.#add(found, one.pid);
    }
    this.#processes = [...found.values()];
  }

  async #add(
    found: Map<string, ProcessIdentity>,
    pid: number,
  ): Promise<void> {
    const offspring = await this.#table.readDescendants(pid);
    if (offspring.kind === "unknown") return;
    for (const one of offspring.value) found.set(keyOf(one), one);
  }

  async #lives(one: ProcessIdentity): Promise<boolean> {
    const reading = await this.#table.read(one.pid);
    if (reading.kind === "gone" || reading.kind === "zombie") return false;
    return reading.kind === "unknown" ||
      compareStartTokens(reading.facts.startToken, one.startToken) !==
        "different";
  }
}

function keyOf({ pid, startToken }: ProcessIdentity): string {
  return `${pid} ${startToken.kind} ${startToken.value}`;
}
