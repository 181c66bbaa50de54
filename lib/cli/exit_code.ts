import { MetalGuardError } from "../core/error.ts";

/** What the program says with its exit code, besides what each command documents (SPEC 14). */
export const EXIT = {
  ok: 0,
  /** A file could not be written or read. */
  failed: 1,
  /** The command line cannot be understood (`EX_USAGE`). */
  usage: 64,
  /** Our own mistake (`EX_SOFTWARE`). */
  internal: 70,
  /** Refused before anything was started. */
  refused: 75,
} as const;

/** Exit code for an error that a command let through. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof MetalGuardError)) return EXIT.internal;
  switch (error.code) {
    case "usage":
      return EXIT.usage;
    case "refused":
      return EXIT.refused;
    case "file-failed":
    case "not-decodable":
    case "child-failed":
    case "gpu-memory":
    case "worker-crashed":
    case "worker-timed-out":
    case "worker-failed":
      return EXIT.failed;
  }
}
