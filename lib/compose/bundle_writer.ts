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
import { tryStat } from "../ports/file_look.ts";
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
  /** Reports of an earlier run that lie here, also of one that was killed before it could say how large they are. */
  const kept = (before?.files ?? []).flatMap((one): readonly BundleEntry[] => {
    const stat = one.kind === "report"
      ? tryStat(store, `${folder}/${one.name}`)
      : undefined;
    return stat === undefined
      ? []
      : [{ ...one, sizeBytes: stat.sizeBytes, failure: undefined }];
  });
  const plannedReports = new Map<string, BundleEntry>();
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
  const planReport = (path: string): BundleEntry => {
    const planned = plannedReports.get(path);
    if (planned !== undefined) return planned;
    const source = redact(path);
    const used = new Set([...plannedReports.values()].map(({ name }) => name));
    const known = before?.files.find((one) =>
      one.kind === "report" && one.source === source && !used.has(one.name)
    );
    const taken = new Set([
      ...setup.planned,
      LIST_NAME,
      ...kept.map(({ name }) => name),
      ...used,
    ]);
    const entry = plannedEntry(
      known?.name ?? bundleName(redact(nameOf(path)), taken),
      "report",
      source,
    );
    plannedReports.set(path, entry);
    return entry;
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
    plan: (paths) => {
      for (const path of paths) planReport(path);
    },
    report: (path, make) =>
      put(planReport(path), () => make(isRedacted ? redact : (text) => text)),
    failReport: (path, because) => {
      const entry = planReport(path);
      entries.set(entry.name, { ...entry, failure: redact(because) });
    },
    entries: all,
    isKept: (name) => !entries.has(name),
    list: (isComplete) => {
      const there = all();
      const names = new Set(there.map(({ name }) => name));
      const planned = isComplete ? [] : [
        ...setup.planned.map((name) => plannedEntry(name, "text", undefined)),
        ...plannedReports.values(),
      ].filter(({ name }) => !names.has(name));
      const file: BundleFile = {
        isComplete,
        collectedAt,
        version: setup.version,
        isRedacted,
        files: [...there, ...planned],
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

/** A file that will be written: a crash in between must not leave it without an owner. */
function plannedEntry(
  name: string,
  kind: string,
  source: string | undefined,
): BundleEntry {
  return {
    name,
    kind,
    source,
    sizeBytes: undefined,
    isCut: false,
    failure: undefined,
  };
}

function wordsOf(error: unknown): string {
  if (error instanceof MetalGuardError) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : "unknown";
}
