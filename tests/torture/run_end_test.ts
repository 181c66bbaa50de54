/** `metal-guard run` with real programs: how it ends, what passes through it, and what is left when it dies. */
import assert from "node:assert/strict";
import { gone, isAlive, RunPlace, until } from "./run_place.ts";

Deno.test("a program's own exit code is the run's, whatever it is", async () => {
  // Kills: 76 or 75 that is taken for ours; a signal's death reported as 1.
  await using place = new RunPlace();
  for (const code of [0, 1, 2, 64, 70, 75, 76, 77, 125, 126, 127, 128, 255]) {
    assert.equal((await place.run([], `exit ${code}`)).code, code);
  }
  for (
    const [signal, code] of [
      ["HUP", 129],
      ["INT", 130],
      ["ABRT", 134],
      ["KILL", 137],
      ["SEGV", 139],
      ["TERM", 143],
    ] as const
  ) {
    assert.equal(
      (await place.run([], `kill -${signal} $$`)).code,
      code,
      signal,
    );
  }
});

Deno.test("a command that cannot be started is 127 or 126, once, also with --restart", async () => {
  // Kills: a loop over a misspelt command.
  await using place = new RunPlace();
  const run = (command: string): Promise<{ code: number; stderr: string }> =>
    place.start(["--restart", "always", "--", command]).end();
  const missing = await run("/nonexistent/program");
  assert.equal(missing.code, 127);
  assert.match(missing.stderr, /not found/);
  assert.equal((await run("/etc/passwd")).code, 126);
});

Deno.test("standard input and output pass through unchanged: 50 MB of everything", async () => {
  // Kills: a guard that copies, decodes or drops what its program reads and writes.
  await using place = new RunPlace();
  const bytes = new Uint8Array(50_000_000);
  for (let from = 0; from < bytes.length; from += 65_536) {
    crypto.getRandomValues(bytes.subarray(from, from + 65_536));
  }
  const { guard } = place.start(["--", "/bin/cat"], { stdin: "piped" });
  const writer = guard.stdin.getWriter();
  const written = writer.write(bytes).then(() => writer.close());
  const { code, stdout } = await guard.output();
  await written;
  assert.equal(code, 0);
  assert.equal(stdout.length, bytes.length);
  const digest = async (data: Uint8Array<ArrayBuffer>): Promise<string> =>
    new Uint8Array(await crypto.subtle.digest("SHA-256", data)).toHex();
  assert.equal(await digest(stdout), await digest(bytes));
});

Deno.test("standard error passes through byte by byte, and its class stands in the report", async () => {
  // Kills: a report that knows nothing of the abort; an output that is delayed to the end.
  await using place = new RunPlace();
  const words =
    "libc++abi: terminating due to uncaught exception of type std::runtime_error: [METAL] Command buffer execution failed: Insufficient Memory (00000008:kIOGPUCommandBufferCallbackErrorOutOfMemory)";
  const { code, stderr } = await place.run([], `echo '${words}' >&2; exit 134`);
  assert.equal(code, 134);
  assert.ok(stderr.includes(`${words}\n`));
  const report = Deno.readTextFileSync(place.report);
  assert.match(report, /"name": "cmd_buffer_oom"/);
  // What the program said is nobody's business unless it was asked for.
  assert.ok(!report.includes("libc++abi"));
  await place.run(["--report-details"], `echo '${words}' >&2; exit 134`);
  assert.match(Deno.readTextFileSync(place.report), /libc\+\+abi/);
});

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const) {
  Deno.test(`${signal} goes on to the program, whose answer is the run's`, async () => {
    // Kills: a guard that dies of the signal and leaves its program; one that restarts what was asked to end.
    await using place = new RunPlace();
    const name = signal.slice(3);
    const run = place.start([
      "--restart",
      "always",
      "--",
      "/bin/sh",
      "-c",
      `trap 'exit 7' ${name}; echo $$ >pid; while :; do sleep 0.05; done`,
    ]);
    const [pid = 0] = await place.pids("pid");
    run.guard.kill(signal);
    assert.equal((await run.end()).code, 7);
    assert.equal(await isAlive(pid), false);
  });
}

Deno.test("kill −9 of the guard ends the program and what it started, and the report holds what was synced", async () => {
  // Kills: a server that goes on without a guard, holding the lock that nobody can have.
  await using place = new RunPlace();
  const run = place.start([
    "--grace",
    "1s",
    "--report",
    place.report,
    "--",
    "/bin/sh",
    "-c",
    "trap '' TERM; sleep 600 & echo $! >>pids; echo $$ >>pids; wait",
  ]);
  const pids = await place.pids("pids", 2);
  // The watcher is told of offspring within half a second.
  await until(
    () =>
      /"kind": "started"/.test(Deno.readTextFileSync(place.report)) ||
      undefined,
    "the start in the report",
  );
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  run.guard.kill("SIGKILL");
  for (const pid of pids) await gone(pid);
  await run.end();
  const report = place.readReport();
  assert.equal(report.status, "running");
  assert.equal(report.attempts, 1);
  const next = await place.run([], "exit 0");
  assert.equal(next.code, 0, next.stderr);
});

Deno.test("--on-guard-exit detach leaves the program alone when the guard is killed", async () => {
  // Kills: an end that nobody wanted.
  await using place = new RunPlace();
  const run = place.start([
    "--on-guard-exit",
    "detach",
    "--grace",
    "0s",
    "--",
    "/bin/sh",
    "-c",
    "echo $$ >pid; exec sleep 600",
  ]);
  const [pid = 0] = await place.pids("pid");
  run.guard.kill("SIGKILL");
  await run.guard.status;
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.equal(await isAlive(pid), true);
});

Deno.test("bad input starts nothing and says what is wrong", async () => {
  // Kills: `--max-footprint 26` taken for bytes, so that everything is ended at once.
  await using place = new RunPlace();
  const touch = ["--", "/bin/sh", "-c", "echo $$ >>ran"];
  for (
    const [words, says] of [
      [["--max-footprint", "26", ...touch], /MiB or GiB/],
      [["--max-footprint", "0", ...touch], /MiB or GiB/],
      [["--max-footprint=-1GiB", ...touch], /MiB or GiB/],
      [["--max-footprint", "1.5GiB", ...touch], /MiB or GiB/],
      [["/bin/sh", "-c", "echo $$ >>ran"], /put -- before the command/],
      [["--"], /Name the command/],
      [
        ["--report", "/nonexistent/r.json", ...touch],
        /Cannot write the report/,
      ],
      [["--report", ".", ...touch], /Cannot write the report/],
      [["--probe", "a", "--probe-openai", "b", ...touch], /either/],
      [["--restart", "sometimes", ...touch], /one of/],
    ] as const
  ) {
    const { code, stderr } = await place.start(words).end();
    assert.equal(code, 64, `${words.join(" ")}\n${stderr}`);
    assert.match(stderr, says);
  }
  assert.throws(() => Deno.statSync(place.at("ran")));
});

Deno.test("a held lock refuses with 75 and the holder, or is waited for", async () => {
  // Kills: two programs on one GPU.
  await using place = new RunPlace();
  const first = place.start([
    "--label",
    "first",
    "--",
    "/bin/sh",
    "-c",
    "echo $$ >pid; while [ ! -e stop ]; do sleep 0.05; done",
  ]);
  await place.pids("pid");
  const refused = await place.run([], "echo $$ >>ran");
  assert.equal(refused.code, 75);
  assert.match(refused.stderr, /first/);
  assert.equal(place.readReport().cause, "refused");
  assert.throws(() => Deno.statSync(place.at("ran")));
  const waiting = place.start(["--wait=20s", "--", "/bin/sh", "-c", "exit 5"]);
  Deno.writeTextFileSync(place.at("stop"), "");
  assert.equal((await first.end()).code, 0);
  assert.equal((await waiting.end()).code, 5);
});

Deno.test("a gate that waits refuses with 75, an observer goes on and says so", async () => {
  // Kills: a model loaded right after a panic; an observer that refuses.
  await using place = new RunPlace();
  const reports = place.at("reports");
  Deno.mkdirSync(reports);
  Deno.writeTextFileSync(
    `${reports}/panic-full-1.panic`,
    'panic(cpu 3 caller 0xfffffe0012345678): "completeMemory() prepare count underflow" @IOGPUMemory.cpp:550\n',
  );
  const env = { METALGUARD_REPORT_DIRS: reports };
  const refused = await place.run([], "exit 0", env);
  assert.equal(refused.code, 75);
  assert.match(refused.stderr, /panic_cooldown/);
  const observed = await place.run(["--observe"], "exit 3", env);
  assert.equal(observed.code, 3);
  assert.match(observed.stderr, /would refuse/);
});
