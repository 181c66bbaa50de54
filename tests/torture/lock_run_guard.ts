/**
 * One guard of `lock_run_kill_test.ts`: `LOCK STEP PROGRAM ARGS…` runs a program under the lock and kills itself, as by
 * `kill -9`, when it has done STEP; with the step `never` it runs to its end; with `back-off` it has the
 * lock while no program runs. It prints `child PID` when it has started one.
 *
 * @module
 */
import { createDenoChildProcesses } from "../../lib/adapters/deno/child_process.ts";
import { createDenoClock } from "../../lib/adapters/deno/clock.ts";
import { createDenoFileStore } from "../../lib/adapters/deno/file_store.ts";
import { createDenoForegroundChildren } from "../../lib/adapters/deno/foreground_child.ts";
import { createDenoHostIdentity } from "../../lib/adapters/deno/host_identity.ts";
import { createDenoLog } from "../../lib/adapters/deno/log.ts";
import { createDenoProcessTable } from "../../lib/adapters/deno/process_table.ts";
import { createDenoSystemFacts } from "../../lib/adapters/deno/system_facts.ts";
import { Lock } from "../../lib/layers/lock.ts";
import { LockRun, type LockRunStep } from "../../lib/layers/lock_run.ts";
import { LockTaking } from "../../lib/layers/lock_taking.ts";
import type { Clock } from "../../lib/ports/clock.ts";
import type {
  ForegroundChild,
  ForegroundChildren,
} from "../../lib/ports/foreground_child.ts";

/** What is needed to take the lock at `path`, and to run under it. */
export function createRealLock(
  path: string,
  options: {
    readonly onStep?: (step: LockRunStep) => void;
    readonly sharedNonce?: string | undefined;
    /** Milliseconds by which its clock is ahead of the system's. */
    readonly aheadMs?: number;
  } = {},
): { readonly lock: Lock; readonly run: LockRun } {
  const store = createDenoFileStore();
  const children = createDenoChildProcesses();
  const clock = clockAhead(createDenoClock(), options.aheadMs ?? 0);
  const table = createDenoProcessTable(children);
  const log = createDenoLog({ least: "warn" });
  const system = createDenoSystemFacts(children);
  const taker = new LockTaking({
    clock,
    store,
    table,
    log,
    system,
    host: createDenoHostIdentity(children),
    owner: () => undefined,
  }, { sharedNonce: options.sharedNonce });
  const lock = new Lock({ clock, table, log, taker }, {
    path,
    isObserver: false,
    forceWaitMs: 10_000,
    reclaimCooldownMs: 0,
  });
  const foreground = telling(createDenoForegroundChildren());
  const run = new LockRun({ clock, store, table, foreground, system, log }, {
    acquire: (label, more) => lock.acquire(label, more),
    path,
    ...(options.onStep === undefined ? {} : { onStep: options.onStep }),
  });
  return { lock, run };
}

/** When a file was touched cannot be set, so that an old one needs a clock that is ahead. */
function clockAhead(clock: Clock, aheadMs: number): Clock {
  return {
    now: () => clock.now().add({ milliseconds: aheadMs }),
    monotonicMs: () => clock.monotonicMs(),
    bootMs: () => clock.bootMs(),
    timeZone: () => clock.timeZone(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  };
}

function telling(foreground: ForegroundChildren): ForegroundChildren {
  return {
    start(program, options): ForegroundChild {
      const child = foreground.start(program, options);
      say(`child ${child.pid}`);
      return child;
    },
  };
}

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

/** Has had a program, which has ended, and waits before it starts the next one. */
async function backOff(path: string): Promise<void> {
  const { lock } = createRealLock(path);
  const table = createDenoProcessTable(createDenoChildProcesses());
  const hold = await lock.acquire("torture");
  const own = await table.read(Deno.pid);
  const child = new Deno.Command("/bin/sleep", { args: ["600"] }).spawn();
  const reading = await table.read(child.pid);
  if (reading.kind !== "alive" || own.kind !== "alive") {
    throw new Error("no process to name");
  }
  await hold.name(reading.facts);
  say("step named");
  child.kill("SIGKILL");
  await child.status;
  await hold.name(own.facts);
  say("step back-off");
  await new Promise<never>((_, reject) =>
    setTimeout(() => reject(new Error("nobody killed us")), 60_000)
  );
}

async function main(): Promise<void> {
  const [path = "", last = "", ...command] = Deno.args;
  if (last === "back-off") return await backOff(path);
  const { run } = createRealLock(path, {
    sharedNonce: Deno.env.get("METALGUARD_LOCK_NONCE"),
    onStep: (step) => {
      say(`step ${step}`);
      if (step === last) Deno.kill(Deno.pid, "SIGKILL");
    },
  });
  const { exitCode } = await run.run("torture", command);
  Deno.exitCode = exitCode;
}

if (import.meta.main) void main();
