import assert from "node:assert/strict";
import { known } from "../../lib/core/observed.ts";
import { Status, type StatusSources } from "../../lib/layers/status.ts";
import { valueOf } from "../../lib/report/machine_words.ts";
import {
  breadcrumbText,
  modeText,
  panicsText,
  statusText,
} from "../../lib/report/status.ts";
import { statusJson, statusSections } from "../../lib/report/status_json.ts";
import type { StatusCollector } from "../../lib/report/status_snapshot.ts";
import { textStyle } from "../../lib/report/text_style.ts";
import { readGoodStatus, statusFaults } from "../status_schema.ts";
import { fakeGpu } from "../fakes/machine_probe.ts";
import { HOME, STATE, World } from "../fakes/world.ts";

const PLAIN = textStyle({ color: false, emoji: false });
const LEDGER = `${STATE}/panics.jsonl`;

Deno.test("status reports what is not known as unknown, with a reason", async () => {
  // Kills: 0 GB used on a machine that nobody asked.
  const { memory, machine } = await new World().guard().status.read();
  const { activeBytes, peakBytes, limitBytes } = memory;
  for (
    const reading of [
      ...[activeBytes, peakBytes, limitBytes, machine.memoryUse],
      ...[machine.gpu.busyRatio, machine.gpu.recoveryCount],
      ...[machine.hardware.chip, machine.hostMemory],
    ]
  ) assert.ok(reading.kind === "unknown" && reading.because !== "");
});

Deno.test("a stale lock warns; a held one, and none, do not", async () => {
  // Kills: a lock of the dead that nobody is told of; a running job that turns the dashboard yellow.
  const world = new World();
  const read = async (): Promise<readonly unknown[]> => {
    const { lock, health, exitCode } = await world.guard().status.read();
    return [lock.kind === "known" && lock.value.state, health, exitCode];
  };
  assert.deepEqual(await read(), ["free", "ok", 0]);
  assert.equal(world.table.reads, 0);
  world.table.start(world.system.pid);
  world.table.start(311);
  world.store.put(
    `${HOME}/.metal-guard/locks/mlx_exclusive.lock`,
    '{"pid": 311, "label": "x", "started_at": "2026-11-23T11:59:00Z", "cmdline": "-c"}',
  );
  assert.deepEqual(await read(), ["held", "ok", 0]);
  world.table.end(311);
  assert.deepEqual(await read(), ["stale", "warn", 1]);
});

Deno.test("a lock without a place for it is no stale lock", async () => {
  // Kills: a warning, for ever, in a job that has no HOME.
  const world = new World({ env: { HOME: undefined } });
  const { lock, exitCode } = await world.guard().status.read();
  assert.ok(lock.kind === "known" && lock.value.path === null);
  assert.equal(exitCode, 0);
});

Deno.test("the picture holds breaker, cadence and guards", async () => {
  // Kills: a layer that nobody shows.
  const world = new World().panic(0.2).panic(0.4);
  await world.guard().cadence.mark("org/model");
  world.table.start(world.system.pid);
  await using _published = await world.guard().liveGuards.publish(() => ({
    label: "run",
    model: "org/model",
    phase: "loading",
  }));
  const { breaker, cadence, guards } = await world.guard().status.read();
  assert.ok(breaker.kind === "known" && breaker.value.isInCooldown);
  assert.ok(cadence.kind === "known");
  assert.deepEqual(
    cadence.value.loads.map((load) => [load.modelId, load.elapsedMs]),
    [["org/model", 0]],
  );
  assert.ok(guards.kind === "known");
  assert.deepEqual(guards.value.map((guard) => guard.file.pid), [
    world.system.pid,
  ]);
});

Deno.test("reading the picture writes new panics down once, and nothing where there is none", async () => {
  // Kills: panics that are forgotten with their reports; a ledger that grows with each look.
  const calm = new World();
  await calm.guard().status.read();
  assert.equal(calm.store.text(LEDGER), undefined);
  const world = new World().panic(1).panic(30);
  await world.guard().status.read();
  const written = world.store.text(LEDGER);
  assert.equal(written?.trimEnd().split("\n").length, 2);
  await world.guard().status.read();
  assert.equal(world.store.text(LEDGER), written);
});

Deno.test("a part that fails costs that part only, and is told", async () => {
  // Kills: no status at all on a machine whose lock folder is closed.
  const world = new World();
  world.store.putFolder(`${HOME}/.metal-guard/locks`, { mode: 0 });
  const { lock, breaker, findings } = await world.guard().status.read();
  const isTold = lock.kind === "unknown"
    ? findings.some((one) => one.code === "collector-failed")
    : lock.value.state === "obstacle";
  assert.ok(isTold);
  assert.equal(breaker.kind, "known");
});

Deno.test("one picture holds the panics of its window and the gate's own 72 h", async () => {
  // Kills: `--since-hours 1` after which the gate sees only one hour.
  const world = new World().panic(0.5).panic(3).panic(100);
  const { status } = world.guard();
  const hour = await status.read({ panicWindowHours: 1 });
  assert.deepEqual(
    [
      valueOf(hour.panics)?.length,
      hour.health,
      hour.exitCode,
      valueOf(hour.gate)?.kind,
    ],
    [1, "warn", 1, "lockout"],
  );
  const long = await status.read({ panicWindowHours: 100 });
  assert.equal(valueOf(long.panics)?.length, 3);
  assert.equal(valueOf(long.gate)?.gpuPanics.length, 2);
  assert.equal((await status.read()).panicWindowHours, 72);
});

Deno.test("five panics are critical", async () => {
  // Kills: a badge that stays yellow.
  const world = new World();
  for (const hours of [1, 2, 3, 4, 5]) world.panic(hours);
  const { health, exitCode } = await world.guard().status.read();
  assert.deepEqual([health, exitCode], ["critical", 2]);
});

Deno.test("the picture carries mode, breadcrumbs and what is out of order", async () => {
  // Kills: a part of the picture that is dropped on the way.
  const world = new World({
    env: { METALGUARD_PANIC_LOCKOUT_24H_N: "0", METALGUARD_MODE: "observer" },
  });
  world.store.put(`${STATE}/metal_breadcrumb.log`, "a\nb\nc\n");
  const { status } = world.guard();
  const picture = await status.read({ breadcrumbLines: 2 });
  assert.equal(valueOf(picture.mode)?.mode, "observer");
  assert.equal(
    valueOf(picture.breadcrumbs)?.path,
    `${STATE}/metal_breadcrumb.log`,
  );
  assert.deepEqual(valueOf(picture.breadcrumbs)?.lines, ["b", "c"]);
  assert.deepEqual(picture.findings.map((one) => one.code), [
    "knob-bad-value",
  ]);
  assert.ok(picture.capturedAt.equals(world.clock.now()));
});

Deno.test("a breadcrumb log that cannot be read is told in the picture", async () => {
  // Kills: a log that looks empty because it is closed.
  const world = new World();
  world.store.put(`${STATE}/metal_breadcrumb.log`, "a\n", { mode: 0 });
  const { breadcrumbs, findings } = await world.guard().status.read();
  assert.deepEqual(valueOf(breadcrumbs)?.lines, []);
  assert.match(findings[0]?.message ?? "", /permission denied/);
});

Deno.test("one picture asks each question of the machine once, and never Metal", async () => {
  // Kills: four starts of ioreg for one status; a status that wakes the driver which has just panicked.
  const world = new World();
  world.machine.beM4Max();
  const picture = await world.guard().status.read();
  assert.equal(picture.memory, picture.machine.memory);
  const { asked } = world.machine;
  assert.equal(asked.length, new Set(asked).size);
  assert.equal(world.metal.wakes, 0);
});

Deno.test("what is out of order with the machine is in the picture", async () => {
  // Kills: a GPU that was reset, and a status in green without a word about it.
  const world = new World();
  world.machine.beM4Max();
  world.machine.accelerators = known([fakeGpu({ recoveryCount: known(2) })]);
  const { findings, health } = await world.guard().status.read();
  assert.deepEqual(findings.map(({ code }) => code), ["gpu-was-reset"]);
  assert.equal(health, "ok");
});

const COLLECTORS: Readonly<
  Record<StatusCollector, { readonly break: keyof StatusSources; file: string }>
> = {
  panics: { break: "readFailures", file: "recent_panics" },
  "panic_cooldown": { break: "checkGate", file: "panic_cooldown" },
  ledger: { break: "ingest", file: "" },
  machine: { break: "checkMachine", file: "host_memory" },
  mode: { break: "describeMode", file: "mode" },
  breadcrumbs: { break: "breadcrumbTail", file: "breadcrumb_tail" },
  lock: { break: "readLock", file: "lock" },
  breaker: { break: "readBreaker", file: "breaker" },
  cadence: { break: "readCadence", file: "cadence" },
  guards: { break: "listGuards", file: "guards" },
};

/** The parts of a machine that is well, one of them broken. */
function sourcesWith(broken: keyof StatusSources): StatusSources {
  const world = new World().panic(1);
  world.machine.beM4Max();
  const guard = world.guard();
  return {
    now: () => world.clock.now(),
    pause: () => Promise.resolve(false),
    writeFile: () => Promise.reject(new Error("not asked for")),
    readFailures: (panicsWithinMs) => guard.panics.read({ panicsWithinMs }),
    checkGate: (history) => guard.panicCooldown.check(history),
    ingest: (history) => guard.panics.ingest(history),
    readLock: () => guard.lock.read(),
    readBreaker: (history) => guard.circuitBreaker.status(history),
    readCadence: () => guard.cadence.status(),
    listGuards: () => guard.liveGuards.list(),
    describeMode: () => guard.mode.describe(),
    checkMachine: () => guard.checkMachine(),
    breadcrumbPath: () => guard.breadcrumbs.path,
    breadcrumbTail: (lines) => guard.breadcrumbs.readTail(lines),
    [broken]: () => {
      throw new Error(`${broken} broke`);
    },
  };
}

for (const [name, one] of Object.entries(COLLECTORS)) {
  Deno.test(`${name} that fails is null and named, and the rest of the picture is whole`, async () => {
    // Kills: a picture lost to one part; 0, or "no panics", for what nobody has read.
    const snapshot = await new Status(sourcesWith(one.break)).read();
    const because = `${one.break} broke`;
    assert.deepEqual(snapshot.failures, [{ collector: name, because }]);
    assert.ok(
      snapshot.findings.some(({ code, message }) =>
        code === "collector-failed" && message === `${name}: ${because}`
      ),
    );
    // A panic is there: whatever broke, nobody is told that all is well.
    assert.equal(snapshot.health, "warn");
    const options = { timeZone: "UTC", version: "1.2.3" };
    const sections = statusSections(snapshot, options);
    const file = JSON.parse(JSON.stringify({
      schema_version: "1.0",
      captured_at: "2026-11-23T12:00:00.000+00:00",
      ...sections,
    }));
    assert.deepEqual(statusFaults(file), []);
    assert.deepEqual(file.errors, { [name]: because });
    const nulls = Object.keys(file).filter((key) => file[key] === null);
    const alsoNull: Readonly<Record<string, readonly string[]>> = {
      panics: ["breaker", "panic_cooldown", "recent_panics"],
      guards: ["guards", "kv_monitor"],
      breadcrumbs: ["breadcrumb_path", "breadcrumb_tail"],
    };
    assert.deepEqual(
      nulls.sort(),
      alsoNull[name] ?? (one.file === "" ? [] : [one.file]),
    );
    if (name === "machine") {
      assert.deepEqual(file.memory, { available: false, reason: because });
      assert.equal(file.gpu.recovery_count, null);
    }
    for (const show of [statusText, panicsText, breadcrumbText, modeText]) {
      show(snapshot, { ...options, style: PLAIN });
    }
    assert.match(
      statusText(snapshot, { ...options, style: PLAIN }),
      new RegExp(because),
    );
    assert.equal(
      statusJson(snapshot, options)["panics_count"] === null,
      name === "panics",
    );
  });
}

Deno.test("a picture without panics to read is a warning, not a green light", async () => {
  // Kills: "ok" out of a report folder that nobody could read.
  const world = new World();
  const guard = world.guard();
  const snapshot = await new Status({
    ...sourcesWith("readFailures"),
    readLock: () => guard.lock.read(),
  }).read();
  assert.deepEqual([snapshot.health, snapshot.exitCode], ["warn", 1]);
});

Deno.test("write() leaves the picture in status.json, or where it is told to", async () => {
  // Kills: a library call that writes nowhere, or nothing that other programs can read.
  const world = new World();
  const { status } = world.guard();
  assert.equal(await status.write(), `${STATE}/status.json`);
  readGoodStatus(world.store.text(`${STATE}/status.json`) ?? "");
  assert.equal(await status.write(`${HOME}/s.json`), `${HOME}/s.json`);
  readGoodStatus(world.store.text(`${HOME}/s.json`) ?? "");
});

Deno.test("watch() shows picture after picture, and ends in the middle of a sleep or of a picture", async () => {
  // Kills: a view that stands still; a Ctrl-C that waits for a program which hangs.
  const world = new World();
  const { status } = world.guard();
  const stop = new AbortController();
  const seen: string[] = [];
  const running = status.watch({
    intervalMs: 2_000,
    signal: stop.signal,
    onPicture: (snapshot) => seen.push(String(snapshot.capturedAt)),
  });
  for (let number = 1; number <= 2; number++) {
    while (world.clock.sleeping === 0) {
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    if (number === 1) await world.clock.advance(2_000);
  }
  stop.abort();
  assert.deepEqual(await running, { isCut: false });
  assert.deepEqual(seen, ["2026-11-23T12:00:00Z", "2026-11-23T12:00:02Z"]);
  const hanging = new Status({
    ...sourcesWith("listGuards"),
    readLock: () => new Promise<never>(() => {}),
  });
  const now = new AbortController();
  const cut = hanging.watch({
    intervalMs: 1,
    signal: now.signal,
    onPicture: () => assert.fail("half a picture"),
  });
  now.abort();
  assert.deepEqual(await cut, { isCut: true });
});
