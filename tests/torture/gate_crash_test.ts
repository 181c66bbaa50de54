import assert from "node:assert/strict";
import { createMetalGuard, type MetalGuard } from "../../lib/compose.ts";
import { HOUR_MS } from "../../lib/core/instant.ts";
import type { CooldownVerdict } from "../../lib/policy/cooldown_verdict.ts";
import type { FileStore } from "../../lib/ports/file_store.ts";
import { FakeChildProcesses } from "../fakes/child_process.ts";
import { FakeClock } from "../fakes/clock.ts";
import { fakeEnv } from "../fakes/env.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";
import { enumerateCrashStates } from "../fakes/lying_file_store.ts";
import { FakeLog } from "../fakes/log.ts";
import { known } from "../../lib/core/observed.ts";
import { FakeForegroundChildren } from "../fakes/foreground_child.ts";
import { FakeProcessTable } from "../fakes/process_table.ts";
import { FakeSystemFacts } from "../fakes/system_facts.ts";

const NOW = Temporal.Instant.from("2026-05-01T12:00:00Z");
const HOME = "/Users/u";
const STATE = `${HOME}/.cache/metal-guard`;
const SENTINEL = `${STATE}/panic-sentinel.json`;
const REPORTS = "/reports";

function guardOver(store: FileStore): MetalGuard {
  return createMetalGuard({
    store,
    clock: new FakeClock(NOW),
    env: fakeEnv({ HOME, METALGUARD_REPORT_DIRS: REPORTS }),
    log: new FakeLog(),
    system: new FakeSystemFacts(),
    children: new FakeChildProcesses(),
    table: new FakeProcessTable(),
    host: { readHost: () => Promise.resolve(known("this-host")) },
    foreground: new FakeForegroundChildren(),
  });
}

function disk(): MemoryFileStore {
  return new MemoryFileStore({ clock: new FakeClock(NOW) })
    .putFolder(STATE).putFolder(REPORTS);
}

async function heldDisk(): Promise<MemoryFileStore> {
  const store = disk();
  await guardOver(store).panicCooldown.hold(2 * HOUR_MS);
  return store;
}

function check(store: FileStore): Promise<CooldownVerdict> {
  return guardOver(store).panicCooldown.check();
}

/** The layers work synchronously behind their promises, so a crash point lies inside the call; its failure is no news. */
function step(
  work: (guard: MetalGuard) => Promise<unknown>,
): (store: FileStore) => void {
  return (store) => void work(guardOver(store)).catch(() => undefined);
}

interface Outcome {
  /** How many different disks were judged. */
  readonly states: number;
  /** Those on which the gate was looser than before. */
  readonly looser: readonly string[];
}

/** Judges the gate on every disk that a crash in the middle of `run` may leave. */
async function outcome(
  run: (store: FileStore) => void,
  initial: MemoryFileStore,
): Promise<Outcome> {
  const before = await check(initial.clone());
  let states = 0;
  const looser: string[] = [];
  for (const state of enumerateCrashStates(run, initial)) {
    states += 1;
    const after = await check(state.store);
    // A disk that lies about a sync may tear the file: then it must still be closed, for the length of its kind.
    const isLooser = after.exitCode !== before.exitCode ||
      (!state.lied && endsEarlier(after, before));
    if (isLooser) {
      looser.push(`${state.label}: ${after.kind} until ${after.clearAt}`);
    }
  }
  return { states, looser };
}

function endsEarlier(after: CooldownVerdict, before: CooldownVerdict): boolean {
  return after.clearAt === null || before.clearAt === null ||
    Temporal.Instant.compare(after.clearAt, before.clearAt) < 0;
}

async function assertNeverLooser(
  run: (store: FileStore) => void,
  initial: MemoryFileStore,
  leastStates: number,
): Promise<void> {
  assert.equal((await check(initial.clone())).exitCode, 2, "closed before");
  const { states, looser } = await outcome(run, initial);
  assert.ok(states >= leastStates, `only ${states} states`);
  assert.deepEqual(looser, []);
}

Deno.test("the gate is never looser after a crash while a hold is replaced by a longer one", async () => {
  // Kills: removing the old hold before the new one is on the disk; a torn hold that counts as none.
  await assertNeverLooser(
    step((guard) => guard.panicCooldown.hold(5 * HOUR_MS)),
    await heldDisk(),
    50,
  );
});

Deno.test("the gate is never looser after a crash while a torn hold is set aside", async () => {
  // Kills: a set-aside that loses the name, or whose new name does not hold.
  const torn = disk().put(SENTINEL, '{"cooldown_until": "2026-05-01T1');
  await assertNeverLooser(
    step((guard) => guard.panicCooldown.check()),
    torn,
    3,
  );
});

Deno.test("the gate is never looser after a crash while a hold is set over a torn one", async () => {
  // Kills: a new short hold that hides the 24 hours of the torn one.
  const torn = disk().put(SENTINEL, "\u0000\u0000\u0000");
  await assertNeverLooser(
    step((guard) => guard.panicCooldown.hold(HOUR_MS)),
    torn,
    20,
  );
});

Deno.test("the gate is never looser after a crash while an ack is given during a cooldown", async () => {
  // Kills: an ack, whole or torn, that opens more than a lockout.
  const store = disk().put(
    `${REPORTS}/panic-full-2026-05-01-113000.0002.panic`,
    'panic(cpu 1 caller 0xfffffe0000000000): "pending memory object unexpectedly found in non pending hash" @IOGPUGroupMemory.cpp:528\n',
  );
  await assertNeverLooser(
    step((guard) => guard.panicCooldown.ack("smaller model")),
    store,
    20,
  );
});

Deno.test("the crash states convict a writer that removes the old hold first", async () => {
  // Kills: an enumeration that would let any writer pass.
  const careless = (store: FileStore): void => {
    store.remove(SENTINEL);
    store.syncFolder(STATE);
    using file = store.open(SENTINEL, { how: "replace", mode: 0o600 });
    file.write(
      new TextEncoder().encode('{"cooldown_until": "2026-05-02T12:00:00"}'),
    );
    file.sync();
    store.syncFolder(STATE);
  };
  const { looser } = await outcome(careless, await heldDisk());
  assert.ok(looser.length > 0, "nothing was found to be looser");
});
