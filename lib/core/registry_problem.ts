/** Something wrong in a file of the registry, at its place. */
export interface RegistryProblem {
  /** The file, as it was named. */
  readonly file: string;
  /** Line, from 1. */
  readonly line: number;
  /** Column in characters, from 1. */
  readonly column: number;
  /** Stable name of the rule, e.g. `unknown-key`. */
  readonly rule: string;
  /** What is wrong. */
  readonly message: string;
  /** How to put it right. */
  readonly fix: string;
}
