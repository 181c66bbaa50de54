/**
 * Every state file, written by the layer that keeps it, on a disk that gives up at every possible moment.
 *
 *     deno run tests/torture/crash_points.ts [--every-bytes 1]
 *
 * @module
 */
import type { FileStore, OpenFile } from "../../lib/ports/file_store.ts";
import type { MemoryFileStore } from "../fakes/file_store.ts";
import { forwardingStore } from "../fakes/forwarding_store.ts";
import {
  type CrashState,
  enumerateLaterCrashStates,
} from "../fakes/lying_file_store.ts";
import { lockCases } from "./crash_lock.ts";
import { stateCases } from "./crash_state.ts";

/** One state file that is being written. */
export interface CrashCase {
  /** Which file, and what happens to it. */
  readonly name: string;
  /** What is on the disk before. */
  readonly initial: () => Promise<MemoryFileStore> | MemoryFileStore;
  /** What is cut short. */
  readonly run: (store: FileStore) => Promise<unknown>;
  /** What is wrong on a disk that a crash has left; `undefined` when nothing is. */
  readonly judge: (state: CrashState) => Promise<string | undefined>;
}

/** What one case came to. */
export interface CrashOutcome {
  /** Different disks that were judged. */
  readonly states: number;
  /** What was wrong with them, the first of each kind. */
  readonly complaints: readonly string[];
}

/** A writer that cuts a corner. */
export type Carelessness = "nothing is synced" | "written in place";

/** Every case. */
export function crashCases(): readonly CrashCase[] {
  return [...stateCases(), ...lockCases()];
}

/** A torn write is looked at so often; every byte of each is left to the command line. */
const USUAL_GRAIN = 16;

/** Judges every disk that a crash in the middle of a case may leave. */
export async function walkCrashPoints(
  one: CrashCase,
  options: {
    readonly careless?: Carelessness;
    readonly everyBytes?: number;
  } = {},
): Promise<CrashOutcome> {
  const { careless, everyBytes = USUAL_GRAIN } = options;
  const complaints = new Map<string, string>();
  let states = 0;
  const run = (store: FileStore): Promise<unknown> =>
    one.run(careless === undefined ? store : carelessStore(store, careless));
  const walk = enumerateLaterCrashStates(run, await one.initial(), {
    everyBytes,
  });
  for await (const state of walk) {
    states++;
    const complaint = await one.judge(state);
    if (complaint === undefined) continue;
    const kind = complaint.split(":", 1)[0] ?? "";
    if (!complaints.has(kind)) {
      complaints.set(kind, `${complaint} (${state.label})`);
    }
  }
  return { states, complaints: [...complaints.values()] };
}

/** A disk through which a careful writer writes like a careless one. */
function carelessStore(store: FileStore, careless: Carelessness): FileStore {
  if (careless === "nothing is synced") {
    return forwardingStore(store, {
      open: (path, options): OpenFile => {
        const file = store.open(path, options);
        return { ...bound(file), sync: (): void => {} };
      },
      syncFolder: (): void => {},
    });
  }
  // A new name is no new file but an empty one that is filled where it stands.
  const copy = (from: string, to: string): void => {
    const bytes = store.readHead(from, 2 ** 20);
    store.open(to, { how: "replace", mode: 0o600 })[Symbol.dispose]();
    using file = store.open(to, { how: "append", mode: 0o600 });
    file.write(bytes);
    file.sync();
  };
  return forwardingStore(store, {
    rename(from, to): void {
      try {
        store.remove(to);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
      }
      copy(from, to);
      store.remove(from);
    },
    link: copy,
  });
}

function bound(file: OpenFile): OpenFile {
  return {
    write: (bytes) => file.write(bytes),
    lastByte: () => file.lastByte(),
    sizeBytes: () => file.sizeBytes(),
    identity: () => file.identity(),
    sync: () => file.sync(),
    tryLock: () => file.tryLock(),
    [Symbol.dispose]: () => file[Symbol.dispose](),
  };
}

async function main(): Promise<void> {
  const at = Deno.args.indexOf("--every-bytes");
  const everyBytes = at < 0 ? USUAL_GRAIN : Number(Deno.args[at + 1]);
  for (const one of crashCases()) {
    const { states, complaints } = await walkCrashPoints(one, { everyBytes });
    const words = complaints.length === 0 ? "kept" : complaints.join("; ");
    Deno.stdout.writeSync(
      new TextEncoder().encode(`${one.name}: ${states} disks, ${words}\n`),
    );
    if (complaints.length > 0) Deno.exitCode = 1;
  }
}

if (import.meta.main) void main();
