/** One of our standard output streams. */
export interface OutputStream {
  /** Writes all of `text`. A reader that has gone away is no error: there is nobody left to tell. */
  write(text: string): void;
  /** Whether a person looks at it. */
  readonly isTerminal: boolean;
  /** Its size in characters; left out, or `undefined`, where that is not known. */
  size?(): { readonly columns: number; readonly rows: number } | undefined;
}

/** The standard streams. Machine output goes to `stdout`, everything else to `stderr`. */
export interface Terminal {
  /** What was asked for. */
  readonly stdout: OutputStream;
  /** Everything else. */
  readonly stderr: OutputStream;
}
