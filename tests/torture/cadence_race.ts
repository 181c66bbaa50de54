/**
 * Real processes that race for one slot of the cadence: `--rounds N --racers N [--without-lock]`. In each round all ask
 * for the same model at once; exactly one may pass. Prints the rounds, and each round in which it was not so.
 *
 * `race PATH FIRST LAST LOCKED` is one racer: it meets the others at a barrier of files before each round.
 *
 * @module
 */
import { createDenoClock } from "../../lib/adapters/deno/clock.ts";
import { createDenoFileStore } from "../../lib/adapters/deno/file_store.ts";
import { RefusedError } from "../../lib/core/error.ts";
import { FirstSight } from "../../lib/facts/first_sight.ts";
import { Cadence } from "../../lib/layers/cadence.ts";
import type { FileStore, OpenFile } from "../../lib/ports/file_store.ts";
import { forwardingStore } from "../fakes/forwarding_store.ts";

/** What a race came to. */
export interface CadenceRace {
  /** Rounds that were run. */
  readonly rounds: number;
  /** Rounds in which more than one passed. */
  readonly doubles: number;
  /** Rounds in which nobody passed. */
  readonly empties: number;
}

/**
 * Runs a race.
 *
 * @param options `isLocked: false` drops the `flock`, to show that the race can be lost.
 */
export async function raceForCadence(
  options: {
    readonly rounds: number;
    readonly racers: number;
    readonly isLocked: boolean;
  },
): Promise<CadenceRace> {
  const folder = await Deno.makeTempDir();
  try {
    const passes = new Array<number>(options.rounds).fill(0);
    const lists = await Promise.all(
      Array.from(
        { length: options.racers },
        () => startRacer(folder, options),
      ),
    );
    for (const round of lists.flat()) passes[round] = (passes[round] ?? 0) + 1;
    return {
      rounds: options.rounds,
      doubles: passes.filter((count) => count > 1).length,
      empties: passes.filter((count) => count === 0).length,
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function startRacer(
  folder: string,
  options: { rounds: number; racers: number; isLocked: boolean },
): Promise<readonly number[]> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--allow-read",
      "--allow-write",
      import.meta.filename ?? "",
      "race",
      folder,
      `${options.rounds}`,
      `${options.racers}`,
      options.isLocked ? "locked" : "free",
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
  const { code, stdout, stderr } = await child.output();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Longest time between the first and the last of a round's racers. */
const BARRIER_MS = 60_000;

/** Rounds that share a record: one that holds thousands of models would be slow, and unlike any that is. */
const BLOCK_ROUNDS = 40;

/** One racer: answers the rounds that it won. */
async function race(
  folder: string,
  rounds: number,
  racers: number,
  isLocked: boolean,
): Promise<readonly number[]> {
  const clock = createDenoClock();
  const store = withoutSync(createDenoFileStore(), isLocked);
  const cadenceAt = (path: string): Cadence =>
    new Cadence({
      clock,
      store,
      log: { info: () => {}, warn: () => {} },
      owner: () => undefined,
      firstSight: new FirstSight(clock),
    }, {
      path,
      options: { sameModelIntervalMs: 3_600_000, crossModelIntervalMs: 0 },
      isObserver: false,
    });
  using barrier = store.open(`${folder}/barrier`, {
    how: "append",
    mode: 0o600,
  });
  const won: number[] = [];
  for (let round = 0; round < rounds; round++) {
    // Each racer adds a byte; the round starts for all when the last one has.
    barrier.write(new Uint8Array(1));
    const start = clock.monotonicMs();
    while (barrier.sizeBytes() < (round + 1) * racers) {
      // One of them has died: its end says why.
      if (clock.monotonicMs() - start > BARRIER_MS) {
        throw new Error("left alone");
      }
    }
    try {
      const block = Math.floor(round / BLOCK_ROUNDS);
      await cadenceAt(`${folder}/${block}/cadence.json`).require(
        `model-${round}`,
      );
      won.push(round);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
    }
  }
  return won;
}

/** A race is about the order of reads and writes; syncs would only make it slow and rare. */
function withoutSync(store: FileStore, isLocked: boolean): FileStore {
  return forwardingStore(store, {
    open(path, options): OpenFile {
      const file = store.open(path, options);
      return {
        write: (bytes) => file.write(bytes),
        lastByte: () => file.lastByte(),
        sizeBytes: () => file.sizeBytes(),
        identity: () => file.identity(),
        sync: (): void => {},
        tryLock: () => !isLocked || file.tryLock(),
        [Symbol.dispose]: () => file[Symbol.dispose](),
      };
    },
    syncFolder: (): void => {},
  });
}

function numberAfter(name: string, fallback: number): number {
  const at = Deno.args.indexOf(name);
  return at < 0 ? fallback : Number(Deno.args[at + 1]);
}

async function main(): Promise<void> {
  const [task, folder = "", rounds = "", racers = "", how] = Deno.args;
  const answer = task === "race"
    ? await race(folder, Number(rounds), Number(racers), how === "locked")
    : await raceForCadence({
      rounds: numberAfter("--rounds", 2_000),
      racers: numberAfter("--racers", 4),
      isLocked: !Deno.args.includes("--without-lock"),
    });
  Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(answer)));
}

if (import.meta.main) main();
