/** A hold that is in force. */
export interface HoldInForce {
  /** When it lets go. */
  readonly until: Temporal.Instant;
  /** Who set it; `damaged` for a hold file that cannot be read. */
  readonly by: "person" | "postmortem" | "python" | "damaged";
  /** Why, in the words of whoever set it. */
  readonly reason: string | null;
}
