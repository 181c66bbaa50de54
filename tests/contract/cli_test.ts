/**
 * What every command prints and with which code it ends, as processes in a HOME of their own. The expected texts stand in
 * `tests/fixtures/cli/`; `METALGUARD_UPDATE_GOLDEN=1` writes them anew.
 */
import assert from "node:assert/strict";
import { Transcript } from "../cli_golden.ts";
import { CliPlace } from "../cli_place.ts";
import { CAUSES, writeReport } from "../cli_reports.ts";

/** Text in a zone with summer time, text in UTC, JSON. */
async function threeForms(
  transcript: Transcript,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const codes = [
    await transcript.step(args, { env }),
    await transcript.step(args, { env: { ...env, TZ: "UTC" } }),
    await transcript.step([...args, "--json"], { env }),
  ].map((run) => run.code);
  // Kills: a format that changes the answer.
  assert.equal(new Set(codes).size, 1);
}

function panic(
  place: CliPlace,
  name: string,
  at: Temporal.Instant,
  cause: string = CAUSES.prepareCount,
): void {
  writeReport(place, { name, form: "panic_full", at, cause });
}

function touch(path: string, at: Temporal.Instant): void {
  Deno.writeTextFileSync(path, "");
  const seconds = at.epochMilliseconds / 1_000;
  Deno.utimeSync(path, seconds, seconds);
}

/** Each verdict of the gate: what has to have happened, and the code. */
const VERDICTS: Readonly<
  Record<string, {
    readonly code: number;
    readonly arrange: (place: CliPlace, transcript: Transcript) => unknown;
    readonly env?: Readonly<Record<string, string>>;
  }>
> = {
  clear: { code: 0, arrange: () => {} },
  "kill switch": {
    code: 0,
    arrange: (place, { at }) => panic(place, "a.panic", at(-30)),
    env: { METALGUARD_PANIC_GATE_DISABLED: "1" },
  },
  cooldown: {
    code: 2,
    arrange: (place, { at }) => panic(place, "a.panic", at(-30)),
  },
  expired: {
    code: 0,
    arrange: (place, { at }) => panic(place, "a.panic", at(-180)),
  },
  lockout: {
    code: 2,
    arrange: (place, { at }) => {
      panic(place, "a.panic", at(-30), CAUSES.nonPending528);
      panic(place, "b.panic", at(-960), CAUSES.missing323);
    },
  },
  ack: {
    code: 0,
    arrange: (place, { at }) => {
      panic(place, "a.panic", at(-180));
      panic(place, "b.panic", at(-300));
      touch(place.ack, at(-60));
    },
  },
  "absolute max": {
    code: 0,
    arrange: (place, { at }) => {
      panic(place, "a.panic", at(-180));
      panic(place, "b.panic", at(-600));
    },
    env: { METALGUARD_PANIC_LOCKOUT_MAX_H: "9" },
  },
  "sentinel person": {
    code: 2,
    arrange: async (place) => {
      await place.run(["hold", "--for", "3h", "--reason", "night's training"]);
    },
  },
  "sentinel over lockout": {
    code: 2,
    arrange: async (place, { at }) => {
      panic(place, "a.panic", at(-30));
      panic(place, "b.panic", at(-960));
      await place.run(["hold"]);
    },
  },
  "sentinel python": {
    code: 2,
    arrange: (place, { at }) => {
      Deno.mkdirSync(place.state, { recursive: true });
      const local = (minutes: number): string =>
        at(minutes).toZonedDateTimeISO("Europe/Paris").toPlainDateTime()
          .toString({ smallestUnit: "second" });
      Deno.writeTextFileSync(
        place.sentinel,
        `{\n  "cooldown_until": "${local(480)}",\n  "created_at": "${
          local(0)
        }"\n}`,
      );
      const seconds = at(0).epochMilliseconds / 1_000;
      Deno.utimeSync(place.sentinel, seconds, seconds);
    },
  },
  broken: {
    code: 3,
    arrange: (place) => {
      Deno.removeSync(place.reports);
      Deno.writeTextFileSync(place.reports, "");
    },
  },
};

for (const [kind, { code, arrange, env }] of Object.entries(VERDICTS)) {
  Deno.test(`panic-gate says ${kind} in text and JSON, exit ${code}`, async () => {
    // Kills: words, keys, times or a code that change unseen.
    using place = new CliPlace();
    const transcript = new Transcript(
      `gate_${kind.replaceAll(" ", "_")}`,
      place,
    );
    await arrange(place, transcript);
    await threeForms(transcript, ["panic-gate"], env);
    const run = await place.run(["panic-gate", "--quiet"], env && { env });
    assert.deepEqual([run.code, run.stdout, run.stderr], [code, "", ""]);
    transcript.check();
  });
}

Deno.test("panic-gate waits out a damaged hold file, and says what it did with it", async () => {
  // Kills: a torn hold that counts as none (the first answer sets it aside, the second one still waits).
  using place = new CliPlace();
  const transcript = new Transcript("gate_sentinel_damaged", place);
  Deno.mkdirSync(place.state, { recursive: true });
  Deno.writeTextFileSync(place.sentinel, '{"cooldown_until": "20');
  for (const args of [["panic-gate"], ["panic-gate", "--json"]]) {
    assert.equal((await transcript.step(args)).code, 2);
  }
  await transcript.step(["hold", "--clear", "--json"]);
  assert.equal((await transcript.step(["panic-gate"])).code, 0);
  transcript.check();
});

/** A machine on which everything has happened: panics of the GPU and of another driver, and what was survived. */
function arrangeEverything(place: CliPlace, { at }: Transcript): void {
  panic(place, "gpu.panic", at(-180));
  writeReport(place, {
    name: "panic-base.ips",
    form: "panic_text",
    at: at(-1_440),
    cause: CAUSES.otherDriver,
    pid: 0,
  });
  writeReport(place, {
    name: "python3.13.ips",
    form: "process_abort",
    at: at(-60),
    cause:
      "[METAL] Command buffer execution failed: Insufficient Memory (00000008:kIOGPUCommandBufferCallbackErrorOutOfMemory)",
  });
  writeReport(place, {
    name: "gpu.gpuRestart",
    form: "gpu_restart",
    at: at(-120),
  });
  writeReport(place, {
    name: "JetsamEvent-one.ips",
    form: "jetsam_event",
    at: at(-240),
  });
  Deno.mkdirSync(place.state, { recursive: true });
  Deno.writeTextFileSync(
    `${place.state}/metal_breadcrumb.log`,
    "[2026-01-05 10:00:00] LOAD: some/model START\n" +
      "[2026-01-05 10:00:09] SUBPROC_PRE: some/model | ctx=512 pid=99\n",
  );
}

Deno.test("status, panics, aborts, breadcrumb and mode show their parts", async () => {
  // Kills: words, keys, times or a health code that change unseen.
  using place = new CliPlace();
  const transcript = new Transcript("everything", place);
  arrangeEverything(place, transcript);
  await threeForms(transcript, ["status"]);
  await threeForms(transcript, ["aborts"]);
  await threeForms(transcript, ["panics", "--since-hours", "12"]);
  for (
    const args of [
      ["panics"],
      ["aborts", "--since-hours", "1.5"],
      ["breadcrumb"],
      ["breadcrumb", "-n", "1"],
      ["breadcrumb", "--lines", "0"],
      ["mode"],
    ]
  ) await transcript.step(args);
  const bare = await place.run([]);
  const named = await place.run(["status"]);
  // Kills: a program without a command that does something else than `status`.
  assert.deepEqual([bare.code, bare.stdout], [named.code, named.stdout]);
  transcript.check();
});

Deno.test("status, panics, aborts, breadcrumb and mode show a machine on which nothing happened", async () => {
  // Kills: a plural for nothing, a figure for what is unknown.
  using place = new CliPlace();
  const transcript = new Transcript("nothing", place);
  await threeForms(transcript, ["status"]);
  await threeForms(transcript, ["aborts"]);
  for (const name of ["panics", "breadcrumb", "mode"]) {
    await transcript.step([name]);
  }
  await transcript.step(["mode"], { env: { METALGUARD_MODE: "Observer" } });
  await transcript.step(["mode"], { env: { METALGUARD_MODE: "reckless" } });
  transcript.check();
});

Deno.test("status ends with 2 from five kernel panics on", async () => {
  // Kills: `>` instead of `>=` at the fifth.
  using place = new CliPlace();
  const transcript = new Transcript("status_critical", place);
  for (const minutes of [-180, -300, -360, -420]) {
    panic(place, `a${minutes}.panic`, transcript.at(minutes));
  }
  assert.equal((await place.run(["status", "--json"])).code, 1);
  panic(place, "fifth.panic", transcript.at(-960));
  assert.equal((await transcript.step(["status"])).code, 2);
  assert.equal((await transcript.step(["panics"])).code, 2);
  transcript.check();
});

Deno.test("ack and hold say what they did, and what was there before", async () => {
  // Kills: an ack or hold that says nothing, or says it did what it did not.
  using place = new CliPlace();
  const transcript = new Transcript("ack_and_hold", place);
  for (
    const args of [
      ["ack"],
      ["ack", "--json", "--reason", "smaller model"],
      ["ack", "--clear"],
      ["ack", "--clear"],
      ["ack", "--clear", "--json"],
      ["hold"],
      ["hold", "--for", "90m", "--json"],
      ["hold", "--for", "1d", "--reason", "a long night", "--json"],
      ["hold", "--for", "30d"],
      ["hold", "--clear", "--json"],
      ["hold", "--clear", "--json"],
      ["hold", "--clear"],
    ]
  ) assert.equal((await transcript.step(args)).code, 0);
  await transcript.step(["hold", "--for", "3h"], { env: { TZ: "UTC" } });
  transcript.check();
});

Deno.test("lock, breaker and orphan-scan say what they found and did", async () => {
  // Kills: words, keys or a code that change unseen.
  using place = new CliPlace();
  const transcript = new Transcript("processes", place);
  await transcript.step(["lock"]);
  await transcript.step(["lock", "show", "--json"]);
  await transcript.step(["lock", "release"]);
  const run = ["lock", "run", "--label", "night", "--", "sh", "-c", "exit 42"];
  assert.equal((await transcript.step(run)).code, 42);
  Deno.mkdirSync(`${place.home}/.metal-guard/locks`, { recursive: true });
  Deno.writeTextFileSync(
    `${place.home}/.metal-guard/locks/mlx_exclusive.lock`,
    `{"pid": 999999999, "label": "x", "started_at": "${
      transcript.at(-60).round("second")
    }", "cmdline": "-c"}`,
  );
  assert.equal((await transcript.step(["lock", "show"])).code, 0);
  assert.equal((await place.run(["status"])).code, 1);
  assert.equal((await transcript.step(["lock", "release"])).code, 0);
  await transcript.step(["breaker"]);
  panic(place, "a.panic", transcript.at(-30));
  panic(place, "b.panic", transcript.at(-20));
  await place.run(["panic-gate"]);
  await transcript.step(["breaker"]);
  await transcript.step(["breaker"], { env: { TZ: "UTC" } });
  await transcript.step(["status"]);
  await transcript.step(["breaker", "--clear"]);
  await transcript.step(["breaker"]);
  await threeForms(transcript, ["orphan-scan"]);
  const pre = transcript.at(-10).toZonedDateTimeISO("Europe/Paris")
    .toPlainDateTime().toString({ smallestUnit: "second" }).replace("T", " ");
  Deno.writeTextFileSync(
    `${place.state}/metal_breadcrumb.log`,
    `[${pre}] SUBPROC_PRE: some/model | ctx=512 pid=999999999\n`,
  );
  const found = await place.run(["orphan-scan"]);
  assert.deepEqual([found.code, found.stderr], [1, ""]);
  assert.match(found.stdout, /^some\/model {2}pid 999999999$/m);
  assert.ok(found.stdout.includes(`started ${pre}, 11 min ago`));
  const kill = await place.run(["orphan-scan", "--kill", "--json"]);
  assert.equal(kill.code, 1);
  assert.equal(
    JSON.parse(kill.stdout).orphans[0].pre_ts,
    pre.replace(" ", "T"),
  );
  transcript.check();
});

Deno.test("safe-python --check runs nothing and says whether it would run", async () => {
  // Kills: a check that starts python, and 10, 11 and 127 mixed up.
  using place = new CliPlace();
  const transcript = new Transcript("safe_python_check", place);
  const started = `${place.root}/started`;
  const python = `${place.bin}/python3`;
  Deno.writeTextFileSync(python, `#!/bin/sh\n: >'${started}'\nexit 42\n`);
  Deno.chmodSync(python, 0o755);
  const check = ["safe-python", "--check"];
  assert.equal((await transcript.step(check)).code, 0);
  panic(place, "a.panic", transcript.at(-30));
  assert.equal((await transcript.step(check)).code, 10);
  assert.equal((await place.run(["safe-python", "-c", "1"])).code, 10);
  assert.equal((await transcript.step([...check, "-m", "pip"])).code, 0);
  const forced = { env: { MLX_SAFE_PYTHON_FORCE: "1" } };
  assert.equal((await transcript.step(check, forced)).code, 0);
  const reports = { METALGUARD_REPORT_DIRS: python };
  assert.equal((await transcript.step(check, { env: reports })).code, 11);
  const none = { MLX_SAFE_PYTHON_BIN: "/no/python" };
  assert.equal((await transcript.step(check, { env: none })).code, 127);
  assert.throws(() => Deno.statSync(started), Deno.errors.NotFound);
  const run = await place.run(["safe-python"], { env: forced.env });
  assert.equal(run.code, 42);
  assert.ok(Deno.statSync(started).isFile);
  transcript.check();
});

const COMMANDS = [
  "status",
  "diagnose",
  "status-write",
  "panic-gate",
  "ack",
  "hold",
  "panics",
  "aborts",
  "advisories",
  "breadcrumb",
  "mode",
  "lock",
  "breaker",
  "orphan-scan",
  "fit",
  "run",
  "postmortem",
  "feedback",
  "hardware",
  "doctor",
  "registry",
  "safe-python",
  "launchd",
  "completions",
];

Deno.test("--version and --help, of the program and of each command", async () => {
  // Kills: a command or flag that is not in the help, help on standard error, help that ends with a failure.
  using place = new CliPlace();
  const transcript = new Transcript("help", place);
  const steps = [
    ["--version"],
    ["-v"],
    ["--help"],
    ...COMMANDS.map((name) => [name, "--help"]),
    ...["show", "release", "run"].map((name) => ["lock", name, "--help"]),
  ];
  for (const args of steps) {
    const run = await transcript.step(args);
    assert.deepEqual([run.code, run.stderr], [0, ""]);
  }
  const { stdout } = await place.run(["-h"]);
  const listed = stdout.slice(stdout.indexOf("COMMANDS")).split("\n").slice(1)
    .map((line) => line.trim().split(" ")[0]).filter((name) => name !== "");
  // Kills: a new command without its step here.
  assert.deepEqual(listed, COMMANDS);
  transcript.check();
});

Deno.test("completions prints a script for each shell", async () => {
  // Kills: a script that changes unseen; whether it works is proved in completions_test.ts.
  using place = new CliPlace();
  const transcript = new Transcript("completions", place);
  for (const shell of ["bash", "zsh", "fish"]) {
    await transcript.step(["completions", shell]);
  }
  transcript.check();
});
