import { addMs } from "../core/instant.ts";
import type { Clock } from "../ports/clock.ts";
import { isPlainlyAbsent, tryStat } from "../ports/file_look.ts";
import type { FileStore } from "../ports/file_store.ts";
import type { PanicEvent } from "./panic_merge.ts";

/**
 * Whether the breadcrumb log can hold a line that matters now. It costs one look at the file, so that the usual gate reads
 * no log.
 *
 * @param ports Disk and clock.
 * @param path The log.
 * @param query How long a suspect matters, and the kernel panics that are known: after a watchdog's report older lines
 *   matter too.
 */
export function mayTellOfSuspects(
  ports: { readonly store: FileStore; readonly clock: Clock },
  path: string,
  query: { readonly withinMs: number; readonly panics: readonly PanicEvent[] },
): boolean {
  if (!(query.withinMs > 0) || isPlainlyAbsent(ports.store, path)) return false;
  const stat = tryStat(ports.store, path);
  if (stat?.kind !== "file") return false;
  const now = ports.clock.now();
  const since = addMs(now, -query.withinMs);
  const isYoung = (at: Temporal.Instant): boolean =>
    Temporal.Instant.compare(at, since) >= 0;
  return isYoung(stat.modifiedAt) ||
    query.panics.some((panic) =>
      panic.signature?.isSuspect === true && isYoung(panic.time.at)
    );
}
