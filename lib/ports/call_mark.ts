/** Says on the disk whether a call into foreign code is under way. No method throws: without a mark the call is made all the same. */
export interface CallMark {
  /** A call begins. */
  enter(): void;
  /** It has come back. */
  leave(): void;
  /** It was left behind: it hangs, and did not crash. */
  hang(): void;
}
