/**
 * How the writer of `status.json` is made. Loaded when it is asked for.
 *
 * @module
 */
import { MetalGuardError } from "../core/error.ts";
import {
  type StatusSink,
  StatusWriter,
  type StatusWriterPorts,
} from "../layers/status_writer.ts";
import { VERSION } from "../version.ts";
import type { MetricsFileOptions } from "./metrics_file.ts";

export type { StatusSink, StatusWriter } from "../layers/status_writer.ts";

/** What is written, and where. */
export interface StatusWriterOptions {
  /** The file. @default `status.json` in the state folder */
  readonly path?: string;
  /** Whether everybody may read it, without command lines, breadcrumbs and paths (SAFETY P2). @default false */
  readonly isPublic?: boolean;
  /** What else is written after each picture. @default none */
  readonly sinks?: readonly StatusSink[];
  /** Where metrics for Prometheus are written too. @default nowhere */
  readonly metrics?: MetricsFileOptions;
}

/**
 * Makes the writer.
 *
 * @param parts What it works with, and where the file lies where nobody says otherwise.
 * @param options What to write.
 * @throws {MetalGuardError} Code `usage`, if there is no place for the file.
 */
export function makeStatusWriter(
  parts: StatusWriterPorts & { readonly path: string | undefined },
  options: StatusWriterOptions,
): StatusWriter {
  const { path = parts.path, isPublic = false, sinks = [] } = options;
  if (path === undefined) {
    throw new MetalGuardError(
      "file-failed",
      "There is no place for status.json: set HOME, or name a file with --out",
    );
  }
  return new StatusWriter(parts, { path, isPublic, sinks, version: VERSION });
}
