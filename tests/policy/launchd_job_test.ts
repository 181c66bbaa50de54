import assert from "node:assert/strict";
import {
  isJobName,
  jobLabel,
  launchdJob,
  type LaunchdJobFacts,
} from "../../lib/policy/launchd_job.ts";

const FACTS: LaunchdJobFacts = {
  kind: "run",
  command: ["/v/bin/mlx_lm.server", "--model", "m"],
  program: "/opt/bin/metal-guard",
  home: "/Users/ada",
  variables: {
    PATH: "/v/bin:/usr/bin",
    METALGUARD_STATE_DIR: "/state",
    METALGUARD_PANIC_GATE_DISABLED: "1",
    MLX_SAFE_PYTHON_FORCE: "1",
    METALGUARD_LOCK_NONCE: "n",
    METALGUARD_SUBPROCESS_WORKER: "1",
  },
  reportFolders: ["/Library/Logs/DiagnosticReports"],
};

const NO_COMMAND: LaunchdJobFacts = { ...FACTS, command: [] };

Deno.test("the status-writer is told where metrics go, and no other job is", () => {
  // Kills: a fleet whose writers forget their metrics at the first restart.
  const words = (kind: "status-writer" | "gate"): unknown =>
    launchdJob({
      kind,
      command: [],
      program: "/bin/metal-guard",
      home: "/Users/ada",
      variables: {},
      reportFolders: [],
      metricsDir: "/opt/text file",
    }).content["ProgramArguments"];
  assert.deepEqual(words("status-writer"), [
    "/bin/metal-guard",
    "status-write",
    "--interval",
    "30",
    "--metrics-dir",
    "/opt/text file",
  ]);
  assert.deepEqual(words("gate"), ["/bin/metal-guard", "panic-gate"]);
});

Deno.test("a guarded command is started again only when it ended badly, and not six times a minute", () => {
  // Kills: KeepAlive as plain true, which starts a server again that a person had ended; launchd's throttle of 10 s.
  const { content, label, path } = launchdJob(FACTS);
  assert.equal(label, "com.metal-guard.run.mlx-lm-server");
  assert.equal(path, `/Users/ada/Library/LaunchAgents/${label}.plist`);
  assert.deepEqual(content, {
    Label: label,
    ProgramArguments: [
      "/opt/bin/metal-guard",
      "run",
      "--wait",
      "--",
      "/v/bin/mlx_lm.server",
      "--model",
      "m",
    ],
    EnvironmentVariables: {
      PATH: "/v/bin:/usr/bin",
      METALGUARD_STATE_DIR: "/state",
    },
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: 60,
    ExitTimeOut: 45,
    StandardOutPath:
      "/Users/ada/Library/Logs/metal-guard/com.metal-guard.run.mlx-lm-server.log",
    StandardErrorPath:
      "/Users/ada/Library/Logs/metal-guard/com.metal-guard.run.mlx-lm-server.log",
  });
});

Deno.test("a switch that turns a guard off, or belongs to one run, is never written into a job", () => {
  // Kills: one shell's METALGUARD_PANIC_GATE_DISABLED=1 that holds for every start from then on; a lock's nonce by which
  // a job joins a hold that is not its own.
  for (const facts of [FACTS, NO_COMMAND]) {
    const text = JSON.stringify(launchdJob(facts).content);
    assert.doesNotMatch(text, /DISABLED|FORCE|NONCE|SUBPROCESS/);
  }
});

Deno.test("the status writer is kept alive whatever happens, under the seed's label", () => {
  // Kills: a menu bar that stops for ever after one `kill`; a second writer beside the Python tool's.
  const { content, label } = launchdJob({
    ...NO_COMMAND,
    kind: "status-writer",
  });
  assert.equal(label, "com.metal-guard.status-writer");
  assert.equal(content["KeepAlive"], true);
  assert.deepEqual(content["ProgramArguments"], [
    "/opt/bin/metal-guard",
    "status-write",
    "--interval",
    "30",
  ]);
  assert.deepEqual(content["EnvironmentVariables"], {
    METALGUARD_STATE_DIR: "/state",
  });
  assert.equal(content["StandardOutPath"], "/dev/null");
});

Deno.test("the gate alone runs at login and for each report, and its 2 is no failure", () => {
  // Kills: KeepAlive on a job that ends with 2 while the gate is closed, which would start it for ever.
  const { content, label } = launchdJob({ ...NO_COMMAND, kind: "gate" });
  assert.equal(label, "com.metal-guard.gate");
  assert.equal(content["KeepAlive"], undefined);
  assert.equal(content["RunAtLoad"], true);
  assert.deepEqual(content["WatchPaths"], FACTS.reportFolders);
});

Deno.test("a command on a disk that can be taken out is kept alive while it is there, and by that alone", () => {
  // Kills: launchd trying a missing program each minute; two conditions, of which launchd wants only one.
  const program = "/Volumes/models/server";
  const { content } = launchdJob({ ...FACTS, command: [program] });
  assert.deepEqual(content["KeepAlive"], { PathState: { [program]: true } });
  assert.equal(content["RunAtLoad"], false);
});

/** Runs the gate's job with a metal-guard that ends with `code`. */
function runGateJob(code: number): {
  readonly code: number;
  readonly out: string;
  readonly err: string;
} {
  const folder = Deno.makeTempDirSync();
  try {
    const program = `${folder}/metal guard`;
    Deno.writeTextFileSync(program, `#!/bin/sh\nexit ${code}\n`, {
      mode: 0o755,
    });
    const { content } = launchdJob({
      ...FACTS,
      kind: "gate",
      program,
      command: ["/bin/echo", "started", "$(touch x)", "a  b", "'\""],
    });
    const words = content["ProgramArguments"];
    assert.ok(Array.isArray(words));
    const [shell = "", ...args] = words.map(String);
    const end = new Deno.Command(shell, { args, cwd: folder, stdin: "null" })
      .outputSync();
    assert.equal([...Deno.readDirSync(folder)].length, 1, "nothing was run");
    return {
      code: end.code,
      out: new TextDecoder().decode(end.stdout),
      err: new TextDecoder().decode(end.stderr),
    };
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("gate with a command starts it on 0, not on 2, loudly on 3, and never runs its words", () => {
  // Kills: a wrapper that takes "wait" for "go"; a model's name with `$(…)` in it that a shell obeys.
  const started = `started $(touch x) a  b '"\n`;
  assert.deepEqual(runGateJob(0), { code: 0, out: started, err: "" });
  assert.deepEqual(runGateJob(2), { code: 75, out: "", err: "" });
  const broken = runGateJob(3);
  assert.equal(broken.out, started);
  assert.match(broken.err, /cannot tell \(exit 3\)/);
});

Deno.test("jobLabel() makes a label of anything, and a given name wins", () => {
  // Kills: a label with a slash, a blank or nothing behind its last dot.
  const label = (program: string, name?: string): string =>
    jobLabel({ kind: "gate", command: [program], name });
  assert.equal(label("/v/My Server!"), "com.metal-guard.gate.my-server");
  assert.equal(label("/v/…"), "com.metal-guard.gate.command");
  assert.equal(label("/v/x", "qwen-27b"), "com.metal-guard.gate.qwen-27b");
  assert.equal(
    jobLabel({ kind: "run", command: [], name: "qwen" }),
    "com.metal-guard.run.qwen",
  );
  for (const bad of ["", "-a", "a-", "A", "a.b", "../x", "a".repeat(41)]) {
    assert.equal(isJobName(bad), false, bad);
  }
  for (const good of ["a", "a-1", "a".repeat(40)]) {
    assert.equal(isJobName(good), true, good);
  }
});
