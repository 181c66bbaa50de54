import { createDenoChildProcesses } from "../../lib/adapters/deno/child_process.ts";
import { createDenoClock } from "../../lib/adapters/deno/clock.ts";
import { createDenoFileStore } from "../../lib/adapters/deno/file_store.ts";
import { createDenoHostIdentity } from "../../lib/adapters/deno/host_identity.ts";
import { createDenoLog } from "../../lib/adapters/deno/log.ts";
import { createDenoProcessTable } from "../../lib/adapters/deno/process_table.ts";
import { createDenoSystemFacts } from "../../lib/adapters/deno/system_facts.ts";
import { Lock } from "../../lib/layers/lock.ts";
import { LockTaking } from "../../lib/layers/lock_taking.ts";
import { Orphans } from "../../lib/layers/orphans.ts";
import { formatBreadcrumb } from "../../lib/parse/breadcrumb_line.ts";
import { median } from "./median.ts";
import { type BenchRow, ratioRow } from "./row.ts";

/** Two times of one measurement, in milliseconds. */
export interface Pair {
  /** What is judged. */
  readonly timeMs: number;
  /** What it is compared with. */
  readonly baseMs: number;
}

const MIB = 2 ** 20;
const GIB = 2 ** 30;
/** Targets of the project, as ratios to the base of each row. */
const TARGETS = { scan: 1.5, lock: 3 } as const;
/** Where two syncs cost less nothing is synced: a disk in memory, against which a ratio means nothing. */
const LEAST_SYNCS_MS = 0.3;
/** Neither is measured before it has run a few times. */
const WARM_UP_ROUNDS = 5;

/** Both rows, in a temporary folder. */
export async function measureSafety(
  rounds: number,
): Promise<readonly BenchRow[]> {
  const folder = Deno.makeTempDirSync({ prefix: "metal-guard-bench-" });
  try {
    const scan = await measureScan(folder, { bytes: GIB, rounds });
    const lock = await measureLock(folder, { rounds });
    return [
      ratioRow("orphan-scan", "orphan-scan, log of 1 GiB against 1 MiB", {
        time: scan.timeMs,
        base: scan.baseMs,
        target: TARGETS.scan,
      }),
      ratioRow("lock", "lock taken and given back, against two syncs", {
        time: lock.timeMs,
        base: lock.baseMs,
        target: lock.baseMs < LEAST_SYNCS_MS ? null : TARGETS.lock,
      }),
    ];
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/**
 * A breadcrumb log of workers that began and ended, the last one without its end.
 *
 * @param path Where it goes.
 * @param bytes Its size; what is more than a MiB is a hole before it, which takes no room and would still be read.
 */
export function writeLog(path: string, bytes: number): void {
  const lines: string[] = [];
  let length = 0;
  for (let number = 0; length < MIB; number++) {
    const at = Temporal.Instant.from("2026-11-23T12:00:00Z")
      .add({ seconds: number });
    const model = `mlx-community/model-${number % 7}`;
    const meta = { pid: 1_000 + number, ctx: 4_096 };
    for (const tag of ["SUBPROC_PRE", "SUBPROC_POST"]) {
      const line = formatBreadcrumb({
        at,
        timeZone: "UTC",
        tag,
        payload: model,
        meta,
      });
      lines.push(line);
      length += line.length + 1;
    }
  }
  lines.pop();
  const text = `${lines.join("\n")}\n`;
  using file = Deno.openSync(path, { write: true, createNew: true });
  file.truncateSync(Math.max(0, bytes - text.length));
  file.seekSync(0, Deno.SeekMode.End);
  const data = new TextEncoder().encode(text);
  for (let done = 0; done < data.length;) {
    done += file.writeSync(data.subarray(done));
  }
}

/** Looks for orphans in a log, as `orphan-scan` does; answers how many there are. */
export async function scanLog(path: string): Promise<number> {
  const children = createDenoChildProcesses();
  const orphans = new Orphans({
    store: createDenoFileStore(),
    clock: createDenoClock(),
    system: createDenoSystemFacts(children),
    processes: {
      identityOf: () => Promise.resolve(undefined),
      kill: () => Promise.resolve("gone"),
    },
  }, {
    log: () => path,
    isLogByChance: () => false,
    guards: undefined,
    thresholdMs: 0,
    isEnabled: true,
  });
  return (await orphans.scan()).length;
}

/**
 * Measures a look at a long log against one at a log of a MiB.
 *
 * @param folder An empty folder; both logs are left in it.
 * @param options `bytes` of the long one, how many `rounds`, and who scans.
 * @throws {Error} If a scan does not find the one orphan: its time would mean nothing.
 */
export async function measureScan(
  folder: string,
  options: {
    readonly bytes: number;
    readonly rounds: number;
    readonly scan?: (path: string) => Promise<number>;
  },
): Promise<Pair> {
  const { bytes, rounds, scan = scanLog } = options;
  const [long, short] = [`${folder}/long.log`, `${folder}/short.log`];
  writeLog(long, bytes);
  writeLog(short, MIB);
  const once = async (path: string): Promise<number> => {
    const before = performance.now();
    const found = await scan(path);
    const ms = performance.now() - before;
    if (found !== 1) throw new Error(`Cannot measure: ${found} orphans found`);
    return ms;
  };
  return await compare(() => once(long), () => once(short), rounds);
}

/**
 * Measures taking and giving back the lock, without contention, against the two syncs that it needs: one of a file of the
 * record's size, one of its folder.
 *
 * @param folder A folder on the disk where locks lie.
 * @param options How many `rounds`.
 */
export async function measureLock(
  folder: string,
  options: { readonly rounds: number },
): Promise<Pair> {
  const children = createDenoChildProcesses();
  const clock = createDenoClock();
  const table = createDenoProcessTable(children);
  const log = createDenoLog({ least: "warn" });
  const taker = new LockTaking({
    clock,
    store: createDenoFileStore(),
    table,
    log,
    system: createDenoSystemFacts(children),
    host: createDenoHostIdentity(children),
    owner: () => undefined,
  }, { sharedNonce: undefined });
  const path = `${folder}/gpu.lock`;
  const lock = new Lock({ clock, table, log, taker }, {
    path,
    isObserver: false,
    forceWaitMs: 0,
    reclaimCooldownMs: 0,
  });
  const size = await (async (): Promise<number> => {
    await using _hold = await lock.acquire("bench");
    return Deno.statSync(path).size;
  })();
  const record = new Uint8Array(size).fill(0x20);
  return await compare(
    async () => {
      const before = performance.now();
      {
        await using _hold = await lock.acquire("bench");
      }
      return performance.now() - before;
    },
    () => Promise.resolve(timeSyncs(folder, record)),
    options.rounds,
  );
}

/** The two syncs alone: what has to be written for them is there before. */
function timeSyncs(folder: string, record: Uint8Array): number {
  const path = `${folder}/synced`;
  using file = Deno.openSync(path, { write: true, createNew: true });
  using names = Deno.openSync(folder);
  file.writeSync(record);
  const before = performance.now();
  file.syncSync();
  names.syncSync();
  const ms = performance.now() - before;
  Deno.removeSync(path);
  return ms;
}

/** By turns, so that neither pays for the other's moment; medians. */
async function compare(
  time: () => Promise<number>,
  base: () => Promise<number>,
  rounds: number,
): Promise<Pair> {
  const [times, bases] = [new Array<number>(), new Array<number>()];
  for (let round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
    const [a, b] = [await time(), await base()];
    if (round < WARM_UP_ROUNDS) continue;
    times.push(a);
    bases.push(b);
  }
  return { timeMs: median(times), baseMs: median(bases) };
}
