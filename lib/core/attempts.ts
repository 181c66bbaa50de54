import { type Finding, finding } from "./finding.ts";
import { known, type Observed, unknown } from "./observed.ts";
import { plainText } from "./plain_text.ts";

/** Gathers the parts of an answer, of which each may fail by itself. */
export class Attempts {
  readonly #findings: Finding[] = [];

  /** What was out of order in the parts, those that failed among them. */
  get findings(): readonly Finding[] {
    return this.#findings;
  }

  /** Adds what a part found. */
  add(findings: readonly Finding[]): void {
    this.#findings.push(...findings);
  }

  /**
   * Gathers one part. One that fails costs that part only: it is unknown, and a finding.
   *
   * @param part What it is called to people.
   * @param read Gathers it.
   */
  async attempt<T>(
    part: string,
    read: () => T | Promise<T>,
  ): Promise<Observed<T>> {
    try {
      return known(await read());
    } catch (error) {
      const because = plainText(
        error instanceof Error ? error.message : String(error),
      );
      this.#findings.push(finding("collector-failed", `${part}: ${because}`));
      return unknown(because);
    }
  }
}
