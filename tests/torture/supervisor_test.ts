/** `metal-guard run` with real programs in a hurry, on a full disk, without a reader, with pids that are given away again. */
import assert from "node:assert/strict";
import { ourProgram, SHIPPED_PERMISSIONS } from "../cli_program.ts";
import { gone, RunPlace, until } from "./run_place.ts";
import {
  Bystanders,
  IS_FULL,
  linesOf,
  signalLog,
  stateOf,
} from "./supervisor.ts";

Deno.test("every exit code and every deadly signal is the run's", async () => {
  // Kills: a code that is ours for one program; a signal that Deno names and its number does not.
  await using place = new RunPlace();
  const codes = IS_FULL
    ? Array.from({ length: 256 }, (_, code) => code)
    : [3, 129, 254];
  for (const code of codes) {
    assert.equal((await place.run([], `exit ${code}`)).code, code);
  }
  const signals = IS_FULL
    ? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 31]
    : [4, 8, 13];
  for (const signal of signals) {
    const { code } = await place.run([], `kill -${signal} $$`);
    assert.equal(code, 128 + signal);
  }
});

Deno.test("a program whose reader is gone, or that has no output, ends as it would without a guard", async () => {
  // Kills: a guard that keeps the pipe open, so that a program writes for ever; one that dies of it.
  await using place = new RunPlace();
  const run = place.start(["--", "/bin/sh", "-c", "echo $$ >pid; yes; exit 9"]);
  const [pid = 0] = await place.pids("pid");
  await run.guard.stdout.cancel();
  await gone(pid);
  assert.equal((await run.guard.status).code, 9);
  await run.guard.stderr.cancel();
  const closed = place.start(
    ["--", "/bin/sh", "-c", "echo lost 2>/dev/null; exit 8"],
    { within: ["/bin/sh", "-c", `exec "$@" >&-`, "sh"] },
  );
  assert.equal((await closed.end()).code, 8);
});

Deno.test("WINCH, TSTP and CONT that reach the guard reach a program in its own session; it stops and goes on, and the guard stays awake", async () => {
  // Kills: a server that cannot be paused; one that runs on without a guard because only the guard was stopped.
  await using place = new RunPlace();
  await using _ = new Bystanders();
  const run = await signalLog(place, ["WINCH", "CONT", "QUIT"]);
  run.guard.kill("SIGWINCH");
  await until(
    () => run.lines().includes("SIGWINCH") || undefined,
    "WINCH",
  );
  run.guard.kill("SIGTSTP");
  await until(() => stateOf(run.pid) === "T" || undefined, "the stop");
  assert.notEqual(stateOf(run.guard.pid), "T");
  run.guard.kill("SIGCONT");
  await until(() => run.lines().includes("SIGCONT") || undefined, "CONT");
  assert.notEqual(stateOf(run.pid), "T");
  run.guard.kill("SIGTSTP");
  await until(() => stateOf(run.pid) === "T" || undefined, "the stop");
  // Who is asked to end while stopped is woken for it.
  run.guard.kill("SIGQUIT");
  await run.guard.stdin.close();
  assert.equal((await run.end()).code, 9);
});

Deno.test("a program that catches TSTP is asked before it is stopped", async () => {
  // Kills: a STOP without warning.
  await using place = new RunPlace();
  const run = await signalLog(place, ["TSTP", "QUIT"]);
  run.guard.kill("SIGTSTP");
  await until(() => run.lines().includes("SIGTSTP") || undefined, "TSTP");
  run.guard.kill("SIGQUIT");
  await run.guard.stdin.close();
  assert.equal((await run.end()).code, 9);
});

Deno.test("at a terminal the program has it: it reads, is resized, interrupted once, stopped and continued by its keys", async () => {
  // Kills: a session of its own that takes the terminal away; a Ctrl-C that arrives twice.
  await using place = new RunPlace();
  await using _ = new Bystanders();
  const log = place.at("log");
  const program = new URL("signal_log.py", import.meta.url).pathname;
  const words = [
    ...[Deno.execPath(), "run", ...SHIPPED_PERMISSIONS, ourProgram().main],
    ...["run", "--", "python3", program, log, "INT,WINCH,CONT"],
  ];
  const tmux = async (...args: readonly string[]): Promise<void> => {
    const { success, stderr } = await new Deno.Command("tmux", {
      args: ["-f", "/dev/null", "-S", place.at("tmux"), ...args],
      env: { HOME: place.home, DENO_DIR: ourProgram().denoDir, TERM: "xterm" },
      cwd: place.home,
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
  };
  const keys = (...names: readonly string[]): Promise<void> =>
    tmux("send-keys", "-t", "t", ...names);
  await tmux(
    ...["new-session", "-d", "-s", "t", "-x", "90", "-y", "30"],
    "HISTFILE= exec bash --noprofile --norc -i",
  );
  try {
    const line = words.map((word) => `'${word}'`).join(" ");
    await keys(`${line}; echo $? >code`, "Enter");
    const seen = (what: string): Promise<true> =>
      until(() => linesOf(log).includes(what) || undefined, what);
    await until(() => linesOf(log)[0], "the program");
    const pid = Number(linesOf(log)[0]);
    const { stdout } = await new Deno.Command("ps", {
      args: ["-o", "ppid=", "-p", `${pid}`],
    }).output();
    const guard = Number(new TextDecoder().decode(stdout));
    await keys("hello", "Enter");
    await seen("line hello");
    await keys("C-c");
    await seen("SIGINT");
    await tmux("resize-window", "-t", "t", "-x", "70");
    await seen("SIGWINCH");
    await keys("C-z");
    await until(() => stateOf(pid) === "T" || undefined, "the stop");
    // The shell throws away what is typed between its prompt and the program.
    const typed = (line: string, what: string): Promise<true> =>
      until(async () => {
        if (linesOf(log).includes(what)) return true;
        await keys(line, "Enter");
        await new Promise((resolve) => setTimeout(resolve, 300));
      }, what);
    await typed("fg", "SIGCONT");
    await typed("over", "line over");
    await gone(pid);
    await gone(guard);
    assert.equal(linesOf(log).filter((one) => one === "SIGINT").length, 1);
  } finally {
    await tmux("kill-server");
  }
});

Deno.test("a disk that is full stops neither the program nor its end, and the report stays whole", async () => {
  // Kills: a run that ends because its report cannot grow; a report cut in the middle.
  await using place = new RunPlace();
  await using _ = new Bystanders();
  Deno.mkdirSync(place.at("small"));
  const report = place.at("small/report.json");
  const user = Deno.uid() === 0 ? [] : ["--user", "--map-root-user"];
  const run = place.start(
    [
      ...["--report", report, "--wall-time", "2s", "--grace", "1s"],
      ...["--", "/bin/sh", "-c"],
      "echo $$ >pid; cat /dev/zero >small/filler 2>/dev/null; cat small/report.json >seen; exec sleep 600",
    ],
    {
      within: [
        ...["unshare", ...user, "--mount", "/bin/sh", "-c"],
        `mount -t tmpfs -o size=64k none small && exec "$@"`,
        "sh",
      ],
    },
  );
  const [pid = 0] = await place.pids("pid");
  const { code, stderr } = await run.end();
  assert.equal(code, 76, stderr);
  assert.match(stderr, /the run goes on/);
  assert.match(stderr, /wall time/);
  await gone(pid);
  const seen: unknown = JSON.parse(Deno.readTextFileSync(place.at("seen")));
  assert.ok(typeof seen === "object" && seen !== null && "status" in seen);
  assert.equal(seen.status, "running");
});

for (const how of ["wall-time", "kill"]) {
  Deno.test(`pids that are given away again are left alone (${how})`, async () => {
    // Kills: KILL by number alone, to whoever has that number by now; a watcher that does not look again.
    await using place = new RunPlace();
    await using _ = new Bystanders();
    const script = new URL("recycled_pids.py", import.meta.url).pathname;
    const user = Deno.uid() === 0 ? [] : ["--user", "--map-root-user"];
    const { stdout, stderr, code } = await new Deno.Command("unshare", {
      args: [
        ...[...user, "--pid", "--fork", "--mount-proc", "python3", script],
        ...[how, place.home, Deno.execPath(), "run", ...SHIPPED_PERMISSIONS],
        ourProgram().main,
      ],
      env: { HOME: place.home, DENO_DIR: ourProgram().denoDir },
      stdin: "null",
    }).output();
    const words = new TextDecoder().decode(stderr);
    assert.equal(code, 0, words);
    const [recycled = 0, living = 0] = new TextDecoder().decode(stdout)
      .trim().split(" ").map(Number);
    assert.ok(recycled > 0, `nothing was given away again\n${words}`);
    assert.equal(living, recycled, words);
  });
}

Deno.test("a program that ends by itself at the moment of its limit is no trouble", async () => {
  // Kills: an error out of a signal to somebody who has gone; 70 for it.
  await using place = new RunPlace();
  await using _ = new Bystanders();
  for (let round = 0; round < (IS_FULL ? 40 : 3); round++) {
    const { code, stderr } = await place.run(
      ["--max-footprint", "60MiB"],
      `exec python3 -c 'import sys, time; held = bytearray(b"x") * (80 << 20); time.sleep(${
        (round % 8) * 0.02
      }); sys.exit(3)'`,
    );
    assert.ok([3, 76].includes(code), `${code} ${stderr}`);
    assert.equal(place.readReport().status, "ended");
  }
});

Deno.test("children that start others while they are ended are all ended, by nobody else's cost", async () => {
  // Kills: one pass over the tree, which those born during it survive.
  await using place = new RunPlace();
  await using _ = new Bystanders();
  const { code } = await place.run(
    ["--wall-time", "2s", "--grace", "0s"],
    `n=0; while [ $n -lt ${
      IS_FULL ? 70 : 15
    } ]; do (trap '' TERM; while :; do sleep 0.3; done) & echo $! >>pids; n=$((n + 1)); done; wait`,
  );
  assert.equal(code, 76);
  const pids = await place.pids("pids", IS_FULL ? 70 : 15);
  for (const pid of pids) await gone(pid);
});
