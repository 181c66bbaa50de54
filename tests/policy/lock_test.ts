import assert from "node:assert/strict";
import type { ProcessReading } from "../../lib/core/process_identity.ts";
import {
  evaluateForce,
  evaluateLock,
  type LockClaim,
  type LockFacts,
} from "../../lib/policy/lock.ts";

const T0 = Temporal.Instant.from("2026-01-01T12:00:00Z");
const at = (ms: number): Temporal.Instant => T0.add({ milliseconds: ms });
const TOKEN = { kind: "proc", value: "10@AB" };
const GUARD_TOKEN = { kind: "proc", value: "9@AB" };

const CLAIM: LockClaim = {
  holder: {
    pid: 500,
    label: "bench",
    startedAt: T0,
    commandLine: "python x.py",
    guardPid: 400,
    host: "here",
  },
  startToken: TOKEN,
  guardToken: GUARD_TOKEN,
  bootSessionUuid: "B1",
  nonce: "n1",
};

const PYTHON: LockClaim = {
  holder: { ...CLAIM.holder, guardPid: null, host: null },
  startToken: undefined,
  guardToken: undefined,
  bootSessionUuid: undefined,
  nonce: undefined,
};

const OWN: LockFacts["own"] = {
  pid: 900,
  host: "here",
  bootSessionUuid: "B1",
  nonce: undefined,
  sharedNonce: undefined,
  ancestors: [],
};

function alive(
  pid: number,
  more: Partial<Extract<ProcessReading, { kind: "alive" }>["facts"]> = {},
): ProcessReading {
  return {
    kind: "alive",
    facts: {
      pid,
      parentPid: 1,
      userId: 501,
      startToken: TOKEN,
      startedAt: T0,
      names: ["python3.12"],
      args: [],
      ...more,
    },
  };
}

const GONE: ProcessReading = { kind: "gone" };

function facts(more: {
  readonly claim?: LockClaim;
  readonly process?: ProcessReading;
  readonly guard?: ProcessReading;
  readonly own?: Partial<LockFacts["own"]>;
}): LockFacts {
  return {
    record: { kind: "claim", claim: more.claim ?? CLAIM },
    process: more.process ?? alive(500),
    guard: more.guard ?? GONE,
    own: { ...OWN, ...more.own },
  };
}

Deno.test("evaluateLock() heals the dead, the undead and the recycled, and nobody else", () => {
  // Kills: a zombie or a recycled number that holds; a living holder that is healed.
  const recycled = alive(500, { startToken: { kind: "proc", value: "11@AB" } });
  const cases: readonly (readonly [ProcessReading, string])[] = [
    [alive(500), "held"],
    [GONE, "stale"],
    [{ kind: "zombie" }, "stale"],
    [recycled, "stale"],
  ];
  for (const [process, state] of cases) {
    assert.equal(evaluateLock(facts({ process })).state, state, process.kind);
  }
});

Deno.test("evaluateLock() fails closed: what cannot be looked at or compared is held", () => {
  // Kills: `ps` that failed taken for "gone"; a token of another kind taken for another process (SAFETY I1).
  const unknown: ProcessReading = { kind: "unknown", because: "ps failed" };
  const other = alive(500, { startToken: { kind: "ps", value: "10@AB" } });
  const reused = alive(500, { startToken: { kind: "proc", value: "77@AB" } });
  assert.equal(evaluateLock(facts({ process: unknown })).state, "held");
  assert.equal(evaluateLock(facts({ process: other })).state, "held");
  assert.equal(
    evaluateLock(facts({ claim: PYTHON, process: reused })).state,
    "held",
    "a record without token: a living pid holds (SAFETY I2)",
  );
  assert.equal(
    evaluateLock({ ...facts({}), process: undefined }).state,
    "held",
  );
});

Deno.test("evaluateLock() honours a guard that lives on without its child", () => {
  // Kills: a pool whose worker is being replaced loses its lock; a recycled guard that holds for ever.
  const guard = alive(400, { startToken: GUARD_TOKEN });
  assert.equal(evaluateLock(facts({ process: GONE, guard })).state, "held");
  const recycled = alive(400, { startToken: TOKEN });
  assert.equal(
    evaluateLock(facts({ process: GONE, guard: recycled })).state,
    "stale",
  );
  const isUs = facts({ process: GONE, guard, own: { pid: 400 } });
  assert.equal(evaluateLock(isUs).state, "stale");
});

Deno.test("evaluateLock() never judges another machine's numbers, nor an earlier boot's", () => {
  // Kills: a shared home whose other machine's holder is healed because its number is free here (SAFETY I3).
  const elsewhere = facts({ process: GONE, own: { host: "there" } });
  assert.equal(evaluateLock(elsewhere).state, "held");
  assert.match(evaluateLock(elsewhere).reason, /another machine/);
  const unknownHost = facts({ process: GONE, own: { host: undefined } });
  assert.equal(evaluateLock(unknownHost).state, "stale");
  const boot = facts({ own: { bootSessionUuid: "B2" } });
  assert.equal(evaluateLock(boot).state, "stale");
  const noBoot = facts({ own: { bootSessionUuid: undefined } });
  assert.equal(evaluateLock(noBoot).state, "held");
});

Deno.test("evaluateLock() tells our own hold from what we no longer count", () => {
  // Kills: a process that is locked out by its own forgotten record; one that takes a foreign record for its own (L5).
  assert.equal(evaluateLock(facts({ own: { nonce: "n1" } })).state, "ours");
  assert.equal(evaluateLock(facts({ own: { nonce: "n2" } })).state, "held");
  assert.equal(evaluateLock(facts({ own: { pid: 500 } })).state, "stale");
  const unnamed = { ...CLAIM, nonce: undefined };
  assert.equal(evaluateLock(facts({ claim: unnamed })).state, "held");
});

Deno.test("evaluateLock() lets in who shares the nonce and descends from the guard, both", () => {
  // Kills: a variable that is left over in a shell opens the lock; a descendant that was given nothing joins (L6).
  const shared = { sharedNonce: "n1", ancestors: [800, 400, 1] };
  assert.equal(evaluateLock(facts({ own: shared })).state, "joinable");
  for (
    const own of [
      { ...shared, ancestors: [800, 1] },
      { ...shared, sharedNonce: "n2" },
      { ...shared, sharedNonce: undefined },
    ]
  ) {
    assert.equal(evaluateLock(facts({ own })).state, "held");
  }
  const python = { sharedNonce: undefined, ancestors: [500] };
  assert.equal(
    evaluateLock(facts({ claim: PYTHON, own: python })).state,
    "held",
  );
});

Deno.test("evaluateLock() holds a damaged record for 30 s, whatever its date", () => {
  // Kills: a record that is being written thrown away; a file dated 2036 that locks until then (L4, T3).
  for (
    const [ageMs, state] of [
      [0, "unknown-held"],
      [29_999, "unknown-held"],
      [30_000, "stale"],
      [-60_000, "unknown-held"],
      [-60_001, "stale"],
    ] as const
  ) {
    const record = { kind: "damaged", ageMs, message: "no JSON" } as const;
    assert.equal(
      evaluateLock({ ...facts({}), record }).state,
      state,
      `${ageMs}`,
    );
  }
  const own = { ...facts({}) };
  assert.equal(
    evaluateLock({ ...own, record: { kind: "absent" } }).state,
    "free",
  );
  const obstacle = { kind: "obstacle", message: "a folder" } as const;
  assert.equal(evaluateLock({ ...own, record: obstacle }).state, "obstacle");
});

function force(
  more: Parameters<typeof facts>[0],
  bootedAt: Temporal.Instant | undefined = at(-60_000),
): string | number {
  const known = facts(more);
  const target = evaluateForce(more.claim ?? CLAIM, { ...known, bootedAt });
  return target.kind === "signal" ? target.identity.pid : target.reason;
}

Deno.test("evaluateForce() asks the guard where it is proved alive, else the process", () => {
  // Kills: a program ended behind its guard's back; a signal to a dead guard's number (L7).
  const guard = alive(400, { startToken: GUARD_TOKEN });
  assert.equal(force({ guard }), 400);
  assert.equal(force({ guard: GONE }), 500);
  assert.equal(force({ guard: alive(400) }), 500);
});

Deno.test("evaluateForce() fails closed: nobody who is not proved is signalled", () => {
  // Kills: a signal to whoever has got the number, to another machine's number, to ourselves or who started us.
  const recycled = alive(500, { startToken: { kind: "proc", value: "1@AB" } });
  const other = alive(500, { startToken: { kind: "ps", value: "10@AB" } });
  for (
    const more of [
      { process: GONE },
      { process: { kind: "unknown", because: "" } as const },
      { process: recycled },
      { process: other },
      { own: { host: "there" } },
      { own: { pid: 500 } },
      { own: { ancestors: [500] } },
    ]
  ) {
    assert.equal(typeof force(more), "string", JSON.stringify(more));
  }
});

Deno.test("evaluateForce() signals a Python record's process only when all three proofs hold", () => {
  // Kills: SIGTERM to an editor that has got a dead Python's number (SAFETY I2).
  const claim = PYTHON;
  const python = (more: Parameters<typeof alive>[1]): ProcessReading =>
    alive(500, more);
  assert.equal(force({ claim, process: python({}) }), 500);
  assert.equal(force({ claim, process: python({ names: ["Python"] }) }), 500);
  for (const names of [["vim"], ["python-editor"], ["mypython"], []]) {
    assert.match(
      `${force({ claim, process: python({ names }) })}`,
      /no Python/,
    );
  }
  assert.equal(
    force({ claim, process: python({ startedAt: at(2_000) }) }),
    500,
  );
  assert.match(
    `${force({ claim, process: python({ startedAt: at(2_001) }) })}`,
    /after the record/,
  );
  assert.equal(force({ claim, process: python({}) }, T0), 500);
  for (const booted of [at(1), undefined]) {
    const target = evaluateForce(claim, {
      ...facts({ claim, process: python({}) }),
      bootedAt: booted,
    });
    assert.equal(target.kind, "refuse");
  }
});
