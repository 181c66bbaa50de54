/** What tells who somebody is on this machine; empty where it cannot be known. */
export interface PrivateNames {
  /** Names of the user: the short one, the full one. */
  readonly users: readonly string[];
  /** Names of the machine. */
  readonly hosts: readonly string[];
  /** Serial number and hardware identity of the machine. */
  readonly serials: readonly string[];
}

/** Asks the system for what is private. It never fails: what cannot be asked is left out. */
export type ReadPrivateNames = () => Promise<PrivateNames>;
