import assert from "node:assert/strict";
import { MIB } from "../../lib/core/bytes.ts";
import {
  stepSupervisor,
  SUPERVISOR_START,
  type SupervisorAction,
  type SupervisorEvent,
  type SupervisorOptions,
  type SupervisorState,
} from "../../lib/policy/supervisor.ts";

const LIMIT = 1_000 * MIB;
const OPTIONS: SupervisorOptions = {
  maxFootprintBytes: LIMIT,
  graceMs: 10_000,
  wallTimeMs: null,
  restart: "never",
  probeFailures: 3,
  isObserver: false,
};

/** Runs events one after another and remembers what was asked for. */
class Machine {
  state: SupervisorState = SUPERVISOR_START;
  readonly actions: SupervisorAction[] = [];
  readonly #options: SupervisorOptions;

  constructor(options: Partial<SupervisorOptions> = {}) {
    this.#options = { ...OPTIONS, ...options };
    this.feed({ kind: "started", atMs: 0 });
  }

  feed(...events: readonly SupervisorEvent[]): this {
    for (const event of events) {
      const step = stepSupervisor(this.state, event, this.#options);
      this.state = step.state;
      this.actions.push(...step.actions);
    }
    return this;
  }

  samples(...mib: readonly number[]): this {
    for (const one of mib) {
      this.feed({ kind: "sample", atMs: 100, bytes: one * MIB });
    }
    return this;
  }

  /** Kinds of the actions so far. */
  get kinds(): string {
    return this.actions.map(({ kind }) => kind).join(" ");
  }
}

function ended(
  exitCode: number,
  atMs = 200,
  signal: string | null = null,
): SupervisorEvent {
  return { kind: "ended", atMs, exitCode, signal };
}

Deno.test("one sample over the limit ends nothing, the second one in a row does", () => {
  // Kills: an end for one moment in which two programs replace each other.
  assert.equal(new Machine().samples(1_000).kinds, "");
  assert.equal(new Machine().samples(1_000, 999.9, 1_000).kinds, "warn");
  const machine = new Machine().samples(1_000, 1_000);
  assert.deepEqual(machine.actions, [{
    kind: "terminate",
    cause: "footprint",
    reason: "footprint 1000.0 MiB ≥ 1000.0 MiB",
  }]);
  assert.equal(machine.samples(1_050, 1_050).kinds, "terminate");
});

Deno.test("the warning comes at 90 %, once for each approach", () => {
  // Kills: a warning a sample; none on the second approach.
  assert.equal(new Machine().samples(899.9).kinds, "");
  assert.equal(new Machine().samples(900, 950, 999).kinds, "warn");
  assert.equal(new Machine().samples(900, 100, 900).kinds, "warn warn");
});

Deno.test("at 110 % there is no grace, yet never on the first sample", () => {
  // Kills: a KILL for one wrong sample; ten seconds of grace for a runaway.
  assert.equal(new Machine().samples(5_000).kinds, "");
  assert.equal(new Machine().samples(1_000, 1_099.9).kinds, "terminate");
  assert.equal(new Machine().samples(1_000, 1_100).kinds, "kill");
  assert.equal(
    new Machine().samples(1_000, 1_000, 1_100).kinds,
    "terminate kill",
  );
});

Deno.test("fails open: a sample that could not be had neither counts nor clears", () => {
  // Kills: an end because /proc could not be read; a breach forgotten because of it.
  const failed: SupervisorEvent = { kind: "sample-failed", atMs: 100 };
  assert.equal(new Machine().feed(failed, failed, failed).kinds, "");
  assert.equal(
    new Machine().samples(1_000).feed(failed).samples(1_000).kinds,
    "terminate",
  );
  assert.equal(new Machine().feed(failed).state.peakBytes, undefined);
});

Deno.test("the grace ends with KILL, at its instant", () => {
  // Kills: a KILL a tick early; a program that is deaf to TERM and lives for ever.
  const machine = new Machine().samples(1_000, 1_000);
  machine.feed({ kind: "tick", atMs: 10_099 });
  assert.equal(machine.kinds, "terminate");
  machine.feed({ kind: "tick", atMs: 10_100 }, { kind: "tick", atMs: 99_000 });
  assert.equal(machine.kinds, "terminate kill");
  machine.samples(2_000, 2_000);
  assert.equal(machine.kinds, "terminate kill");
});

Deno.test("memory that came back after TERM does not stop the end", () => {
  // Kills: a server that drops its cache on TERM, goes on and is never killed.
  const machine = new Machine().samples(1_000, 1_000, 10);
  machine.feed({ kind: "sample", atMs: 20_000, bytes: 10 * MIB });
  assert.equal(machine.kinds, "terminate kill");
});

Deno.test("the wall time ends it at its instant, and it is not started again", () => {
  // Kills: a time that counts from the first start; a restart of a job whose time is up.
  const machine = new Machine({ wallTimeMs: 5_000, restart: "always" });
  machine.feed({ kind: "tick", atMs: 4_999 });
  assert.equal(machine.kinds, "");
  machine.feed({ kind: "tick", atMs: 5_000 }, ended(143));
  assert.equal(machine.kinds, "terminate finish");
  assert.deepEqual(machine.actions.at(-1), {
    kind: "finish",
    exitCode: 76,
    cause: "wall-time",
  });
});

Deno.test("three failed probes in a row end it; one that passes starts the count anew", () => {
  // Kills: failures counted over a day; a server whose /health lies.
  const fail: SupervisorEvent = { kind: "probe-failed", atMs: 1 };
  const pass: SupervisorEvent = { kind: "probe-passed", atMs: 1 };
  assert.equal(
    new Machine().feed(fail, fail, pass, fail, fail).kinds,
    "warn warn warn warn",
  );
  const machine = new Machine().feed(fail, fail, fail, fail);
  assert.equal(machine.kinds, "warn warn terminate");
  assert.equal(machine.state.cause, "probe");
});

Deno.test("an end of its own keeps its code, one by the guard is 76", () => {
  // Kills: 76 for a crash, 0 for a job that was ended.
  for (const code of [0, 1, 2, 75, 76, 125, 126, 127, 137, 255]) {
    assert.deepEqual(new Machine().feed(ended(code)).actions, [
      { kind: "finish", exitCode: code, cause: null },
    ]);
  }
  const machine = new Machine().samples(1_000, 1_000).feed(ended(0));
  assert.deepEqual(machine.actions.at(-1), {
    kind: "finish",
    exitCode: 76,
    cause: "footprint",
  });
});

Deno.test("on-failure starts again after a failure or an end by the guard, always also after success", () => {
  // Kills: a server that stays down after its footprint kill; a job that is done and runs for ever.
  const run = (restart: SupervisorOptions["restart"], code: number): string =>
    new Machine({ restart }).feed(ended(code)).kinds;
  assert.equal(run("never", 1), "finish");
  assert.equal(run("on-failure", 0), "finish");
  assert.equal(run("on-failure", 1), "restart");
  assert.equal(run("always", 0), "restart");
  const killed = new Machine({ restart: "on-failure" }).samples(1_000, 1_100);
  assert.equal(killed.feed(ended(137)).kinds, "kill restart");
});

Deno.test("what cannot be started, or was asked to end from outside, is not started again", () => {
  // Kills: a loop over a misspelt command; a Ctrl-C that only restarts.
  for (const code of [126, 127]) {
    assert.equal(
      new Machine({ restart: "always" }).feed(ended(code)).kinds,
      "finish",
    );
  }
  const asked = new Machine({ restart: "always" });
  asked.feed({ kind: "signalled", atMs: 1 }, ended(143));
  assert.deepEqual(asked.actions, [
    { kind: "finish", exitCode: 143, cause: null },
  ]);
  const lost = new Machine({ restart: "always" });
  lost.feed({ kind: "lock-lost", atMs: 1 }, ended(143));
  assert.equal(lost.kinds, "terminate finish");
});

Deno.test("a signal between two programs ends the run: it outlives the start", () => {
  // Kills: a TERM that comes during the back-off and is forgotten.
  const machine = new Machine({ restart: "always" }).feed(ended(1));
  machine.feed({ kind: "signalled", atMs: 300 });
  machine.feed({ kind: "started", atMs: 400 }, ended(1, 500));
  assert.equal(machine.kinds, "restart finish");
});

Deno.test("the back-off doubles up to five minutes, and a run that lasts starts it anew", () => {
  // Kills: a crash loop at full speed; a pause that grows without end.
  const machine = new Machine({ restart: "always" });
  const delays: number[] = [];
  for (let attempt = 0; attempt < 12; attempt++) {
    machine.feed(ended(1, 1));
    const last = machine.actions.at(-1);
    delays.push(last?.kind === "restart" ? last.delayMs : NaN);
    machine.feed({ kind: "started", atMs: 0 });
  }
  assert.deepEqual(delays.slice(0, 4), [1_000, 2_000, 4_000, 8_000]);
  assert.equal(delays.at(-1), 300_000);
  machine.feed(ended(1, 600_000));
  assert.deepEqual(machine.actions.at(-1), { kind: "restart", delayMs: 1_000 });
});

Deno.test("an observer warns and never ends, whatever happens", () => {
  // Kills: an observer that signals; one that says 76 for a program that ended by itself.
  const machine = new Machine({ isObserver: true, wallTimeMs: 5_000 });
  machine.samples(1_000, 5_000, 5_000, 5_000);
  for (let n = 0; n < 5; n++) machine.feed({ kind: "probe-failed", atMs: 1 });
  machine.feed({ kind: "tick", atMs: 9_000 }, { kind: "tick", atMs: 99_000 });
  machine.feed({ kind: "lock-lost", atMs: 1 }, ended(3));
  const kinds = new Set(machine.actions.map(({ kind }) => kind));
  assert.deepEqual([...kinds].sort(), ["finish", "warn"]);
  assert.deepEqual(machine.actions.at(-1), {
    kind: "finish",
    exitCode: 3,
    cause: null,
  });
  assert.equal(machine.state.peakBytes, 5_000 * MIB);
});

Deno.test("what comes late changes nothing: a sample after the end, a second end, a probe while it ends", () => {
  // Kills: a KILL to a pid that belongs to somebody else by now.
  const over = new Machine().feed(ended(0)).samples(9_000, 9_000);
  over.feed(ended(1), { kind: "probe-failed", atMs: 1 });
  over.feed({ kind: "tick", atMs: 1e9 }, { kind: "lock-lost", atMs: 1 });
  assert.equal(over.kinds, "finish");
  const waiting = new Machine({ restart: "always" }).feed(ended(1));
  waiting.samples(9_000, 9_000, 9_000);
  assert.equal(waiting.kinds, "restart");
});

Deno.test("100,000 random events: nothing is ended twice, killed unasked, or touched when it is not there", () => {
  // Kills: any order of events that nobody thought of.
  let seed = 12_345;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed % below;
  };
  for (let round = 0; round < 500; round++) {
    const isObserver = round % 5 === 0;
    const machine = new Machine({
      isObserver,
      restart: (["never", "on-failure", "always"] as const)[random(3)] ??
        "never",
      wallTimeMs: random(2) === 0 ? null : 50_000,
    });
    let isAlive = true;
    let terms = 0;
    let kills = 0;
    let atMs = 0;
    for (let n = 0; n < 200; n++) {
      atMs += random(2_000);
      const before = machine.actions.length;
      switch (random(6)) {
        case 0:
          machine.feed({ kind: "sample", atMs, bytes: random(1_400) * MIB });
          break;
        case 1:
          machine.feed({ kind: "tick", atMs });
          break;
        case 2:
          machine.feed({ kind: "probe-failed", atMs });
          break;
        case 3:
          machine.feed({ kind: "sample-failed", atMs });
          break;
        case 4:
          if (random(10) === 0) {
            machine.feed(ended(random(3), atMs));
            isAlive = false;
          }
          break;
        default:
          machine.feed({ kind: "probe-passed", atMs });
      }
      for (const action of machine.actions.slice(before)) {
        if (action.kind === "terminate") terms++;
        if (action.kind === "kill") kills++;
        if (action.kind === "terminate" || action.kind === "kill") {
          assert.ok(isAlive && !isObserver);
        }
        assert.ok(terms <= 1 && kills <= 1);
        if (action.kind === "finish") assert.ok(!isAlive);
      }
      if (!isAlive && machine.state.phase === "idle") {
        machine.feed({ kind: "started", atMs });
        isAlive = true;
        terms = 0;
        kills = 0;
      }
    }
  }
});
