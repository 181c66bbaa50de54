import assert from "node:assert/strict";
import { known, unknown } from "../../lib/core/observed.ts";
import { OWN_JOB_MARK } from "../../lib/facts/launchd_jobs.ts";
import { FakeLaunchd } from "../fakes/launchctl.ts";
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

/** A Mac with a virtual environment whose MLX is blocked, and a job of launchd that serves from it. */
function servingWorld(): World {
  const world = new World({ env: { VIRTUAL_ENV: "/v" } });
  world.system.platform = "darwin";
  const launchd = new FakeLaunchd(world.children);
  launchd.loaded.add("gui/501/com.metal-guard.run.qwen");
  launchd.printed.set(
    "gui/501/com.metal-guard.run.qwen",
    "\tlast exit code = 139\n",
  );
  for (const venv of ["/v", "/w"]) {
    const packages = `${venv}/lib/python3.12/site-packages`;
    world.store.put(`${venv}/bin/python`, "")
      .put(`${venv}/bin/python3.12`, "")
      .put(`${venv}/bin/mlx_lm.server`, `#!${venv}/bin/python3.12\n`)
      .put(`${venv}/pyvenv.cfg`, "home = /usr/bin\nversion = 3.12.1\n")
      .put(
        `${packages}/mlx-0.31.2.dist-info/METADATA`,
        "Metadata-Version: 2.1\nName: mlx\nVersion: 0.31.2\n",
      );
  }
  world.store.put("/opt/metal-guard", "").put(
    `${HOME}/Library/LaunchAgents/com.metal-guard.run.qwen.plist`,
    `<!-- ${OWN_JOB_MARK} --><plist><dict><key>ProgramArguments</key><array>${
      ["/opt/metal-guard", "run", "--", "/w/bin/mlx_lm.server", "--api-key=k"]
        .map((word) => `<string>${word}</string>`).join("")
    }</array></dict></plist>`,
  );
  return world;
}

Deno.test("doctor reports the Python that is active, those of jobs, and what is known against them", async () => {
  // Kills: a doctor that looks at the shell's Python while the server of launchd runs a blocked release.
  const world = servingWorld();
  const { pythons, jobs, findings } = await world.guard().doctor.run();
  assert.deepEqual(
    pythons.map(({ usedBy, installed }) => [
      usedBy,
      installed.python.kind === "known" && installed.python.value.interpreter,
      installed.packages.get("mlx"),
    ]),
    [
      [null, "/v/bin/python"],
      ["com.metal-guard.run.qwen", "/w/bin/python3.12"],
    ].map(([usedBy, interpreter]) => [
      usedBy,
      interpreter,
      known({
        name: "mlx",
        version: "0.31.2",
        folder: `${interpreter?.slice(0, 2)}/lib/python3.12/site-packages`,
      }),
    ]),
  );
  assert.equal(jobs.length, 1);
  assert.deepEqual(
    findings.map(({ code }) => code),
    [
      "job-failed",
      "release-blocked",
      "release-advisory",
      "release-blocked",
      "release-advisory",
    ],
  );
  assert.ok(
    world.children.starts.every(({ program }) => program === "/bin/launchctl"),
    "no Python is started",
  );
});

Deno.test("jobs that use the active Python are no second row, and what is no Python is none", async () => {
  // Kills: one Python listed for each job; a guarded ollama that is called a Python.
  const same = servingWorld();
  same.env["VIRTUAL_ENV"] = "/w";
  same.store.put("/w/bin/python", "").put("/w/bin/python3.12", "");
  same.store.put("/w/bin/mlx_lm.server", "#!/w/bin/python\n");
  assert.equal((await same.guard().doctor.run()).pythons.length, 1);
  const other = servingWorld();
  other.store.put("/w/bin/mlx_lm.server", "no script");
  assert.equal((await other.guard().doctor.run()).pythons.length, 1);
  const none = await new World().guard().doctor.run();
  assert.deepEqual([none.jobs, none.findings], [[], []]);
  assert.equal(none.pythons[0]?.installed.python.kind, "unknown");
});
