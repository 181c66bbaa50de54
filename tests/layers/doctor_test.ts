import assert from "node:assert/strict";
import { known, unknown } from "../../lib/core/observed.ts";
import { fakeMetal } from "../fakes/machine_probe.ts";
import { HOME, REPORTS, STATE, World } from "../fakes/world.ts";

const WORKING_SET = `${STATE}/working-set.json`;

Deno.test("doctor reports every variable with its origin, and no value that does not hold", async () => {
  // Kills: a bad value shown as if it held; a default of hours shown in milliseconds.
  const world = new World({
    env: {
      METALGUARD_PANIC_LOCKOUT_24H_N: "5",
      METALGUARD_PANIC_LOCKOUT_72H_N: "many",
      METALGUARD_PANIC_LOCKOUT_MAX_H: "",
    },
  });
  const { knobs } = await world.guard({ mode: "observer" }).doctor.run();
  const of = (
    env: string,
  ): readonly [string | undefined, string | undefined] => {
    const knob = knobs.find((one) => one.env === env);
    return [knob?.value, knob?.origin];
  };
  assert.deepEqual(of("METALGUARD_MODE"), ["observer", "caller"]);
  assert.deepEqual(of("METALGUARD_PANIC_LOCKOUT_24H_N"), ["5", "environment"]);
  assert.deepEqual(of("METALGUARD_PANIC_LOCKOUT_72H_N"), ["3", "bad value"]);
  assert.deepEqual(of("METALGUARD_PANIC_LOCKOUT_MAX_H"), ["72", "default"]);
  assert.deepEqual(of("METALGUARD_LIBRARY"), ["unset", "default"]);
  assert.ok(knobs.every(({ help }) => help !== ""));
});

Deno.test("doctor reports every place, and what is wrong with it once", async () => {
  // Kills: a state file that anybody may write; a closed report folder told by the gate and again by the doctor.
  const world = new World();
  world.store.put(`${STATE}/panics.jsonl`, "", { mode: 0o666 });
  world.store.putFolder(REPORTS, { mode: 0, userId: 0 });
  world.store.putFolder("/Users/grace/.metal-guard");
  const { places, findings } = await world.guard().doctor.run();
  const state = (path: string): string | undefined =>
    places.find((place) => place.path === path)?.state;
  assert.equal(state(HOME), "ok");
  assert.equal(state(`${STATE}/panics.jsonl`), "too open");
  assert.equal(state(REPORTS), "unreadable");
  assert.equal(state(`${STATE}/panic-sentinel.json`), "absent");
  assert.deepEqual(findings.map(({ code }) => code).sort(), [
    "file-too-open",
    // The folder and its Retired/.
    "report-unreadable",
    "report-unreadable",
    "several-homes",
  ]);
  const own = new World({ env: { MLX_LOCK_PATH: "/shared/lock" } });
  own.store.putFolder("/Users/grace/.metal-guard");
  assert.deepEqual((await own.guard().doctor.run()).findings, []);
});

Deno.test("doctor reports the machine, and who answered what", async () => {
  // Kills: a chain that falls back to ioreg without anybody seeing it.
  const world = new World();
  world.machine.beM4Max();
  const { machine, metal } = await world.guard().doctor.run();
  assert.deepEqual(machine.hardware.family, known("M4"));
  assert.deepEqual(
    [...new Set(machine.answers.map(({ source }) => source))],
    ["native"],
  );
  assert.equal(metal, null);
  assert.equal(world.metal.wakes, 0);
});

Deno.test("Metal is asked when it is asked for, and its limit is kept", async () => {
  // Kills: a limit that is read and forgotten; a doctor that wakes the GPU unasked.
  const world = new World();
  world.machine.beM4Max();
  world.metal.answer = known(fakeMetal());
  const report = await world.guard().doctor.run({ metal: true });
  assert.deepEqual(report.metal, world.metal.answer);
  assert.equal(world.metal.wakes, 1);
  assert.equal(report.machine.memory.limitSource, "working_set");
  const { limitBytes, limitSource } = await world.guard().gpuMemory.read();
  assert.deepEqual([limitBytes, limitSource], [
    known(115_448_725_504),
    "working_set",
  ]);
});

Deno.test("doctor fails closed: while the gate holds Metal is not asked", async () => {
  // Kills: a doctor that wakes the driver which has just panicked.
  const world = new World().panic(1);
  world.metal.answer = known(fakeMetal());
  const { metal } = await world.guard().doctor.run({ metal: true });
  assert.equal(world.metal.wakes, 0);
  assert.ok(metal?.kind === "unknown");
  assert.match(metal.because, /not asked while the gate holds \(cooldown\)/);
});

Deno.test("a Metal that does not answer, or recommends nothing, leaves no limit behind", async () => {
  // Kills: an empty cache that is read as a limit.
  const world = new World();
  world.machine.beM4Max();
  const silent = fakeMetal().devices.map((device) => ({
    ...device,
    workingSetBytes: unknown<number>("not told"),
  }));
  for (
    const answer of [
      unknown<never>("hung"),
      known(fakeMetal({ devices: silent })),
    ]
  ) {
    world.metal.answer = answer;
    await world.guard().doctor.run({ metal: true });
    assert.throws(() => world.store.stat(WORKING_SET));
  }
  const { findings } = await world.guard().doctor.run({ metal: true });
  assert.deepEqual(findings, []);
});

Deno.test("a limit that cannot be kept is a finding, and Metal's answer stands", async () => {
  // Kills: a full disk that hides what Metal said.
  const world = new World();
  world.machine.beM4Max();
  world.metal.answer = known(fakeMetal());
  world.store.putFolder(STATE, { mode: 0o555, userId: 0 });
  const { metal, findings } = await world.guard().doctor.run({ metal: true });
  assert.equal(metal?.kind, "known");
  assert.ok(findings.some(({ code }) => code === "working-set-not-kept"));
});
