/**
 * What a disk may hold after a crash, for every moment at which it can come.
 *
 * The model: what was written is on the disk once the file was synced, a name once its folder was synced. Until then
 * each change of a name may have happened or not, on its own, and of what was written any first part may be there, or
 * zeros in its place. A sync may also lie: it returns and has done nothing.
 *
 * @module
 */
import {
  FileError,
  type FileProblem,
  MetalGuardError,
} from "../../lib/core/error.ts";
import type { FileStore } from "../../lib/ports/file_store.ts";
import type { MemoryFileStore } from "./file_store.ts";
import { type Fault, FaultyFileStore } from "./faulty_file_store.ts";
import { type Effect, type MemoryDisk, ROOT } from "./memory_disk.ts";

/** One disk that somebody may find after a crash. */
export interface CrashState {
  /** How it came to be, for the message of a failing test. */
  readonly label: string;
  /** The disk, with nobody at work and no lock held. */
  readonly store: MemoryFileStore;
  /** Whether a sync had lied: then what was written may be torn. */
  readonly lied: boolean;
  /** Whether `run` had returned before the crash; `false` also when it threw. */
  readonly completed: boolean;
}

/**
 * Runs `run` again and again, and yields every different disk that a crash may leave: before and after each of its
 * operations, with writes torn, syncs lost, and each operation failing by a full disk (ENOSPC), a broken one (EIO)
 * or a denial (EACCES).
 *
 * @param run The work, the same each time; it may throw a {@linkcode FileError}, nothing else.
 * @param initial What is on the disk before, all of it synced. It is not changed.
 */
export function* enumerateCrashStates(
  run: (store: FileStore) => void,
  initial: MemoryFileStore,
): Generator<CrashState> {
  const seen = new Set<string>();
  const honest = record(run, initial);
  if (honest.threw !== undefined) throw honest.threw;
  yield* honestStates(seen, initial, honest);
  for (const fault of faultsOf(honest)) {
    const failed = record(run, initial, fault);
    yield* failedStates(seen, initial, { fault, honest, failed });
  }
}

/**
 * As {@linkcode enumerateCrashStates}, for work that waits for something in between.
 *
 * @param run The work; it may reject with a {@linkcode MetalGuardError}, nothing else.
 * @param initial What is on the disk before, all of it synced. It is not changed.
 * @param options How finely.
 */
export async function* enumerateLaterCrashStates(
  run: (store: FileStore) => Promise<unknown>,
  initial: MemoryFileStore,
  options: CrashGrain = {},
): AsyncGenerator<CrashState> {
  const seen = new Set<string>();
  const honest = await recordLater(run, initial);
  if (honest.threw !== undefined) throw honest.threw;
  yield* honestStates(seen, initial, honest, options);
  for (const fault of faultsOf(honest)) {
    const failed = await recordLater(run, initial, fault);
    yield* failedStates(seen, initial, { fault, honest, failed, ...options });
  }
}

/** How finely a torn write is looked at. */
export interface CrashGrain {
  /** Bytes between two places at which it may be torn. @default 1 */
  readonly everyBytes?: number;
}

function* honestStates(
  seen: Set<string>,
  initial: MemoryFileStore,
  honest: Recording,
  grain: CrashGrain = {},
): Generator<CrashState> {
  const of = { ...honest, ...grain };
  yield* newOnly(seen, statesOf(initial, of, "", new Set()));
  const syncs = honest.effects.flatMap(({ kind }, index) =>
    kind === "sync" || kind === "sync-folder" ? [index] : []
  );
  for (const lost of [...syncs.map((index) => [index]), syncs]) {
    const label = `sync lost at effect ${lost.join(", ")}; `;
    yield* newOnly(seen, statesOf(initial, of, label, new Set(lost)));
  }
}

function* failedStates(
  seen: Set<string>,
  initial: MemoryFileStore,
  { fault, honest, failed, everyBytes = 1 }: CrashGrain & {
    readonly fault: Fault;
    readonly honest: Recording;
    readonly failed: Recording;
  },
): Generator<CrashState> {
  const name = honest.operations[fault.at] ?? "";
  const label = `${fault.problem} at ${name} after ${
    fault.writtenBytes ?? 0
  } bytes; `;
  yield* newOnly(
    seen,
    statesOf(initial, { ...failed, everyBytes }, label, new Set()),
  );
}

interface Recording {
  readonly effects: readonly Effect[];
  readonly operations: readonly string[];
  /** What `run` threw, if it did. */
  readonly threw: MetalGuardError | undefined;
}

function record(
  run: (store: FileStore) => void,
  initial: MemoryFileStore,
  fault?: Fault,
): Recording {
  const effects: Effect[] = [];
  const store = initial.clone();
  store.onEffect = (effect) => effects.push(effect);
  const lying = new FaultyFileStore(store, fault);
  try {
    run(lying);
    return { effects, operations: lying.operations, threw: undefined };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { effects, operations: lying.operations, threw: error };
  }
}

async function recordLater(
  run: (store: FileStore) => Promise<unknown>,
  initial: MemoryFileStore,
  fault?: Fault,
): Promise<Recording> {
  const effects: Effect[] = [];
  const store = initial.clone();
  store.onEffect = (effect) => effects.push(effect);
  const lying = new FaultyFileStore(store, fault);
  try {
    await run(lying);
    return { effects, operations: lying.operations, threw: undefined };
  } catch (error) {
    if (!(error instanceof MetalGuardError)) throw error;
    return { effects, operations: lying.operations, threw: error };
  }
}

function faultsOf(honest: Recording): readonly Fault[] {
  const writes = honest.effects.filter((effect) => effect.kind === "write");
  return honest.operations.flatMap((name, at): readonly Fault[] => {
    const problems: readonly FileProblem[] = ["disk-full", "other", "denied"];
    const faults = problems.map((problem) => ({ at, problem }));
    if (!name.startsWith("write ")) return faults;
    const nth = honest.operations.slice(0, at)
      .filter((earlier) => earlier.startsWith("write ")).length;
    const length = writes[nth]?.bytes.length ?? 0;
    return [0, 1, length >> 1, length - 1].flatMap((writtenBytes) =>
      faults.map((fault) => ({ ...fault, writtenBytes }))
    );
  });
}

function* statesOf(
  initial: MemoryFileStore,
  { effects, threw, everyBytes = 1 }: Recording & CrashGrain,
  label: string,
  lost: ReadonlySet<number>,
): Generator<CrashState> {
  for (let length = 0; length <= effects.length; length++) {
    const history = effects.slice(0, length);
    const completed = length === effects.length && threw === undefined;
    for (const choice of choicesOf(history, lost, everyBytes)) {
      yield {
        label: `${label}crash after ${length} of ${effects.length} effects` +
          `, ${choice.label}`,
        store: replay(initial, history, choice),
        lied: lost.size > 0,
        completed,
      };
    }
  }
}

/** What became of the changes that no sync had brought to the disk. */
interface Choice {
  readonly label: string;
  /** Changes of names, by their place in the history, that did not arrive. */
  readonly lostNames: ReadonlySet<number>;
  /** Of each file with unsynced writes: how many of those bytes arrived, and whether zeros stand for the rest. */
  readonly arrived: ReadonlyMap<number, Arrival>;
}

interface Arrival {
  /** Place in the history of the first write that is not synced. */
  readonly from: number;
  readonly bytes: number;
  readonly zeros: boolean;
}

function* choicesOf(
  history: readonly Effect[],
  lost: ReadonlySet<number>,
  everyBytes: number,
): Generator<Choice> {
  const names: number[] = [];
  const files = new Map<number, { from: number; bytes: number }>();
  for (const [index, effect] of history.entries()) {
    const synced = (kind: string, node: number): boolean =>
      history.some((later, at) =>
        at > index && !lost.has(at) && later.kind === kind &&
        "node" in later && later.node === node
      );
    if (effect.kind === "names") {
      const isDurable = effect.changes.every(({ folder }) =>
        synced("sync-folder", folder)
      );
      if (!isDurable) names.push(index);
    } else if (effect.kind === "write" && !synced("sync", effect.node)) {
      const file = files.get(effect.node) ?? { from: index, bytes: 0 };
      file.bytes += effect.bytes.length;
      files.set(effect.node, file);
    }
  }
  for (let mask = 0; mask < 2 ** names.length; mask++) {
    const lostNames = new Set(names.filter((_, bit) => mask >> bit & 1));
    for (const arrived of arrivals([...files], everyBytes)) {
      const label = `${lostNames.size} of ${names.length} name changes lost` +
        [...arrived.values()].map(({ bytes, zeros }) =>
          `, ${bytes} bytes arrived${zeros ? " and zeros" : ""}`
        ).join("");
      yield { label, lostNames, arrived };
    }
  }
}

function* arrivals(
  files: readonly (readonly [number, { from: number; bytes: number }])[],
  everyBytes: number,
): Generator<ReadonlyMap<number, Arrival>> {
  const [first, ...rest] = files;
  if (first === undefined) {
    yield new Map();
    return;
  }
  const [node, { from, bytes: total }] = first;
  for (const others of arrivals(rest, everyBytes)) {
    for (let bytes = 0; bytes < total; bytes += everyBytes) {
      yield new Map([...others, [node, { from, bytes, zeros: false }]]);
    }
    yield new Map([...others, [node, { from, bytes: total, zeros: false }]]);
    for (const bytes of new Set([0, total >> 1])) {
      yield new Map([...others, [node, { from, bytes, zeros: true }]]);
    }
  }
}

function replay(
  initial: MemoryFileStore,
  history: readonly Effect[],
  choice: Choice,
): MemoryFileStore {
  const store = initial.clone();
  const now = store.clock.now();
  const left = new Map(
    Array.from(choice.arrived, ([node, { bytes }]) => [node, bytes]),
  );
  for (const [index, effect] of history.entries()) {
    if (choice.lostNames.has(index)) continue;
    const arrival = effect.kind === "write"
      ? choice.arrived.get(effect.node)
      : undefined;
    if (effect.kind !== "write" || arrival === undefined) {
      store.disk.apply(effect, now);
      continue;
    }
    if (index < arrival.from) {
      store.disk.apply(effect, now);
      continue;
    }
    const room = left.get(effect.node) ?? 0;
    const bytes = effect.bytes.slice(0, room);
    left.set(effect.node, room - bytes.length);
    const padded = new Uint8Array(
      arrival.zeros ? effect.bytes.length : bytes.length,
    );
    padded.set(bytes);
    store.disk.apply({ ...effect, bytes: padded }, now);
  }
  return store;
}

/** Leaves out disks that look the same and are judged the same. */
function* newOnly(
  seen: Set<string>,
  states: Iterable<CrashState>,
): Generator<CrashState> {
  for (const state of states) {
    const key = `${state.lied} ${state.completed} ${
      JSON.stringify(contentOf(state.store.disk))
    }`;
    if (seen.has(key)) continue;
    seen.add(key);
    yield state;
  }
}

/** Everything that has a name, as nested values. */
function contentOf(disk: MemoryDisk, id: number = ROOT): unknown {
  const node = disk.node(id);
  if (node.kind !== "folder") {
    return [node.kind, node.mode, node.userId, node.target, [...node.bytes]];
  }
  return Array.from(node.names)
    .toSorted(([a], [b]) => a < b ? -1 : 1)
    .map(([name, child]) => [
      name.replace(TOKEN, ".tmp"),
      contentOf(disk, child),
    ]);
}

/** The drawn part of a temporary file's name: two disks that differ in nothing else are one. */
const TOKEN = /\.[0-9a-f]{8}\.tmp$/;
