/** Outcome of every policy: the one type that all layers speak. */
export type Verdict =
  | { readonly kind: "proceed"; readonly reason: string }
  | {
    readonly kind: "wait";
    /** First instant at which it may proceed, as far as is known now. */
    readonly until: Temporal.Instant;
    /** The inequality that tripped, in numbers. */
    readonly reason: string;
    /** What a person can do about it. */
    readonly wayOut: string;
  }
  | {
    readonly kind: "refuse";
    /** The inequality that tripped, in numbers. */
    readonly reason: string;
    /** What a person can do about it. */
    readonly wayOut: string;
  };
