/**
 * `orphan-scan --kill` against real processes. Root may signal anyone, so where these tests are root the killer works as
 * nobody, with a copy of the program that nobody may read.
 */
import assert from "node:assert/strict";
import { createDenoChildProcesses } from "../../lib/adapters/deno/child_process.ts";
import { createDenoProcessTable } from "../../lib/adapters/deno/process_table.ts";
import type { ProcessFacts } from "../../lib/ports/process_table.ts";
import { encodeStartToken } from "../../lib/parse/state/lock_file.ts";
import { RealState } from "../real_state.ts";
import { command, IS_ROOT, OTHER_USER } from "../cli_place.ts";
import { copyProgram } from "../cli_program.ts";
import { lines } from "./lock_race.ts";
import { createRealOrphans, type KillLine } from "./orphan_killer.ts";

const KILLER = new URL("./orphan_killer.ts", import.meta.url).pathname;
const table = createDenoProcessTable(createDenoChildProcesses());

const AS_OTHER: readonly string[] = [
  "setpriv",
  `--reuid=${OTHER_USER}`,
  `--regid=${OTHER_USER}`,
  "--clear-groups",
];

/** A program that runs until it is killed; it says a line once it is ready. */
class Worker implements AsyncDisposable {
  readonly child: Deno.ChildProcess;
  readonly #lines: AsyncGenerator<string>;

  constructor(words: readonly string[]) {
    const [program = "", ...args] = words;
    this.child = new Deno.Command(program, {
      args,
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#lines = lines(this.child.stdout);
  }

  /** As the user that the killer is. */
  static start(script: string): Worker {
    const words = ["/bin/sh", "-c", script];
    return new Worker(IS_ROOT ? [...AS_OTHER, ...words] : words);
  }

  async line(): Promise<string> {
    const { value } = await this.#lines.next();
    assert.equal(typeof value, "string", "the worker said nothing");
    return value ?? "";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.child.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    await this.child.stdout.cancel().catch(() => undefined);
    await this.child.status;
  }
}

async function factsOf(pid: number): Promise<ProcessFacts> {
  const reading = await table.read(pid);
  assert.ok(reading.kind === "alive", `process ${pid}: ${reading.kind}`);
  return reading.facts;
}

async function isAlive(pid: number): Promise<boolean> {
  return (await table.read(pid)).kind === "alive";
}

/** A log in a home, and the killer at work on it. */
class Place implements Disposable {
  readonly state = new RealState();
  readonly log = `${this.state.state}/metal_breadcrumb.log`;

  /** What a worker of ours writes when it is ready and begins. */
  async tell(
    model: string,
    pid: number,
    token: ProcessFacts["startToken"],
  ): Promise<void> {
    const crumbs = this.state.breadcrumbs();
    await crumbs.write("SUBPROCESS_WORKER", `${model} ready, pid=${pid}`, {
      ["start_token"]: encodeStartToken(token) ?? "",
    });
    await crumbs.write("SUBPROC_PRE", model, { pid });
    assert.deepEqual(this.state.log.messages, []);
  }

  /** Runs the killer as the user whom it may not pass. */
  async kill(): Promise<readonly KillLine[]> {
    const main = IS_ROOT ? this.#handOver() : KILLER;
    const words = [
      ...(IS_ROOT ? AS_OTHER : []),
      Deno.execPath(),
      "run",
      "--no-prompt",
      "--allow-read",
      "--allow-write",
      "--allow-env",
      "--allow-sys",
      "--allow-run",
      main,
      this.log,
      `${this.state.state}/guards`,
    ];
    const [program = "", ...args] = words;
    const { code, stdout, stderr } = await new Deno.Command(program, {
      args,
      // Ours may be one that the other user may not enter, in which it cannot start anything.
      cwd: this.state.home,
      env: { DENO_DIR: `${this.state.home}/deno`, DENO_NO_UPDATE_CHECK: "1" },
      stdin: "null",
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    return JSON.parse(new TextDecoder().decode(stdout));
  }

  #handOver(): string {
    const folder = `${this.state.home}/program`;
    Deno.mkdirSync(`${folder}/tests/torture`, { recursive: true });
    copyProgram(folder);
    const main = `${folder}/tests/torture/orphan_killer.ts`;
    Deno.copyFileSync(KILLER, main);
    const user = `${OTHER_USER}:${OTHER_USER}`;
    command("chown", "-R", user, this.state.home);
    return main;
  }

  [Symbol.dispose](): void {
    this.state[Symbol.dispose]();
  }
}

Deno.test("orphan-scan --kill ends a worker that is deaf to SIGTERM, and nobody beside it", async () => {
  // Kills: a hung worker that is asked politely for ever; a signal to the group or to whoever has the next pid.
  using place = new Place();
  const deaf = 'trap "" TERM INT HUP; echo ready; while :; do sleep 1; done';
  await using worker = Worker.start(deaf);
  await using bystander = Worker.start("echo ready; exec sleep 600");
  for (const one of [worker, bystander]) {
    assert.equal(await one.line(), "ready");
  }
  const { pid } = worker.child;
  worker.child.kill("SIGTERM");
  assert.ok(await isAlive(pid), "the worker is not deaf");
  await place.tell("m", pid, (await factsOf(pid)).startToken);
  assert.deepEqual(await place.kill(), [
    { pid, outcome: "killed", because: null },
  ]);
  assert.equal((await worker.child.status).signal, "SIGKILL");
  assert.ok(await isAlive(bystander.child.pid));
});

/** A process with a start of its own: one is told in hundredths of a second, and two may share it. */
async function startedAfter(old: ProcessFacts): Promise<Worker> {
  for (;;) {
    const worker = Worker.start("echo ready; exec sleep 600");
    await worker.line();
    const { startToken } = await factsOf(worker.child.pid);
    if (startToken.value !== old.startToken.value) return worker;
    await worker[Symbol.asyncDispose]();
  }
}

Deno.test("orphan-scan --kill refuses a pid that belongs to another process by now", async () => {
  // Kills: somebody's editor killed because it got the number of a worker that ended yesterday.
  using place = new Place();
  let old: ProcessFacts;
  {
    await using gone = Worker.start("echo ready; exec sleep 600");
    await gone.line();
    old = await factsOf(gone.child.pid);
  }
  assert.equal(await isAlive(old.pid), false);
  await using stranger = await startedAfter(old);
  const { pid } = stranger.child;
  await place.tell("m", pid, old.startToken);
  const [kill] = await place.kill();
  assert.deepEqual(
    [kill?.pid, kill?.outcome, kill?.because],
    [pid, "spared", `pid ${pid} belongs to another process by now`],
  );
  assert.ok(await isAlive(pid));
});

Deno.test("orphan-scan --kill refuses another user's process", async () => {
  // Kills: a line in a log that anybody may write, by which another user's process dies.
  using place = new Place();
  // As root we have one of our own that the killer may not end; otherwise the first process is not ours.
  await using own = new Worker(["/bin/sh", "-c", "echo ready; exec sleep 600"]);
  await own.line();
  const pid = IS_ROOT ? own.child.pid : 1;
  const facts = await factsOf(pid);
  await place.tell("m", pid, facts.startToken);
  assert.deepEqual(await place.kill(), [{
    pid,
    outcome: "spared",
    because: "the process belongs to somebody else",
  }]);
  assert.ok(await isAlive(pid));
});

/** Nobody may not start every Python that root may, so that it becomes the killer's user by itself. */
const ZOMBIE = `import os, time
pid = os.fork()
if pid == 0:
    if os.getuid() == 0:
        os.setgid(${OTHER_USER})
        os.setuid(${OTHER_USER})
    os.write(1, b"ready\\n")
    time.sleep(600)
os.write(1, f"{pid}\\n".encode())
time.sleep(600)
`;

Deno.test("orphan-scan --kill leaves a zombie alone", async () => {
  // Kills: an orphan that is killed again and again and never goes, since its parent does not ask how it ended.
  using place = new Place();
  await using parent = new Worker(["python3", "-c", ZOMBIE]);
  const said = [await parent.line(), await parent.line()];
  const pid = Number(said.find((line) => line !== "ready"));
  const { startToken, userId } = await factsOf(pid);
  if (IS_ROOT) assert.equal(userId, OTHER_USER);
  await place.tell("m", pid, startToken);
  Deno.kill(pid, "SIGKILL");
  while ((await table.read(pid)).kind === "alive");
  assert.equal((await table.read(pid)).kind, "zombie");
  assert.deepEqual(await place.kill(), [
    { pid, outcome: "gone", because: null },
  ]);
});

Deno.test("orphan-scan --kill ends nobody by a log that belongs to somebody else", async () => {
  // Kills: a log planted by another user, whose lines look like ours.
  using place = new Place();
  await using worker = Worker.start("echo ready; exec sleep 600");
  await worker.line();
  const { pid } = worker.child;
  await place.tell("m", pid, (await factsOf(pid)).startToken);
  const [kill] = await killByForeignLog(place);
  assert.deepEqual(
    [kill?.outcome, kill?.because],
    ["spared", "the log belongs to somebody else"],
  );
  assert.ok(await isAlive(pid));
});

/** What we make of a log that is not ours: as root we give ours away, otherwise one of root's stands for it. */
async function killByForeignLog(place: Place): Promise<readonly KillLine[]> {
  const { log, state } = place;
  const guards = `${state.state}/guards`;
  const orphans = await createRealOrphans(log, guards).scan();
  if (IS_ROOT) command("chown", `${OTHER_USER}:${OTHER_USER}`, log);
  const foreign = createRealOrphans(IS_ROOT ? log : "/etc/passwd", guards);
  const kills = await foreign.kill(orphans);
  return kills.map(({ orphan, outcome, because }) => ({
    pid: orphan.ownPid,
    outcome,
    because,
  }));
}
