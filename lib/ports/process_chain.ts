import type { ProbeAnswer, ProbeSource } from "../core/machine_reading.ts";
import type { Observed } from "../core/observed.ts";
import type { ProcessIdentity } from "../core/process_identity.ts";
import type {
  EndSignal,
  ProcessReading,
  ProcessTable,
  SignalOutcome,
} from "./process_table.ts";

/** One way to look at processes. */
export interface ProcessWay {
  /** Which. */
  readonly source: ProbeSource;
  /** Looks, and signals. */
  readonly table: ProcessTable;
}

/** Several ways to look at processes, and who answered last. */
export interface ProcessChain extends ProcessTable {
  /** Who answered the last look, and why those before did not; `undefined` before the first one. */
  readonly answer: ProbeAnswer | undefined;
}

/**
 * Looks at processes several ways, one after another, until one knows.
 *
 * Fails to `unknown` with every reason. A signal is sent by the way whose token an identity has, and by none other: tokens
 * of two kinds cannot be compared (SAFETY I1).
 *
 * @param ways The ways, the best one first.
 */
export function chainProcessTables(ways: readonly ProcessWay[]): ProcessChain {
  return new TableChain(ways);
}

/**
 * A chain that is loaded when it is first asked: many commands never look at a process.
 *
 * @param load Makes it.
 */
export function lazyProcessChain(
  load: () => Promise<ProcessChain>,
): ProcessChain {
  let made: ProcessChain | undefined;
  const chain = async (): Promise<ProcessChain> => made ??= await load();
  return {
    get answer(): ProbeAnswer | undefined {
      return made?.answer;
    },
    read: async (pid) => await (await chain()).read(pid),
    readDescendants: async (pid) => await (await chain()).readDescendants(pid),
    signal: async (identity, signal) =>
      await (await chain()).signal(identity, signal),
  };
}

class TableChain implements ProcessChain {
  readonly #ways: readonly ProcessWay[];
  #answer: ProbeAnswer | undefined;

  constructor(ways: readonly ProcessWay[]) {
    this.#ways = ways;
  }

  get answer(): ProbeAnswer | undefined {
    return this.#answer;
  }

  async read(pid: number): Promise<ProcessReading> {
    return await this.#ask((table) => table.read(pid));
  }

  async readDescendants(
    pid: number,
  ): Promise<Observed<readonly ProcessIdentity[]>> {
    return await this.#ask((table) => table.readDescendants(pid));
  }

  async signal(
    identity: ProcessIdentity,
    signal: EndSignal,
  ): Promise<SignalOutcome> {
    for (const { table } of this.#ways) {
      const outcome = await table.signal(identity, signal);
      if (outcome !== "unproved") return outcome;
    }
    return "unproved";
  }

  async #ask<T extends { readonly kind: string }>(
    look: (table: ProcessTable) => Promise<T>,
  ): Promise<T | { readonly kind: "unknown"; readonly because: string }> {
    const failures: ProbeAnswer["failures"][number][] = [];
    for (const { source, table } of this.#ways) {
      const answer = await look(table);
      if (!isUnknown(answer)) {
        this.#answer = { reading: READING, source, failures };
        return answer;
      }
      failures.push({ source, because: answer.because });
    }
    this.#answer = { reading: READING, source: null, failures };
    const because = failures.map((one) => one.because).join("; ");
    return { kind: "unknown", because: because || "nobody is asked" };
  }
}

const READING = "processes";

function isUnknown(
  answer: { readonly kind: string },
): answer is { readonly kind: "unknown"; readonly because: string } {
  return answer.kind === "unknown";
}
