import { DecodeError } from "../core/error.ts";
import { type Finding, finding } from "../core/finding.ts";
import { known, type Observed, unknown } from "../core/observed.ts";
import { shellWord } from "../core/plain_text.ts";
import {
  decodeWorkingSet,
  encodeWorkingSet,
  type WorkingSetFile,
} from "../parse/state/working_set_file.ts";
import type { Clock } from "../ports/clock.ts";
import type { FileStore } from "../ports/file_store.ts";
import type { HostIdentity } from "../ports/host_identity.ts";
import {
  type Owner,
  readStateFile,
  replaceFile,
} from "../ports/state_writer.ts";

/** What the cache of Metal's limit works with. */
export interface WorkingSetPorts {
  /** The disk. */
  readonly store: FileStore;
  /** Which machine this is: the cache may lie in a home that several share. */
  readonly host: HostIdentity;
}

/** Metal's recommended limit, as it was once read on this machine under this system. */
export interface CachedWorkingSet {
  /** In bytes. */
  readonly limitBytes: Observed<number>;
  /** A cache that cannot be read. */
  readonly findings: readonly Finding[];
}

const NOT_ASKED = "Metal has not been asked under this system yet";
/** Builds come and go; the oldest are dropped. */
const MOST_ENTRIES = 64;

/**
 * Reads the cached limit. Neither Metal nor, without a cache, the machine's identity is asked.
 *
 * @param path The cache; `undefined` where there is no place for one.
 * @param osBuild The running system: another build may answer otherwise.
 */
export async function readWorkingSet(
  ports: WorkingSetPorts,
  path: string | undefined,
  osBuild: Observed<string>,
): Promise<CachedWorkingSet> {
  const { file, findings } = readCache(ports.store, path);
  const answer = (limitBytes: Observed<number>): CachedWorkingSet => ({
    limitBytes,
    findings,
  });
  if (file.entries.length === 0) return answer(unknown(NOT_ASKED));
  if (osBuild.kind === "unknown") return answer(osBuild);
  const host = await ports.host.readHost();
  if (host.kind === "unknown") return answer(host);
  const entry = file.entries.find((one) =>
    one.host === host.value && one.osBuild === osBuild.value
  );
  return answer(
    entry === undefined ? unknown(NOT_ASKED) : known(entry.limitBytes),
  );
}

/**
 * Writes down what Metal said.
 *
 * @param path The cache; without a place nothing is written.
 * @param reading What was read, under which system. Without the machine's identity nothing is written.
 * @throws {FileError} If it could not be written.
 */
export async function recordWorkingSet(
  ports: WorkingSetPorts & {
    readonly clock: Clock;
    readonly owner: () => Owner | undefined;
  },
  path: string | undefined,
  reading: { readonly osBuild: string; readonly limitBytes: number },
): Promise<void> {
  const host = await ports.host.readHost();
  if (path === undefined || host.kind === "unknown") return;
  const { file } = readCache(ports.store, path);
  const others = file.entries.filter((one) =>
    one.host !== host.value || one.osBuild !== reading.osBuild
  );
  const entry = {
    host: host.value,
    ...reading,
    readAt: ports.clock.now(),
  };
  const text = encodeWorkingSet({
    entries: [...others, entry].slice(-MOST_ENTRIES),
    extra: file.extra,
  });
  replaceFile(ports.store, path, `${text}\n`, { owner: ports.owner() });
}

function readCache(
  store: FileStore,
  path: string | undefined,
): { readonly file: WorkingSetFile; readonly findings: readonly Finding[] } {
  const empty: WorkingSetFile = { entries: [], extra: new Map() };
  if (path === undefined) return { file: empty, findings: [] };
  const reading = readStateFile(store, path);
  if (reading.kind === "absent") return { file: empty, findings: [] };
  const broken = (message: string): Finding =>
    finding(
      "working-set-unreadable",
      `${message}: the limit of GPU memory is estimated`,
      `Remove the file and ask Metal again:\n$ rm ${
        shellWord(path)
      }\n$ metal-guard doctor --metal`,
    );
  if (reading.kind === "unreadable") {
    return { file: empty, findings: [broken(reading.message)] };
  }
  try {
    return { file: decodeWorkingSet(reading.text), findings: [] };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { file: empty, findings: [broken(error.message)] };
  }
}
