import assert from "node:assert/strict";
import {
  HEARTBEAT_MS,
  type LiveGuardReport,
  LiveGuards,
} from "../../lib/layers/live_guards.ts";
import { decodeLiveGuard } from "../../lib/parse/state/live_guard_file.ts";
import { FakeClock } from "../fakes/clock.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";
import { FakeLog } from "../fakes/log.ts";
import { FakeSystemFacts } from "../fakes/system_facts.ts";

const FOLDER = "/s/guards";
const REPORT: LiveGuardReport = {
  label: "run",
  model: "m",
  phase: "loading",
  kvRequests: [{ requestId: "r", bytes: 5 }],
  resourceCount: 3,
};

class Machine {
  readonly clock = new FakeClock("2026-11-23T12:00:00Z");
  readonly store = new MemoryFileStore({ clock: this.clock }).putFolder("/s");
  readonly system = new FakeSystemFacts();
  readonly log = new FakeLog();
  /** Start of each process that lives, by pid. */
  readonly alive = new Map<number, string>([[4_242, "1"]]);

  guards(folder: string | undefined = FOLDER): LiveGuards {
    return new LiveGuards({
      store: this.store,
      clock: this.clock,
      system: this.system,
      log: this.log,
      owner: () => undefined,
      identityOf: (pid) => {
        const value = this.alive.get(pid);
        return Promise.resolve(
          value === undefined
            ? undefined
            : { pid, startToken: { kind: "proc", value } },
        );
      },
    }, folder);
  }

  /** Puts what another guard published. */
  async other(pid: number, start: string): Promise<void> {
    const ours = this.system.pid;
    this.system.pid = pid;
    this.alive.set(pid, start);
    await this.guards().publish(() => REPORT);
    this.system.pid = ours;
  }

  async pids(): Promise<readonly number[]> {
    return (await this.guards().list()).guards.map((one) => one.file.pid);
  }
}

Deno.test("publish() writes who it is, keeps it fresh, and takes it away in the end", async () => {
  // Kills: a record without identity; a heartbeat that stops, or goes on after the end.
  const machine = new Machine();
  const path = `${FOLDER}/4242.json`;
  let phase = "loading";
  {
    await using guard = await machine.guards().publish(() => ({
      ...REPORT,
      phase,
    }));
    const file = decodeLiveGuard(machine.store.text(path) ?? "");
    assert.deepEqual(
      [file.startToken, file.bootSessionUuid, file.model, file.resourceCount],
      [
        { kind: "proc", value: "1" },
        "11111111-2222-4333-8444-555555555555",
        "m",
        3,
      ],
    );
    phase = "idle";
    await machine.clock.advance(HEARTBEAT_MS);
    const beaten = decodeLiveGuard(machine.store.text(path) ?? "");
    assert.deepEqual([beaten.phase, beaten.heartbeatAt.toString()], [
      "idle",
      machine.clock.now().toString(),
    ]);
    phase = "generating";
    guard.beat();
    assert.match(machine.store.text(path) ?? "", /generating/);
  }
  assert.equal(machine.store.text(path), undefined);
  assert.equal(machine.clock.sleeping, 0);
});

Deno.test("list() and sweep() know the dead by their identity, never by their age", async () => {
  // Kills: a hung guard's record swept while it holds the GPU; a recycled pid taken for the guard.
  const machine = new Machine();
  await machine.other(7, "a");
  await machine.other(8, "b");
  await machine.other(9, "c");
  machine.alive.delete(7);
  machine.alive.set(8, "another process");
  machine.clock.setNow("2026-11-24T12:00:00Z");
  const { guards } = await machine.guards().list();
  assert.deepEqual(guards.map((one) => [one.file.pid, one.isFresh]), [[
    9,
    false,
  ]]);
  const { removed, findings } = await machine.guards().sweep();
  assert.deepEqual([removed, findings], [[
    `${FOLDER}/7.json`,
    `${FOLDER}/8.json`,
  ], []]);
  assert.deepEqual(await machine.pids(), [9]);
});

Deno.test("a heartbeat is fresh for three beats", async () => {
  // Kills: `<` for `<=`; a guard called stale at its first late beat.
  const machine = new Machine();
  await machine.other(7, "a");
  const start = machine.clock.now();
  const isFresh = async (ms: number): Promise<boolean | undefined> => {
    machine.clock.setNow(start.add({ milliseconds: ms }));
    return (await machine.guards().list()).guards[0]?.isFresh;
  };
  assert.equal(await isFresh(3 * HEARTBEAT_MS), true);
  assert.equal(await isFresh(3 * HEARTBEAT_MS + 1), false);
});

Deno.test("records of an earlier boot are dead", async () => {
  // Kills: guards that outlive a reboot because their pids are taken.
  const machine = new Machine();
  await machine.other(7, "a");
  machine.system.boot = { kind: "known", value: "another" };
  assert.deepEqual(await machine.pids(), []);
});

Deno.test("live_guards fails open: what cannot be written is told once", async () => {
  // Kills: inference that stops because a folder may not be written; a line each 15 s.
  const machine = new Machine();
  machine.store.readOnly = true;
  await using guard = await machine.guards().publish(() => REPORT);
  guard.beat();
  assert.equal(machine.log.messages.length, 1);
  machine.store.readOnly = false;
  await machine.other(7, "a");
  machine.alive.delete(7);
  machine.store.readOnly = true;
  const { removed, findings } = await machine.guards().sweep();
  assert.deepEqual([removed, findings.map((one) => one.code)], [
    [],
    ["guard-record-stuck"],
  ]);
});

Deno.test("where there are no records nothing is asked, and without a place nothing written", async () => {
  // Kills: a program started for the boot's identity by each `status`.
  const machine = new Machine();
  assert.deepEqual((await machine.guards().list()).guards, []);
  assert.equal(machine.system.bootReads, 0);
  const homeless = new LiveGuards({
    store: machine.store,
    clock: machine.clock,
    system: machine.system,
    log: machine.log,
    owner: () => undefined,
    identityOf: () => Promise.resolve(undefined),
  }, undefined);
  await using _guard = await homeless.publish(() => REPORT);
  assert.deepEqual(machine.store.list("/s"), []);
});
