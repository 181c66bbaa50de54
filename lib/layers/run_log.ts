import { FileError } from "../core/error.ts";
import { addMs, DAY_MS } from "../core/instant.ts";
import { encodeRunRecord, type RunRecord } from "../parse/state/run_records.ts";
import type { Clock } from "../ports/clock.ts";
import type { FileStore } from "../ports/file_store.ts";
import type { Log } from "../ports/log.ts";
import { folderOf } from "../ports/state_folder.ts";
import { appendLine, type Owner, replaceFile } from "../ports/state_writer.ts";

/** What {@linkcode RunLog} works with. */
export interface RunLogPorts {
  /** The disk. */
  readonly store: FileStore;
  /** Time. */
  readonly clock: Clock;
  /** Told once when a file cannot be written. */
  readonly log: Log;
  /** Whom files are given to when root works under another's HOME. */
  readonly owner: () => Owner | undefined;
}

/** Where a run is written down. */
export interface RunLogPlace {
  /** Folder of the records; `undefined` where there is no place for them. */
  readonly folder: string | undefined;
  /** Our process. */
  readonly pid: number;
  /** The report that is kept whole beside them; `undefined` where none was asked for. */
  readonly reportPath: string | undefined;
  /** Makes the report out of the records. */
  readonly renderReport: (records: readonly RunRecord[]) => string;
}

/** Records are kept this long (SPEC 1). */
const KEPT_MS = 30 * DAY_MS;
/**
 * Nothing is done because of these. A kill −9 of the guard loses none of them; what a kernel panic may lose of the beginning
 * stands in the breadcrumbs, which are synced before the program runs, and behind an end comes a record that takes it along.
 */
const UNDECIDED: ReadonlySet<string> = new Set(["opened", "started", "ended"]);
const NAME = /^\d{8}T\d{6}Z-\d{1,10}\.jsonl$/;

/**
 * Writes down what a supervised run decides, before it acts: each record that says so is on the disk when its call returns,
 * with all before it, and the report is valid up to the last one, also after a kill −9.
 *
 * Fails open: a full disk is told once and stops neither the program nor its end.
 */
export class RunLog {
  readonly #ports: RunLogPorts;
  readonly #place: RunLogPlace;
  readonly #path: string | undefined;
  readonly #records: RunRecord[] = [];
  readonly #told = new Set<string>();
  #isNameSynced = false;

  /** Made for one run. */
  constructor(ports: RunLogPorts, place: RunLogPlace) {
    this.#ports = ports;
    this.#place = place;
    const { folder, pid } = place;
    this.#path = folder === undefined
      ? undefined
      : `${folder}/${stampOf(ports.clock.now())}-${pid}.jsonl`;
  }

  /** What was written down so far. */
  get records(): readonly RunRecord[] {
    return this.#records;
  }

  /**
   * Writes the report as it stands, before anything is started.
   *
   * @throws {FileError} If it cannot be written.
   */
  open(): void {
    this.#writeReport();
    this.#sweep();
  }

  /** Writes one record down. Never throws. */
  record(
    kind: string,
    details: Readonly<Record<string, string | number | null>> = {},
  ): void {
    const { clock, store } = this.#ports;
    const record: RunRecord = {
      at: clock.now(),
      kind,
      details: new Map(Object.entries(details)),
    };
    this.#records.push(record);
    const path = this.#path;
    if (path !== undefined) {
      this.#try(path, () => {
        const owner = this.#ports.owner();
        const sync = !UNDECIDED.has(kind);
        appendLine(store, path, encodeRunRecord(record), { owner, sync });
        // With the first one, so that no decision waits for it.
        if (this.#isNameSynced) return;
        store.syncFolder(folderOf(path));
        this.#isNameSynced = true;
      });
    }
    this.#try(this.#place.reportPath ?? "", () => this.#writeReport());
  }

  #writeReport(): void {
    const { reportPath, renderReport } = this.#place;
    if (reportPath === undefined) return;
    replaceFile(this.#ports.store, reportPath, renderReport(this.#records));
  }

  #try(path: string, write: () => void): void {
    try {
      write();
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      if (this.#told.has(path)) return;
      this.#told.add(path);
      this.#ports.log.warn(`${error.message}: the run goes on`);
    }
  }

  /** Records of the last month are enough to explain a crash. */
  #sweep(): void {
    const { folder } = this.#place;
    if (folder === undefined) return;
    const { clock, store } = this.#ports;
    const oldest = addMs(clock.now(), -KEPT_MS);
    try {
      for (const { name, kind } of store.list(folder)) {
        const path = `${folder}/${name}`;
        if (kind !== "file" || !NAME.test(name)) continue;
        const { modifiedAt } = store.stat(path);
        if (Temporal.Instant.compare(modifiedAt, oldest) >= 0) continue;
        store.remove(path);
        tryRemove(store, `${path}.flock`);
      }
    } catch (error) {
      // A folder that is not there yet has nothing to sweep; one that cannot be swept is tried again next time.
      if (!(error instanceof FileError)) throw error;
    }
  }
}

function tryRemove(store: FileStore, path: string): void {
  try {
    store.remove(path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
  }
}

function stampOf(at: Temporal.Instant): string {
  return at.toString({ smallestUnit: "second" }).replaceAll(/[-:]/g, "");
}
