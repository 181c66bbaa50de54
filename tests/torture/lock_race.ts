/**
 * One racer of `lock_race_test.ts`.
 *
 * `race LOCK WITNESS COUNT_FILE QUOTA MODE` takes the lock QUOTA times, a byte in COUNT_FILE each. While it holds it, it must
 * be alone with the witness, whose kernel lock is taken apart from ours; each time it is not is a byte in
 * `WITNESS.doubles`. It prints `busy` when it has to wait for the first time, and one JSON object at its end. MODE is
 * `whole` or `no-flock`: without the kernel's lock, and without exclusive creation, which would hide that.
 *
 * `meet` reads lock paths from standard input, one a line, tries each once and prints when it held it.
 *
 * @module
 */
import { createDenoChildProcesses } from "../../lib/adapters/deno/child_process.ts";
import { createDenoClock } from "../../lib/adapters/deno/clock.ts";
import { createDenoFileStore } from "../../lib/adapters/deno/file_store.ts";
import { createDenoHostIdentity } from "../../lib/adapters/deno/host_identity.ts";
import { createDenoLog } from "../../lib/adapters/deno/log.ts";
import { createDenoProcessTable } from "../../lib/adapters/deno/process_table.ts";
import { createDenoSystemFacts } from "../../lib/adapters/deno/system_facts.ts";
import { LockHeldError } from "../../lib/core/lock_error.ts";
import { Lock } from "../../lib/layers/lock.ts";
import { LockTaking } from "../../lib/layers/lock_taking.ts";
import type { Clock } from "../../lib/ports/clock.ts";
import type { FileStore, OpenFile } from "../../lib/ports/file_store.ts";

/** Longer than any of these may wait: who gets there has missed its turn. */
const PATIENCE_MS = 60_000;

/** What is left out. */
export type RaceMode = "whole" | "no-flock";

type Parts = ConstructorParameters<typeof Lock>[0];

/** Built like the product's, but for what a race does not need. */
function createRacingParts(mode: RaceMode): Parts {
  const store = racingStore(createDenoFileStore(), mode);
  const children = createDenoChildProcesses();
  const clock = eagerClock(createDenoClock());
  const table = createDenoProcessTable(children);
  const log = createDenoLog({ least: "nothing" });
  const taker = new LockTaking({
    clock,
    store,
    table,
    log,
    system: createDenoSystemFacts(children),
    host: createDenoHostIdentity(children),
    owner: () => undefined,
  }, { sharedNonce: undefined });
  return { clock, table, log, taker };
}

function lockAt(path: string, parts: Parts): Lock {
  return new Lock(parts, {
    path,
    isObserver: false,
    forceWaitMs: 0,
    reclaimCooldownMs: 0,
  });
}

/** Waiting at the usual pace would make contention rare. */
function eagerClock(clock: Clock): Clock {
  return {
    now: () => clock.now(),
    monotonicMs: () => clock.monotonicMs(),
    bootMs: () => clock.bootMs(),
    timeZone: () => clock.timeZone(),
    sleep: (ms, signal) => clock.sleep(Math.min(ms, 4), signal),
  };
}

/**
 * A race is about the order of operations; syncs would only make it slow and rare. With `no-flock`, what is left is the way
 * of the Python tool: look, then write.
 */
function racingStore(store: FileStore, mode: RaceMode): FileStore {
  return {
    list: (folder) => store.list(folder),
    stat: (path) => store.stat(path),
    readHead: (path, maxBytes) => store.readHead(path, maxBytes),
    readTail: (path, maxBytes) => store.readTail(path, maxBytes),
    makeFolder: (path) => store.makeFolder(path),
    open(path, options): OpenFile {
      const file = store.open(path, options);
      return {
        write: (bytes) => file.write(bytes),
        lastByte: () => file.lastByte(),
        sizeBytes: () => file.sizeBytes(),
        identity: () => file.identity(),
        sync: (): void => {},
        tryLock: () => mode === "whole" ? file.tryLock() : true,
        [Symbol.dispose]: () => file[Symbol.dispose](),
      };
    },
    rename: (from, to) => store.rename(from, to),
    link: (from, to) =>
      mode === "whole" ? store.link(from, to) : store.rename(from, to),
    remove: (path) => store.remove(path),
    chown: (path, user, group) => store.chown(path, user, group),
    syncFolder: (): void => {},
  };
}

async function race(
  path: string,
  witnessPath: string,
  countPath: string,
  quota: number,
  mode: RaceMode,
): Promise<void> {
  const lock = lockAt(path, createRacingParts(mode));
  let longestWaitMs = 0;
  let hasTold = false;
  for (let round = 0; round < quota; round++) {
    const startMs = performance.now();
    await using _hold = await lock.acquire("race", {
      waitMs: PATIENCE_MS,
      onWait: () => {
        if (!hasTold) say("busy");
        hasTold = true;
      },
    });
    longestWaitMs = Math.max(longestWaitMs, performance.now() - startMs);
    using witness = Deno.openSync(witnessPath, { create: true, write: true });
    if (!witness.tryLockSync(true)) {
      Deno.writeTextFileSync(`${witnessPath}.doubles`, ".", { append: true });
    }
    Deno.writeTextFileSync(countPath, ".", { append: true });
    // Others get a turn in the middle of it.
    if (round % 8 === 0) await new Promise((done) => setTimeout(done, 0));
  }
  say(JSON.stringify({ longestWaitMs: Math.ceil(longestWaitMs) }));
}

/** Long enough to be met. */
const MEETING_MS = 20;

async function meet(): Promise<void> {
  const parts = createRacingParts("whole");
  say("ready");
  for await (const path of lines(Deno.stdin.readable)) {
    try {
      await using _hold = await lockAt(path, parts).acquire("meet");
      const from = epochMs();
      await new Promise((done) => setTimeout(done, MEETING_MS));
      say(JSON.stringify({ held: true, from, to: epochMs() }));
    } catch (error) {
      if (!(error instanceof LockHeldError)) throw error;
      say(JSON.stringify({ held: false, from: 0, to: 0 }));
    }
  }
}

function epochMs(): number {
  return Number(Temporal.Now.instant().epochNanoseconds) / 1e6;
}

/** Lines of a stream, as they come. */
export async function* lines(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<string> {
  let rest = "";
  for await (const part of stream.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + part).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
}

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

function modeOf(text: string | undefined): RaceMode {
  return text === "no-flock" ? text : "whole";
}

if (import.meta.main) {
  const [task, path = "", witness = "", count = "", quota, mode] = Deno.args;
  void (task === "meet"
    ? meet()
    : race(path, witness, count, Number(quota), modeOf(mode)));
}
