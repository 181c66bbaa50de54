import { LockHeldError } from "../../lib/core/lock_error.ts";
import type { FileStore } from "../../lib/ports/file_store.ts";
import type { MemoryFileStore } from "../fakes/file_store.ts";
import { LOCK, LockWorld } from "../fakes/lock_world.ts";
import type { CrashCase } from "./crash_points.ts";

const GUARD = 77;
const CHILD = 78;
const NEXT = 900;
const PYTHON = 311;

/** The lock's record, in each of its ways. */
export function lockCases(): readonly CrashCase[] {
  return [
    takenCase("on an empty disk", (world) => world.store),
    takenCase(
      "over the record of a dead holder",
      (world) => world.putPython(55).store,
    ),
    takenCase(
      "over a damaged record",
      (world) =>
        world.store.put(LOCK, '{"pid": 5', {
          modifiedAt: "2026-01-01T11:00:00Z",
          changedAt: "2026-01-01T11:00:00Z",
        }),
    ),
    namedCase(),
    honouredCase(),
  ];
}

/** A world over another disk, in which these processes live. */
function worldOver(store: FileStore, ...alive: readonly number[]): {
  readonly world: LockWorld;
  readonly lockOf: (pid: number) => ReturnType<LockWorld["process"]>["lock"];
} {
  const world = new LockWorld();
  for (const pid of [1, ...alive]) {
    world.table.start(pid, {
      startedAt: Temporal.Instant.from("2026-01-01T11:30:00Z"),
      // The same process has the same token in each world.
      startToken: { kind: "proc", value: `${pid}@00000000` },
    });
  }
  return { world, lockOf: (pid) => world.process(pid, { store }).lock };
}

/** So long a damaged record counts as one that is being written (SAFETY L4). */
const YOUNG_MS = 30_000;

/** Says so when the lock cannot be had although nobody lives who has it. */
async function stuck(store: MemoryFileStore): Promise<string | undefined> {
  const { world, lockOf } = worldOver(store, NEXT);
  const lock = lockOf(NEXT);
  try {
    if ((await lock.read()).state === "unknown-held") {
      await world.clock.advance(YOUNG_MS);
    }
    await using hold = await lock.acquire("next");
    return hold.kind === "held" ? undefined : `stuck: ${hold.kind}`;
  } catch (error) {
    if (!(error instanceof LockHeldError)) throw error;
    return `stuck: ${error.message}`;
  }
}

function takenCase(
  where: string,
  initial: (world: LockWorld) => MemoryFileStore,
): CrashCase {
  return {
    name: `the lock, when it is taken ${where}`,
    initial: () => initial(new LockWorld()),
    run: (store) => worldOver(store, GUARD).lockOf(GUARD).acquire("x"),
    async judge({ store, lied, completed }): Promise<string | undefined> {
      if (completed && !lied) {
        const { lockOf } = worldOver(store, GUARD, NEXT);
        const { state, holder } = await lockOf(NEXT).read();
        if (state !== "held" || holder?.pid !== GUARD) {
          return `not durable: ${state}`;
        }
      }
      return await stuck(store.clone());
    },
  };
}

/** The guard dies with everything it wrote half done; its child lives on once it has been let go. */
function namedCase(): CrashCase {
  return {
    name: "the lock, when the record comes to name the child",
    initial: () => new LockWorld().store,
    run: async (store) => {
      const hold = await worldOver(store, GUARD, CHILD).lockOf(GUARD)
        .acquire("x");
      await hold.name({
        pid: CHILD,
        startToken: { kind: "proc", value: `${CHILD}@00000000` },
      });
    },
    async judge({ store, lied, completed }): Promise<string | undefined> {
      const { lockOf } = worldOver(store, CHILD, NEXT);
      const { state, holder } = await lockOf(NEXT).read();
      const mayRun = completed && !lied;
      if (mayRun && (state !== "held" || holder?.pid !== CHILD)) {
        return `looser: the child runs and the lock is ${state}`;
      }
      return await stuck(store.clone());
    },
  };
}

/** Whatever becomes of our attempt, a living Python holder keeps its record. */
function honouredCase(): CrashCase {
  const before = new LockWorld().putPython(PYTHON).store.text(LOCK);
  return {
    name: "the lock, when a living Python program has it",
    initial: () => new LockWorld().putPython(PYTHON).store,
    run: async (store) => {
      const { lockOf } = worldOver(store, PYTHON, GUARD);
      await lockOf(GUARD).acquire("x").then(
        () => {
          throw new Error("two holders");
        },
        (error: unknown) => {
          if (!(error instanceof LockHeldError)) throw error;
        },
      );
    },
    judge: ({ store }) => {
      const text = store.text(LOCK);
      return Promise.resolve(text === before ? undefined : `lost: ${text}`);
    },
  };
}
