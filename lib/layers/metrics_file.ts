import { FileError } from "../core/error.ts";
import { tryStat } from "../ports/file_look.ts";
import type { FileStore } from "../ports/file_store.ts";
import { type Owner, replaceFile } from "../ports/state_writer.ts";
import {
  METRICS_FILE,
  type MetricsOptions,
  metricsText,
  type MetricsView,
} from "../report/metrics.ts";

/** What {@linkcode MetricsFile} works with. */
export interface MetricsPorts {
  /** The disk. */
  readonly store: FileStore;
  /** Whom the file is given to when root works under another's HOME. */
  readonly owner: () => Owner | undefined;
}

/** What is written, and where. */
export interface MetricsSetup extends MetricsOptions {
  /** Folder that node_exporter's textfile collector reads. */
  readonly folder: string;
}

/**
 * Keeps `metal_guard.prom` for node_exporter's textfile collector.
 *
 * Fails open: a file that cannot be written stays as it is, and its own time of last write says how old it is. It is
 * replaced whole, and readable for everybody (0644): the collector runs as another user.
 */
export class MetricsFile {
  /** The file. */
  readonly name: string;
  readonly #ports: MetricsPorts;
  readonly #setup: MetricsSetup;

  /** Made by the guard, one a folder. */
  constructor(ports: MetricsPorts, setup: MetricsSetup) {
    this.#ports = ports;
    this.#setup = setup;
    const folder = setup.folder.replace(/\/+$/, "");
    this.name = `${folder}/${METRICS_FILE}`;
  }

  /**
   * Writes the figures of a picture. The folder is not made: one of ours would be closed to the collector.
   *
   * @throws {FileError} If it cannot be written; the old file stands then.
   */
  write(snapshot: MetricsView): void {
    const { store, owner } = this.#ports;
    const { folder } = this.#setup;
    if (tryStat(store, folder)?.kind !== "folder") {
      throw new FileError(
        "absent",
        folder,
        `Cannot write ${this.name}: its folder is not there; make it where node_exporter may read it (mkdir -p)`,
      );
    }
    const found = tryStat(store, this.name);
    if (found !== undefined && found.kind !== "file") {
      throw new FileError(
        "not-a-file",
        this.name,
        `Cannot write ${this.name}: it is no regular file, and would be replaced`,
      );
    }
    const text = metricsText(snapshot, this.#setup);
    replaceFile(store, this.name, text, { owner: owner(), mode: 0o644 });
  }
}
