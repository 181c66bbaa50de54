import { SECOND_MS } from "../../core/instant.ts";
import type { Orphan } from "../../policy/orphans.ts";
import {
  type OrphanKillView,
  orphansJson,
  orphansText,
} from "../../report/orphans.ts";
import {
  type CliContext,
  command,
  outputStyle,
  printJson,
} from "../context.ts";

/** Flags of `orphan-scan`. */
export interface OrphanScanFlags {
  readonly json: boolean;
  readonly kill: boolean;
  /** Least age in seconds; the configured one when left out. */
  readonly thresholdSec?: number;
}

/** Orphans, as far as this command goes. */
export interface OrphanSource {
  /** Least age where nothing else is asked for, in milliseconds. */
  readonly thresholdMs: number;
  /** Looks for them. */
  scan(options: { readonly thresholdMs: number }): Promise<readonly Orphan[]>;
  /** Ends those that are proved ours. */
  kill(orphans: readonly Orphan[]): Promise<readonly OrphanKillView[]>;
}

/** There is one at least. */
const FOUND = 1;

/**
 * `metal-guard orphan-scan`: workers that were started and never ended.
 *
 * @returns The exit code: 0 none, 1 at least one was found, also when it was ended.
 */
export async function scanOrphans(
  context: CliContext,
  source: OrphanSource,
  flags: OrphanScanFlags,
): Promise<number> {
  const thresholdMs = flags.thresholdSec === undefined
    ? source.thresholdMs
    : flags.thresholdSec * SECOND_MS;
  const orphans = await source.scan({ thresholdMs });
  const kills = flags.kill ? await source.kill(orphans) : undefined;
  const view = { thresholdMs, orphans, kills };
  if (flags.json) printJson(context, orphansJson(view));
  else {
    const style = outputStyle(context);
    context.terminal.stdout.write(orphansText(view, { style }));
  }
  return orphans.length > 0 ? FOUND : 0;
}

export default command<OrphanScanFlags>((context, flags) =>
  scanOrphans(context, context.guard.orphans, flags)
);
