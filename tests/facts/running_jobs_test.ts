import assert from "node:assert/strict";
import { readJobStates } from "../../lib/facts/running_jobs.ts";
import {
  launchdJob,
  type LaunchdJobKind,
} from "../../lib/policy/launchd_job.ts";
import { OWN_JOB_MARK } from "../../lib/facts/launchd_jobs.ts";
import { propertyListText } from "../../lib/report/property_list.ts";
import { FakeLaunchd } from "../fakes/launchctl.ts";
import { HOME, World } from "../fakes/world.ts";

const PROGRAM = "/opt/homebrew/bin/metal-guard";

/** A Mac with a launchd, and jobs as we write them. */
class JobWorld extends World {
  readonly launchd = new FakeLaunchd(this.children);

  constructor() {
    super();
    this.system.platform = "darwin";
    this.store.put(PROGRAM, "", { mode: 0o755 });
  }

  install(kind: LaunchdJobKind, ...command: readonly string[]): string {
    const { label, path, content } = launchdJob({
      kind,
      command,
      program: PROGRAM,
      home: HOME,
      variables: {},
      reportFolders: [],
    });
    this.store.put(path, propertyListText(content, OWN_JOB_MARK));
    return `gui/501/${label}`;
  }

  load(target: string, printed = ""): void {
    this.launchd.loaded.add(target);
    this.launchd.printed.set(target, printed);
  }

  read(): ReturnType<typeof readJobStates> {
    return readJobStates(this, HOME);
  }
}

Deno.test("readJobStates() tells running, idle, ended and not loaded apart", async () => {
  // Kills: a crashed server that looks like one that runs; a job that was never loaded shown as healthy.
  const world = new JobWorld();
  world.load(world.install("status-writer"), "\tpid = 812\n");
  world.load(world.install("gate"), "\tlast exit code = 2\n");
  world.load(
    world.install("run", "/v/bin/mlx_lm.server", "--api-key", "k"),
    "\tlast exit code = (never exited)\n",
  );
  world.install("run", "/bin/b");
  const jobs = await world.read();
  assert.deepEqual(
    jobs.map(({ label, run }) => [
      label.replace("com.metal-guard.", ""),
      run.kind === "known" ? run.value : run,
    ]),
    [
      ["gate", { kind: "idle", lastExitCode: 2 }],
      ["run.b", { kind: "not-loaded" }],
      ["run.mlx-lm-server", { kind: "idle", lastExitCode: undefined }],
      ["status-writer", { kind: "running", pid: 812 }],
    ],
  );
  assert.deepEqual(world.launchd.orders, [], "nothing was changed");
});

Deno.test("readJobStates() finds the command in each form of job, and programs that are gone", async () => {
  // Kills: a job whose virtual environment was deleted, shown as well; metal-guard itself gone after an upgrade.
  const world = new JobWorld();
  world.store.put("/v/bin/here", "", { mode: 0o755 });
  world.install("run", "/v/bin/here", "--", "x");
  world.install("gate", "/v/bin/gone", "y");
  world.install("gate", "/Volumes/disk/server");
  world.install("status-writer");
  const read = async (): Promise<readonly unknown[]> =>
    (await world.read()).map(({ command, missing }) => [command, missing]);
  assert.deepEqual(await read(), [
    [["/v/bin/gone", "y"], ["/v/bin/gone"]],
    [["/Volumes/disk/server"], []],
    [["/v/bin/here", "--", "x"], []],
    [[], []],
  ]);
  world.store.remove(PROGRAM);
  assert.deepEqual((await world.read()).map(({ missing }) => missing), [
    [PROGRAM, "/v/bin/gone"],
    [PROGRAM],
    [PROGRAM],
    [PROGRAM],
  ]);
});

Deno.test("readJobStates() sees a job that lives on without its file, and takes no stranger's words apart", async () => {
  // Kills: a writer that somebody's `rm` left running, of which nobody is told.
  const world = new JobWorld();
  world.load("gui/501/com.metal-guard.status-writer", "\tpid = 5\n");
  world.store.put(
    `${HOME}/Library/LaunchAgents/com.metal-guard.tool.plist`,
    "<plist><dict><key>ProgramArguments</key><array><string>/bin/x</string><string>run</string><string>--</string><string>/v/python</string></array></dict></plist>",
  );
  assert.deepEqual(
    (await world.read()).map(({ label, path, isOurs, command }) => [
      label,
      path === null,
      isOurs,
      command,
    ]),
    [
      ["com.metal-guard.tool", false, false, []],
      ["com.metal-guard.status-writer", true, false, []],
    ],
  );
});

Deno.test("readJobStates() reports what it cannot ask as unknown", async () => {
  // Kills: "not loaded" on a Mac that was asked by root, or whose launchctl hangs or is missing.
  const because = async (world: JobWorld): Promise<string> => {
    world.install("status-writer");
    const [job] = await world.read();
    assert.ok(job?.run.kind === "unknown");
    return job.run.because;
  };
  const linux = new JobWorld();
  linux.system.platform = "linux";
  assert.equal(await because(linux), "launchd is a part of macOS");
  const root = new JobWorld();
  root.system.userId = 0;
  assert.match(await because(root), /^root has no session/);
  const hanging = new JobWorld();
  hanging.children.put("/bin/launchctl", { takesMs: 60_000 });
  assert.equal(await because(hanging), "launchctl did not answer");
  const denied = new JobWorld();
  denied.children.put("/bin/launchctl", "denied");
  assert.match(await because(denied), /launchctl/);
  assert.deepEqual(await readJobStates(linux, undefined), []);
});
