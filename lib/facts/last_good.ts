import { DecodeError } from "../core/error.ts";
import { type Finding, finding } from "../core/finding.ts";
import { isSane } from "../core/instant.ts";
import { plainText } from "../core/plain_text.ts";
import {
  decodeLastGood,
  type LastGoodFile,
} from "../parse/state/last_good_file.ts";
import type { Clock } from "../ports/clock.ts";
import type { FileStore } from "../ports/file_store.ts";
import { readStateFile } from "../ports/state_writer.ts";

/** With what a run last ended well. */
export interface LastGood {
  /** The record; `undefined` where there is none, or none that can be read. */
  readonly file: LastGoodFile | undefined;
  /** What is out of order with it. */
  readonly findings: readonly Finding[];
}

/** A record holds a handful of versions. */
const MAX_BYTES = 65_536;
const RENEWED = "The next run under guard that ends well writes it anew";

/**
 * Reads the record of the last good run.
 *
 * It reports: a record that cannot be read is a finding, and so is one dated ahead of now, which is believed but for its
 * date (SAFETY T1).
 *
 * @param ports The disk and the time.
 * @param path `last-good.json`; `undefined` where there is no place for it.
 */
export function readLastGood(
  ports: { readonly store: FileStore; readonly clock: Clock },
  path: string | undefined,
): LastGood {
  const nothing: LastGood = { file: undefined, findings: [] };
  if (path === undefined) return nothing;
  const read = readStateFile(ports.store, path, MAX_BYTES);
  if (read.kind === "absent") return nothing;
  if (read.kind === "unreadable") return damaged(path, read.message);
  try {
    const file = decodeLastGood(read.text);
    return {
      file,
      findings: isSane(file.endedAt, ports.clock.now()) ? [] : [finding(
        "last-good-from-the-future",
        `${
          plainText(path)
        } is dated ahead of now: the clock was set since, or is wrong`,
        RENEWED,
      )],
    };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return damaged(path, error.message);
  }
}

function damaged(path: string, message: string): LastGood {
  return {
    file: undefined,
    findings: [finding(
      "last-good-unreadable",
      `${plainText(path)} does not tell of the last good run: ${
        plainText(message)
      }`,
      RENEWED,
    )],
  };
}
