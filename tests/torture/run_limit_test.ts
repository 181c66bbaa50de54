/** `metal-guard run` with real programs that grow, fork, escape, hang and come again. */
import assert from "node:assert/strict";
import { MIB } from "../../lib/core/bytes.ts";
import { gone, RunPlace, until } from "./run_place.ts";

/** Grows by `rate` MiB a second up to `top` MiB and stays. */
function ramp(rate: number, top: number): string {
  return `exec python3 -c '
import time
held = []
while len(held) < ${top}:
    held.append(bytearray(b"x") * (1 << 20))
    time.sleep(1 / ${rate})
time.sleep(600)
'`;
}

Deno.test("a program that grows is ended at its limit, with the reason on the disk, and the next run proceeds", async () => {
  // Kills: a limit that is only told; an overshoot that brings the machine down; a lock that stays behind.
  await using place = new RunPlace();
  const { code, stderr } = await place.run(
    ["--max-footprint", "200MiB"],
    ramp(128, 2_000),
  );
  assert.equal(code, 76, stderr);
  const report = place.readReport();
  assert.equal(report.cause, "footprint");
  assert.match(report.words, /≥ (?:110 % of )?200\.0 MiB/);
  assert.ok((report.peakBytes ?? 0) >= 200 * MIB);
  assert.ok((report.peakBytes ?? 0) < 300 * MIB, `${report.peakBytes}`);
  assert.deepEqual(
    report.events.map(({ kind }) => kind).filter((kind) =>
      /terminate|kill|ended|finished/.test(kind)
    ).at(-1),
    "finished",
  );
  const next = await place.run(["--max-footprint", "200MiB"], "exit 4");
  assert.equal(next.code, 4);
});

Deno.test("one that stays below its limit is left alone", async () => {
  // Kills: a wrong end.
  await using place = new RunPlace();
  const { code } = await place.run(
    ["--max-footprint", "200MiB"],
    `python3 -c 'held = bytearray(b"x") * (100 << 20); import time; time.sleep(1.5)'; exit 9`,
  );
  assert.equal(code, 9);
  assert.ok((place.readReport().peakBytes ?? Infinity) < 200 * MIB);
});

Deno.test("a group that is deaf to TERM is killed after its grace", async () => {
  // Kills: a program that outlives its end.
  await using place = new RunPlace();
  const started = performance.now();
  const { code } = await place.run(
    ["--wall-time", "1s", "--grace", "1s"],
    "trap '' TERM; sleep 600 & echo $! >>pids; sleep 600 & echo $! >>pids; while :; do wait; done",
  );
  assert.equal(code, 76);
  assert.ok(performance.now() - started < 10_000);
  for (const pid of await place.pids("pids", 2)) await gone(pid);
  const kinds = place.readReport().events.map(({ kind }) => kind);
  assert.ok(kinds.indexOf("terminate") < kinds.indexOf("kill"));
});

Deno.test("the memory of children counts, and they are ended with it", async () => {
  // Kills: a limit for the first process alone, under which a launcher's workers grow for ever.
  await using place = new RunPlace();
  const { code } = await place.run(
    ["--max-footprint", "150MiB", "--grace", "2s"],
    `for n in 1 2 3; do python3 -c 'import time; held = bytearray(b"x") * (70 << 20); time.sleep(600)' & echo $! >>pids; done; wait`,
  );
  assert.equal(code, 76);
  for (const pid of await place.pids("pids", 3)) await gone(pid);
});

Deno.test("seventy children that ignore TERM are all ended", async () => {
  // Kills: an end that stops at the first page of processes.
  await using place = new RunPlace();
  const { code } = await place.run(
    ["--wall-time", "3s", "--grace", "1s"],
    "trap '' TERM; n=0; while [ $n -lt 70 ]; do sleep 600 & echo $! >>pids; n=$((n + 1)); done; wait",
  );
  assert.equal(code, 76);
  for (const pid of await place.pids("pids", 70)) await gone(pid);
});

Deno.test("a daemon that leaves session and parent is still known, reported and ended", async () => {
  // Kills: setsid and a double fork as a way out of the guard.
  await using place = new RunPlace();
  const { code } = await place.run(
    ["--wall-time", "3s", "--grace", "1s"],
    "setsid sh -c 'echo $$ >>pids; sleep 600 & echo $! >>pids; sleep 1.2' >/dev/null 2>&1 & sleep 2.2; exit 0",
  );
  // The program itself ended well before its time was up; what it left behind did not.
  assert.equal(code, 76);
  for (const pid of await place.pids("pids", 2)) await gone(pid);
  assert.match(Deno.readTextFileSync(place.report), /"left_behind": [1-9]/);
});

Deno.test("--restart on-failure starts it again, with a pause, until it ends well", async () => {
  // Kills: a restart at full speed; one that never stops.
  await using place = new RunPlace();
  const started = performance.now();
  const { code } = await place.run(
    ["--restart", "on-failure"],
    "echo x >>starts; [ $(wc -l <starts) -ge 3 ]",
  );
  assert.equal(code, 0);
  assert.equal(Deno.readTextFileSync(place.at("starts")), "x\nx\nx\n");
  assert.equal(place.readReport().attempts, 3);
  assert.ok(performance.now() - started >= 3_000);
});

Deno.test("a program that fails its probes is ended and started again", async () => {
  // Kills: a zombie server: its process lives, and nobody gets an answer.
  await using place = new RunPlace();
  const run = place.start([
    "--report",
    place.report,
    "--restart",
    "on-failure",
    "--probe",
    "test -e healthy",
    "--probe-after",
    "0s",
    "--probe-interval",
    "0.2s",
    "--probe-failures",
    "3",
    "--",
    "/bin/sh",
    "-c",
    "echo $$ >>pids; exec sleep 600",
  ]);
  const [first = 0, second = 0] = await place.pids("pids", 2);
  await gone(first);
  Deno.writeTextFileSync(place.at("healthy"), "");
  await until(
    () =>
      place.readReport().events.some(({ kind }) => kind === "restart") ||
      undefined,
    "the restart in the report",
  );
  const report = place.readReport();
  const decision = report.events.find(({ kind }) => kind === "terminate");
  assert.match(decision?.reason ?? "", /probe failed 3 ≥ 3 times/);
  run.guard.kill("SIGTERM");
  assert.equal((await run.end()).code, 143);
  await gone(second);
});

Deno.test("--before-term saves work with its reason, and never delays the end for long", async () => {
  // Kills: a save command that hangs and keeps the program alive.
  await using place = new RunPlace();
  const saved = await place.run(
    [
      "--wall-time",
      "1s",
      "--before-term",
      'echo "$METALGUARD_END_CAUSE" >saved',
    ],
    "exec sleep 600",
  );
  assert.equal(saved.code, 76);
  assert.equal(Deno.readTextFileSync(place.at("saved")), "wall-time\n");
  const started = performance.now();
  const hung = await place.run(
    ["--wall-time", "1s", "--before-term", "sleep 600"],
    "exec sleep 600",
  );
  assert.equal(hung.code, 76);
  assert.ok(performance.now() - started < 8_000);
});

Deno.test("--observe ends nothing and recommends a limit", async () => {
  // Kills: an observer that signals.
  await using place = new RunPlace();
  const { code, stderr } = await place.run(
    ["--observe", "--max-footprint", "20MiB", "--wall-time", "1s"],
    `python3 -c 'held = bytearray(b"x") * (60 << 20); import time; time.sleep(2)'; exit 6`,
  );
  assert.equal(code, 6);
  assert.match(stderr, /recommended: --max-footprint (?:64|128)MiB/);
  assert.match(stderr, /≥ 20\.0 MiB/);
});

Deno.test("a report that can be written no more stops neither the program nor its end", async () => {
  // Kills: a full disk that lets a program grow for ever.
  await using place = new RunPlace();
  Deno.mkdirSync(place.at("reports"));
  const run = place.start([
    "--report",
    place.at("reports/r.json"),
    "--wall-time",
    "2s",
    "--",
    "/bin/sh",
    "-c",
    "echo $$ >pid; rm -r reports; : >reports; exec sleep 600",
  ]);
  const [pid = 0] = await place.pids("pid");
  const { code, stderr } = await run.end();
  assert.equal(code, 76);
  assert.match(stderr, /the run goes on/);
  await gone(pid);
});
