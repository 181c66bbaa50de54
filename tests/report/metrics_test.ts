import assert from "node:assert/strict";
import { unknown } from "../../lib/core/observed.ts";
import { METRICS, metricsText } from "../../lib/report/metrics.ts";
import { fakeGpu } from "../fakes/machine_probe.ts";
import { figuresIn, metricsOf } from "../fakes/metrics.ts";
import { HOME, REPORTS, SENTINEL, World } from "../fakes/world.ts";

/** A healthy M4 Max with a lock, a guard and a model that waits. */
async function busyWorld(): Promise<World> {
  const world = new World();
  world.machine.beM4Max();
  world.table.start(311);
  world.store.put(
    `${HOME}/.metal-guard/locks/mlx_exclusive.lock`,
    '{"pid": 311, "label": "x", "started_at": "2026-11-23T11:59:00Z", "cmdline": "secret --api-key k"}',
  );
  await world.guard().cadence.mark("org/model");
  return world;
}

const GOLDENS = new URL("../fixtures/metrics/", import.meta.url);

function assertGolden(name: string, text: string): void {
  const file = new URL(`${name}.prom`, GOLDENS);
  if (Deno.env.get("METALGUARD_UPDATE_GOLDEN") === "1") {
    Deno.writeTextFileSync(file, text);
  }
  assert.equal(text, Deno.readTextFileSync(file), name);
}

Deno.test("the file of a busy Mac, of one that panicked and of one that nobody could ask", async () => {
  // Kills: a name or unit that changes under the alerts of a fleet.
  const busy = await busyWorld();
  assertGolden("busy", await metricsOf(busy));
  const panicked = (await busyWorld()).panic(0.2).panic(0.4);
  panicked.machine.accelerators = {
    kind: "known",
    value: [fakeGpu({ recoveryCount: { kind: "known", value: 3 } })],
  };
  assertGolden("panicked", await metricsOf(panicked));
  assertGolden("unknown", await metricsOf(new World()));
});

Deno.test("every name keeps Prometheus' conventions and is there once", () => {
  // Kills: a counter without _total; milliseconds or gigabytes; one name twice, at which a scraper drops the file.
  const names = METRICS.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const { name, type, help } of METRICS) {
    assert.match(name, /^metal_guard_[a-z0-9]+(?:_[a-z0-9]+)*$/);
    assert.equal(name.endsWith("_total"), type === "counter", name);
    assert.doesNotMatch(
      name,
      /_(?:ms|milliseconds|minutes|hours|kb|mb|gb|gib|mib|percent|pct)(?:_|$)/,
    );
    assert.match(help, /^[A-Z][^\n]*\.$/, name);
  }
});

Deno.test("what cannot be gathered is left out, collector by collector, and never 0", async () => {
  // Kills: a breaker that cannot be read, told as closed; a memory of 0 bytes.
  const lost = unknown<never>("it is gone");
  const none = figuresIn(
    await metricsOf(new World(), {
      panics: lost,
      gate: lost,
      mode: lost,
      lock: lost,
      breaker: lost,
      cadence: lost,
      guards: lost,
      failures: [
        { collector: "panics", because: "it is gone" },
        { collector: "lock", because: "it is gone" },
      ],
    }),
  );
  const names = new Set([...none.keys()].map((key) => key.replace(/\{.*/, "")));
  assert.deepEqual([...names], [
    "metal_guard_build_info",
    "metal_guard_last_write_timestamp_seconds",
    "metal_guard_write_interval_seconds",
    "metal_guard_collector_success",
    "metal_guard_findings",
    "metal_guard_health",
  ]);
  const success = (collector: string): number | undefined =>
    none.get(`metal_guard_collector_success{collector="${collector}"}`);
  assert.deepEqual(["panics", "lock", "gate", "guards"].map(success), [
    0,
    0,
    undefined,
    1,
  ]);
});

Deno.test("panics are counted by window, on both sides of its edge", async () => {
  // Kills: a panic that alerts for three days where one day was meant; one that is gone a day too early.
  const world = new World().panic(23.9).panic(24.1).panic(71.9);
  const figures = figuresIn(await metricsOf(world));
  for (const name of ["gpu_panics", "kernel_panics"]) {
    assert.equal(figures.get(`metal_guard_${name}{window="24h"}`), 1, name);
    assert.equal(figures.get(`metal_guard_${name}{window="72h"}`), 3, name);
  }
  assert.equal(
    figures.get("metal_guard_last_gpu_panic_timestamp_seconds"),
    world.ago(23.9).epochMilliseconds / 1_000,
  );
  const snapshot = await world.guard().status.read({ panicWindowHours: 24 });
  const narrow = figuresIn(
    metricsText(snapshot, { version: "1", intervalMs: null }),
  );
  assert.equal(narrow.has('metal_guard_kernel_panics{window="72h"}'), false);
  assert.equal(narrow.has("metal_guard_write_interval_seconds"), false);
});

Deno.test("no panic beside evidence that cannot be read is no count of 0", async () => {
  // Kills: "0 panics" of a Mac whose report folder is closed.
  const world = new World();
  world.store.putFolder(REPORTS, { mode: 0, userId: 0 });
  const closed = figuresIn(await metricsOf(world));
  assert.equal(closed.has('metal_guard_gpu_panics{window="24h"}'), false);
  assert.equal(closed.has('metal_guard_kernel_panics{window="24h"}'), false);
  assert.equal(closed.get("metal_guard_unreadable_reports"), 2);
  assert.equal(closed.get("metal_guard_gate_closed"), 0);
  assert.equal(closed.get('metal_guard_gate_rule{rule="broken"}'), 1);
});

Deno.test("under a hold and under the kill switch nothing is counted that was not asked", async () => {
  // Kills: 0 survived failures because the gate never came to count them.
  const held = new World().panic(1);
  await held.guard().panicCooldown.hold(60_000);
  assert.ok(held.store.stat(SENTINEL).sizeBytes > 0);
  const figures = figuresIn(await metricsOf(held));
  assert.equal(figures.get("metal_guard_gate_closed"), 1);
  assert.equal(figures.get('metal_guard_gpu_panics{window="24h"}'), 1);
  assert.equal(
    figures.has('metal_guard_survived_failures{window="24h"}'),
    false,
  );
  const off = new World({ env: { METALGUARD_PANIC_GATE_DISABLED: "1" } });
  const unasked = figuresIn(await metricsOf(off));
  assert.equal(unasked.get('metal_guard_gate_rule{rule="kill_switch"}'), 1);
  assert.equal(unasked.has("metal_guard_suspected_panics"), false);
  assert.equal(
    unasked.has('metal_guard_survived_failures{window="24h"}'),
    false,
  );
});

Deno.test("a lock is told as held, stale or free, and without a place as neither", async () => {
  // Kills: a dashboard on which a dead holder has the GPU.
  const read = async (world: World): Promise<readonly unknown[]> => {
    const figures = figuresIn(await metricsOf(world));
    return ["held", "stale", "taken_timestamp_seconds"].map((name) =>
      figures.get(`metal_guard_lock_${name}`)
    );
  };
  const world = await busyWorld();
  assert.deepEqual(await read(world), [1, 0, 1_795_435_140]);
  world.table.end(311);
  assert.deepEqual(await read(world), [0, 1, undefined]);
  assert.deepEqual(await read(new World()), [0, 0, undefined]);
  assert.deepEqual(await read(new World({ env: { HOME: undefined } })), [
    0,
    undefined,
    undefined,
  ]);
});

Deno.test("requests of running guards are summed", async () => {
  // Kills: a KV cache of which only the first request counts.
  const world = new World();
  world.table.start(world.system.pid);
  await using _published = await world.guard().liveGuards.publish(() => ({
    label: "run",
    model: "org/model",
    phase: "generating",
    kvRequests: [
      { requestId: "a", bytes: 5 },
      { requestId: "b", bytes: 7 },
    ],
  }));
  const figures = figuresIn(await metricsOf(world));
  assert.deepEqual(
    ["guards", "late_guards", "kv_requests", "kv_cache_bytes"].map((name) =>
      figures.get(`metal_guard_${name}`)
    ),
    [1, 0, 2, 12],
  );
});

Deno.test("no model, path, command line, process or user is in the file", async () => {
  // Kills: a key on a command line, or a customer's model, in a time series that is kept for a year (SAFETY P2).
  const world = (await busyWorld()).panic(1, { process: "SecretProcess" });
  const text = await metricsOf(world);
  assert.doesNotMatch(
    text,
    /secret|api-key|org|\/Users|\/Library|\bada\b|WindowServer|\b311\b|\b812\b/i,
  );
});
