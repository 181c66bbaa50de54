/**
 * Writes the files of a post-mortem's folder, each on its own, and keeps the list of them.
 *
 * @module
 */
import { DecodeError, FileError, MetalGuardError } from "../core/error.ts";
import { epochSeconds } from "../core/instant.ts";
import type { BundleWriter } from "../layers/postmortem.ts";
import type { Redact } from "../parse/redaction.ts";
import {
  type BundleEntry,
  type BundleFile,
  decodeBundle,
  encodeBundle,
} from "../parse/state/bundle_file.ts";
import {
  bundleName,
  type BundlePlace,
  putBundleFile,
} from "../ports/bundle_folder.ts";
import type { Clock } from "../ports/clock.ts";
import type { FileStore } from "../ports/file_store.ts";
import { nameOf } from "../ports/state_folder.ts";
import { type Owner, readStateFile } from "../ports/state_writer.ts";

/** What a bundle is written with. */
export interface BundleSetup {
  /** The disk. */
  readonly store: FileStore;
  /** Time. */
  readonly clock: Clock;
  /** The folder. */
  readonly folder: string;
  /** Whom files are given to. */
  readonly owner: Owner | undefined;
  /** Version of the program. */
  readonly version: string;
  /** Whether private words are taken out. */
  readonly isRedacted: boolean;
  /** Takes them out. */
  readonly redact: Redact;
  /** Names that are planned, so that a crash leaves none without its owner. */
  readonly planned: readonly string[];
}

const LIST_NAME = "bundle.json";

/** Opens a folder for one run; nothing is written yet. */
export function openBundle(setup: BundleSetup): BundleWriter {
  const { store, clock, folder, isRedacted, redact } = setup;
  const before = readBundle(store, `${folder}/${LIST_NAME}`);
  const collectedAt = clock.now();
  const entries = new Map<string, BundleEntry>();
  const movedAside: string[] = [];
  const owned = new Set([
    ...(before?.files.map(({ name }) => name) ?? []),
    ...(before === undefined ? [] : [LIST_NAME]),
  ]);
  const place: BundlePlace = {
    store,
    folder,
    owned,
    owner: setup.owner,
    epochSeconds: Math.floor(epochSeconds(collectedAt)),
  };
  const kept = (before?.files ?? []).filter((one) =>
    one.kind === "report" && one.sizeBytes !== undefined
  );
  const put = (
    entry: Pick<BundleEntry, "name" | "kind" | "source">,
    make: () => { readonly text: string; readonly isCut: boolean },
  ): void => {
    const base = { ...entry, isCut: false, failure: undefined };
    try {
      const { text, isCut } = make();
      const bytes = new TextEncoder().encode(text);
      const aside = putBundleFile(place, entry.name, bytes);
      if (aside !== undefined) movedAside.push(aside);
      owned.add(entry.name);
      entries.set(entry.name, { ...base, isCut, sizeBytes: bytes.length });
    } catch (error) {
      entries.set(entry.name, {
        ...base,
        sizeBytes: undefined,
        failure: redact(wordsOf(error)),
      });
    }
  };
  /** The same name for the same source in every run, so that no report of an earlier one is written over. */
  const nameFor = (source: string, path: string): string => {
    const known = kept.find((one) => one.source === source);
    if (known !== undefined && !entries.has(known.name)) return known.name;
    const taken = new Set([
      ...setup.planned,
      LIST_NAME,
      ...kept.map(({ name }) => name),
      ...entries.keys(),
    ]);
    return bundleName(redact(nameOf(path)), taken);
  };
  const all = (): readonly BundleEntry[] => [
    ...entries.values(),
    ...kept.filter(({ name }) => !entries.has(name)),
  ];
  return {
    isRedacted,
    movedAside,
    text: (name, make) =>
      put({ name, kind: "text", source: undefined }, () => ({
        text: make(),
        isCut: false,
      })),
    report: (path, make) => {
      const source = redact(path);
      const name = nameFor(source, path);
      put(
        { name, kind: "report", source },
        () => make(isRedacted ? redact : (text) => text),
      );
    },
    failReport: (path, because) => {
      const source = redact(path);
      const name = nameFor(source, path);
      entries.set(name, {
        name,
        kind: "report",
        source,
        sizeBytes: undefined,
        isCut: false,
        failure: redact(because),
      });
    },
    entries: all,
    isKept: (name) => !entries.has(name),
    list: (isComplete) => {
      const planned = setup.planned.filter((name) => !entries.has(name))
        .map((name): BundleEntry => ({
          name,
          kind: "text",
          source: undefined,
          sizeBytes: undefined,
          isCut: false,
          failure: undefined,
        }));
      const file: BundleFile = {
        isComplete,
        collectedAt,
        version: setup.version,
        isRedacted,
        files: [...all(), ...planned],
        extra: new Map(),
      };
      try {
        const aside = putBundleFile(place, LIST_NAME, encodeBundle(file));
        if (aside !== undefined) movedAside.push(aside);
        owned.add(LIST_NAME);
        entries.delete(LIST_NAME);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        entries.set(LIST_NAME, {
          name: LIST_NAME,
          kind: "list",
          source: undefined,
          sizeBytes: undefined,
          isCut: false,
          failure: redact(error.message),
        });
      }
    },
  };
}

/** A torn list, or one of somebody else, owns nothing: what lies there is moved aside, not written over. */
function readBundle(store: FileStore, path: string): BundleFile | undefined {
  const read = readStateFile(store, path);
  if (read.kind !== "text") return undefined;
  try {
    return decodeBundle(read.text);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof MetalGuardError) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : "unknown";
}
