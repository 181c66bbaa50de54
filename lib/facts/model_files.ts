import { MIB } from "../core/bytes.ts";
import { DecodeError, FileError } from "../core/error.ts";
import type { ModelFacts } from "../core/model.ts";
import { known, type Observed, unknown } from "../core/observed.ts";
import { parseModelConfig } from "../parse/model_config.ts";
import { ModelFields } from "../parse/model_fields.ts";
import { decodeJsonFields } from "../parse/state/json_text.ts";
import { tryStat } from "../ports/file_look.ts";
import type { FileStore } from "../ports/file_store.ts";

/** What lies on this disk of a model. */
export interface ModelFiles {
  /** Where it lies; `null` where it does not. */
  readonly folder: string | null;
  /** What its `config.json` says. */
  readonly facts: Observed<ModelFacts>;
  /** Its weights, in bytes. */
  readonly weightBytes: Observed<number>;
  /** Where that figure comes from, in words. */
  readonly weightSource: string;
}

/** Where models lie. */
export interface ModelPlaces {
  /** The Hugging Face cache (`…/hub`); `undefined` where there is no place for one. */
  readonly hub: string | undefined;
}

/** A model of the hub: owner and name, in the signs that the hub allows. */
const HUB_ID = /^(?:[\w][\w.-]{0,95}\/)?[\w][\w.-]{0,95}$/;
const COMMIT = /^[0-9a-f]{40}$/;
/** A configuration is a few KiB, an index of the largest model some hundreds. */
const MAX_JSON_BYTES = MIB;
const INDEX = "model.safetensors.index.json";

/**
 * Finds a model on this disk and reads what it says of itself. Nothing is downloaded.
 *
 * Fails open: what is not there, or cannot be read, is `unknown` with its reason.
 *
 * @param store The disk.
 * @param model An id of the hub, or the path of a folder.
 * @param places Where models lie.
 */
export function readModelFiles(
  store: FileStore,
  model: string,
  places: ModelPlaces,
): ModelFiles {
  const folder = findFolder(store, model, places.hub);
  if (folder === undefined) {
    const because = `${model} is not on this disk`;
    return {
      folder: null,
      facts: unknown(because),
      weightBytes: unknown(because),
      weightSource: "none",
    };
  }
  return { folder, facts: readFacts(store, folder), ...weights(store, folder) };
}

function findFolder(
  store: FileStore,
  model: string,
  hub: string | undefined,
): string | undefined {
  if (/^[./~]/.test(model)) {
    return tryStat(store, `${model}/config.json`) === undefined
      ? undefined
      : model.replace(/\/+$/, "");
  }
  if (hub === undefined || !HUB_ID.test(model) || model.includes("..")) {
    return undefined;
  }
  const root = `${hub}/models--${model.replace("/", "--")}`;
  const main = tryRead(store, `${root}/refs/main`, 64)?.trim();
  const commit = main !== undefined && COMMIT.test(main)
    ? main
    : newestSnapshot(store, `${root}/snapshots`);
  if (commit === undefined) return undefined;
  const folder = `${root}/snapshots/${commit}`;
  return tryStat(store, folder) === undefined ? undefined : folder;
}

function newestSnapshot(store: FileStore, folder: string): string | undefined {
  const names = tryList(store, folder).filter((name) => COMMIT.test(name));
  const dated = names.map((name) => ({
    name,
    at: tryStat(store, `${folder}/${name}`)?.modifiedAt.epochMilliseconds ?? 0,
  }));
  return dated.toSorted((a, b) => b.at - a.at)[0]?.name;
}

function readFacts(store: FileStore, folder: string): Observed<ModelFacts> {
  const text = tryRead(store, `${folder}/config.json`, MAX_JSON_BYTES);
  if (text === undefined) return unknown("its config.json cannot be read");
  try {
    return known(parseModelConfig(text));
  } catch (error) {
    if (error instanceof DecodeError) return unknown(error.message);
    throw error;
  }
}

/** The files themselves where all are there; else what their index says, since a download may be half done. */
function weights(
  store: FileStore,
  folder: string,
): Pick<ModelFiles, "weightBytes" | "weightSource"> {
  const files = tryList(store, folder).filter((name) =>
    /^(?:model.*|weights.*|consolidated.*)\.safetensors$/.test(name)
  );
  const sizes = files.map((name) =>
    tryStat(store, `${folder}/${name}`)?.sizeBytes
  );
  const indexed = indexedBytes(store, folder);
  const sum = sizes.reduce<number>((total, size) => total + (size ?? 0), 0);
  const isWhole = files.length > 0 && !sizes.includes(undefined) &&
    sum >= (indexed ?? 0);
  if (isWhole) {
    return {
      weightBytes: known(sum),
      weightSource: `${files.length} safetensors ${
        files.length === 1 ? "file" : "files"
      }`,
    };
  }
  return indexed === undefined
    ? {
      weightBytes: unknown("its safetensors files are not all there"),
      weightSource: "none",
    }
    : { weightBytes: known(indexed), weightSource: INDEX };
}

function indexedBytes(store: FileStore, folder: string): number | undefined {
  const text = tryRead(store, `${folder}/${INDEX}`, MAX_JSON_BYTES);
  if (text === undefined) return undefined;
  try {
    const fields = new ModelFields(decodeJsonFields(text, INDEX));
    return fields.inner("metadata")?.bytes("total_size");
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

function tryRead(
  store: FileStore,
  path: string,
  maxBytes: number,
): string | undefined {
  try {
    // A FIFO is never opened, and a file that is larger is not what it is named for.
    const stat = store.stat(path);
    if (stat.kind !== "file" || stat.sizeBytes > maxBytes) return undefined;
    return new TextDecoder().decode(store.readHead(path, maxBytes));
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

function tryList(store: FileStore, folder: string): readonly string[] {
  try {
    return store.list(folder).map(({ name }) => name);
  } catch (error) {
    if (error instanceof FileError) return [];
    throw error;
  }
}
