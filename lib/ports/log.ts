/** Where a layer says something to a person without failing. Messages hold no control characters. */
export interface Log {
  /** Something a person should know but need not act on. */
  info(message: string): void;
  /** Something a person should look at. */
  warn(message: string): void;
}
