import assert from "node:assert/strict";
import { createMetalGuard } from "../lib/compose.ts";
import type { FileStore } from "../lib/ports/file_store.ts";
import { HOME, REPORTS, SENTINEL, World } from "./fakes/world.ts";

Deno.test("making a guard touches neither disk nor machine", () => {
  // Kills: a library whose import or opening reads files.
  const world = new World();
  const store: FileStore = new Proxy(world.store, {
    get: (): never => {
      throw new Error("touched");
    },
  });
  const guard = world.guard({}, store);
  assert.equal(guard.paths.home, HOME);
  assert.deepEqual(guard.configFindings, []);
  assert.deepEqual([guard.mode.current, guard.panics, guard.status], [
    "defensive",
    guard.panics,
    guard.status,
  ]);
});

Deno.test("each layer is made once", () => {
  // Kills: two gates in one guard that each see a dateless report for the first time.
  const guard = new World().guard();
  assert.equal(guard.mode, guard.mode);
  assert.equal(guard.panics, guard.panics);
  assert.equal(guard.panicCooldown, guard.panicCooldown);
  assert.equal(guard.breadcrumbs, guard.breadcrumbs);
  assert.equal(guard.status, guard.status);
});

Deno.test("all layers of a guard share what was seen first", async () => {
  // Kills: `panics` and `panic-gate` of one process that date one report differently.
  const world = new World();
  const ahead = "2036-01-01T00:00:00Z";
  world.store.put(
    `${REPORTS}/saved.panic`,
    'panic(cpu 1 caller 0xfffffe0000000000): "completeMemory() prepare count underflow" @IOGPUMemory.cpp:550\n',
    { modifiedAt: ahead, changedAt: ahead },
  );
  const guard = world.guard();
  const [first] = await guard.panics.list();
  await world.clock.advance(60_000);
  const { gpuPanics } = await guard.panicCooldown.check();
  assert.equal(gpuPanics[0]?.record.ts, first?.ts);
});

Deno.test("what the caller says wins over the environment", () => {
  // Kills: `openMetalGuard({ mode })` that a variable undoes.
  const world = new World({ env: { METALGUARD_MODE: "defensive" } });
  const guard = world.guard({
    mode: "observer",
    paths: { sentinel: "/elsewhere" },
  });
  assert.equal(guard.mode.current, "observer");
  assert.equal(guard.paths.sentinel, "/elsewhere");
  assert.notEqual(guard.paths.sentinel, SENTINEL);
});

Deno.test("bad variables and a missing HOME are told once, by every verdict", async () => {
  // Kills: findings of the configuration that only the first command shows.
  const world = new World({
    env: { HOME: undefined, METALGUARD_PANIC_LOCKOUT_24H_N: "x" },
  });
  const guard = world.guard();
  const codes = ["knob-bad-value", "no-home"];
  assert.deepEqual(guard.configFindings.map((one) => one.code), codes);
  for (const _ of [1, 2]) {
    const { findings } = await guard.panicCooldown.check();
    assert.deepEqual(findings.map((one) => one.code), codes);
  }
});

Deno.test("files are given away only by root, and only to an owner that is not root", async () => {
  // Kills: a chown by a usual user, which fails and takes the hold with it.
  for (const [userId, owner] of [[501, 502], [0, 0], [undefined, 502]]) {
    const world = new World({ userId: 0 });
    world.store.putFolder(HOME, { userId: owner ?? 0, groupId: 20 });
    world.system.userId = userId;
    let given = 0;
    world.store.chown = () => {
      given += 1;
    };
    await createMetalGuard({
      clock: world.clock,
      store: world.store,
      env: (name) => world.env[name],
      log: world.log,
      system: world.system,
      children: world.children,
      table: world.table,
      host: world.host,
      foreground: world.foreground,
      links: world.links,
    }).panicCooldown.hold(1_000);
    assert.equal(given, 0, `${userId} ${owner}`);
  }
});

Deno.test("a step of the wall clock neither ends nor prolongs a model's pause (SAFETY T6)", async () => {
  // Kills: a corrected clock after which the same model loads at once, or not for an hour.
  for (const stepMs of [3_600_000, -3_600_000]) {
    const world = new World();
    await world.guard().cadence.require("org/m");
    await world.clock.advance(60_000);
    world.clock.step(stepMs);
    const answer = await world.guard().cadence.check("org/m");
    assert.deepEqual([answer.kind, answer.elapsedMs], ["wait", 60_000]);
    await world.guard().cadence.mark("org/other");
    await world.clock.advance(119_999);
    await assert.rejects(world.guard().cadence.require("org/m"));
    await world.clock.advance(1);
    await world.guard().cadence.require("org/m");
  }
});

Deno.test("a step of the wall clock neither ends nor prolongs an open breaker (SAFETY T6)", async () => {
  // Kills: a breaker that closes because the clock was corrected.
  for (const stepMs of [7_200_000, -7_200_000]) {
    const world = new World().panic(0.1).panic(0.2);
    assert.equal((await world.guard().circuitBreaker.check()).kind, "proceed");
    const history = await world.guard().panics.read();
    await world.guard().panics.ingest(history);
    assert.equal((await world.guard().circuitBreaker.check()).kind, "wait");
    await world.clock.advance(60_000);
    world.clock.step(stepMs);
    const { cooldownRemainingMs } = await world.guard().circuitBreaker.status();
    assert.equal(cooldownRemainingMs, 3_540_000);
  }
});
