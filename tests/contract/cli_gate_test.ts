/**
 * The gate from the command line: what the Python metal-guard got wrong, waiting, and silence. Real processes in a HOME of
 * their own.
 */
import assert from "node:assert/strict";
import { CliPlace, command } from "../cli_place.ts";
import { CAUSES, type ReportForm, writeReport } from "../cli_reports.ts";

function minutesAgo(minutes: number): Temporal.Instant {
  return Temporal.Now.instant().subtract({ minutes }).round("second");
}

function onePanic(
  place: CliPlace,
  options: {
    readonly name?: string;
    readonly form?: ReportForm;
    readonly at?: Temporal.Instant;
    readonly cause?: string;
    readonly boot?: string;
  } = {},
): string {
  return writeReport(place, {
    name: options.name ?? "a.panic",
    form: options.form ?? "panic_full",
    at: options.at ?? minutesAgo(10),
    cause: options.cause ?? CAUSES.prepareCount,
    ...(options.boot === undefined ? {} : { boot: options.boot }),
  });
}

/** What `panic-gate --json` answers, as far as these tests ask. */
interface Answer {
  readonly code: number;
  readonly json: Readonly<Record<string, unknown>>;
}

async function gate(place: CliPlace): Promise<Answer> {
  const { code, stdout, stderr } = await place.run(["panic-gate", "--json"]);
  assert.equal(stderr, "");
  return { code, json: JSON.parse(stdout) };
}

Deno.test("one crash in two files counts once", async () => {
  // Kills: two reports of one boot that lock the machine.
  using place = new CliPlace();
  const at = minutesAgo(10);
  const boot = "0BADCAFE-0000-4000-8000-000000000001";
  onePanic(place, { name: "panic-full.0002.panic", at, boot });
  onePanic(place, {
    name: "panic-base+socd.0002.panic",
    form: "panic_socd",
    at,
    boot,
  });
  const { code, json } = await gate(place);
  assert.deepEqual([code, json["kind"]], [2, "cooldown"]);
  assert.equal(json["recent_panics_24h"], 1);
});

Deno.test("two crashes in one minute count twice", async () => {
  // Kills: merging by nearness in time, which would let a lockout slip.
  using place = new CliPlace();
  onePanic(place, { name: "a.panic", at: minutesAgo(10) });
  onePanic(place, { name: "b.panic", at: minutesAgo(10) });
  const { code, json } = await gate(place);
  assert.deepEqual([code, json["kind"]], [2, "lockout"]);
});

for (
  const [place, cause] of [
    ["IOGPUGroupMemory.cpp:323", CAUSES.missing323],
    ["IOGPUGroupMemory.cpp:528", CAUSES.nonPending528],
    ["IOGPUGroupMemory.cpp:219", CAUSES.pending219],
    ["IOGPUGroupMemory.cpp:220", CAUSES.pending220],
  ] as const
) {
  Deno.test(`a panic at ${place} stops the gate, as JSON and as text`, async () => {
    // Kills: a gate that knows the underflow only.
    for (const form of ["panic_full", "panic_text"] as const) {
      using home = new CliPlace();
      onePanic(home, { form, cause });
      const { code, json } = await gate(home);
      assert.deepEqual([form, code, json["kind"]], [form, 2, "cooldown"]);
    }
  });
}

Deno.test("a panic of another driver does not stop the gate", async () => {
  // Kills: every kernel panic taken for the GPU's; and one that only the backtrace blames on it let through.
  using place = new CliPlace();
  const cause = CAUSES.otherDriver;
  onePanic(place, { cause, form: "panic_socd" });
  assert.equal((await gate(place)).code, 0);
  onePanic(place, { cause, form: "panic_full" });
  assert.equal((await gate(place)).code, 2);
});

Deno.test("the time of a panic is the report's, whatever the file's own time says", async () => {
  // Kills: an old report that holds because it was copied, a new one let through because its file looks old.
  using place = new CliPlace();
  const old = onePanic(place, { name: "copied.panic", at: minutesAgo(4_400) });
  assert.ok(Deno.statSync(old).mtime !== null);
  assert.equal((await gate(place)).code, 0);

  const fresh = onePanic(place, { name: "fresh.panic", at: minutesAgo(30) });
  Deno.utimeSync(fresh, 1_000_000_000, 1_000_000_000);
  const { code, json } = await gate(place);
  assert.deepEqual([code, json["recent_panics_24h"]], [2, 1]);
});

Deno.test("a torn hold file stays closed for everybody who asks", async () => {
  // Kills: a hold that is gone after its damaged file was set aside, and one that starts anew at each question.
  using place = new CliPlace();
  assert.equal((await place.run(["hold", "--for", "3h"])).code, 0);
  const whole = Deno.readFileSync(place.sentinel);
  for (const length of [0, 1, whole.length >> 1, whole.length - 3]) {
    await place.run(["hold", "--clear"]);
    Deno.writeFileSync(place.sentinel, whole.subarray(0, length));
    const first = await gate(place);
    const second = await gate(place);
    assert.deepEqual([length, first.code, second.code], [length, 2, 2]);
    assert.equal(first.json["clear_at_utc"], second.json["clear_at_utc"]);
  }
  assert.equal((await place.run(["hold", "--clear"])).code, 0);
  assert.equal((await gate(place)).code, 0);
});

Deno.test("an ack opens a lockout, and the next panic closes it again", async () => {
  // Kills: an ack that counts for panics that had not happened.
  using place = new CliPlace();
  onePanic(place, { name: "a.panic", at: minutesAgo(30) });
  onePanic(place, { name: "b.panic", at: minutesAgo(600) });
  assert.equal((await gate(place)).json["kind"], "lockout");
  assert.equal((await place.run(["ack", "--reason", "smaller"])).code, 0);
  assert.deepEqual((await gate(place)).json["kind"], "ack");
  Deno.utimeSync(place.ack, new Date(), Date.now() / 1_000 - 60);
  onePanic(place, { name: "c.panic", at: minutesAgo(0) });
  const { code, json } = await gate(place);
  assert.deepEqual([code, json["kind"]], [2, "lockout"]);
  await place.run(["ack", "--clear"]);
  assert.throws(() => Deno.lstatSync(place.ack), Deno.errors.NotFound);
});

Deno.test("--wait opens as soon as another process lifts the hold", async () => {
  // Kills: a wait that sleeps to the end it once read.
  using place = new CliPlace();
  await place.run(["hold", "--for", "3h"]);
  const waiting = place.start(["panic-gate", "--wait", "--json"]);
  await waiting.told("waiting");
  assert.equal((await place.run(["hold", "--clear"])).code, 0);
  const { code, stdout } = await waiting.end();
  assert.equal(code, 0);
  assert.equal(JSON.parse(stdout)["kind"], "clear");
});

Deno.test("--wait opens when the hold ends by itself", async () => {
  // Kills: a wait that polls past the end, or that never asks again.
  using place = new CliPlace();
  await place.run(["hold", "--for", "3s"]);
  const { code, stderr } = await place.run(["panic-gate", "--wait"]);
  assert.equal(code, 0);
  assert.match(stderr, /^metal-guard: waiting \(a hold is set\)/);
});

Deno.test("--wait=1s ends with the verdict of that moment", async () => {
  // Kills: a time limit that opens the gate, or that is not kept; words about the wait under --quiet.
  using place = new CliPlace();
  onePanic(place);
  for (const quiet of [[], ["--quiet"]]) {
    const from = performance.now();
    const { code, stdout, stderr } = await place.run([
      "panic-gate",
      "--wait=1s",
      ...quiet,
    ]);
    const tookMs = performance.now() - from;
    assert.equal(code, 2);
    assert.ok(tookMs >= 1_000 && tookMs < 6_000, `${tookMs} ms`);
    assert.equal(stdout === "" && stderr === "", quiet.length > 0);
  }
});

Deno.test("--wait does not wait for evidence that cannot be read", async () => {
  // Kills: a job that hangs for ever before a folder it may not list.
  using place = new CliPlace();
  Deno.removeSync(place.reports);
  command("mkfifo", place.reports);
  const { code } = await place.run(["panic-gate", "--wait", "--quiet"]);
  assert.equal(code, 3);
});

Deno.test("--quiet prints nothing at all, whatever is out of order", async () => {
  // Kills: a warning in a launchd log at each start.
  using place = new CliPlace();
  onePanic(place);
  Deno.mkdirSync(place.ack);
  Deno.mkdirSync(`${place.reports}/folder.panic`);
  const env = { METALGUARD_PANIC_LOCKOUT_24H_N: "many", METALGUARD_MODE: "?" };
  for (const flag of ["--quiet", "-q"]) {
    const run = await place.run(["panic-gate", flag], { env });
    assert.deepEqual([run.code, run.stdout, run.stderr], [2, "", ""]);
  }
});

Deno.test("the gate writes nothing when nothing is damaged and nothing holds", async () => {
  // Kills: a state folder that appears because somebody asked.
  using place = new CliPlace();
  await gate(place);
  await place.run(["status"]);
  assert.deepEqual([...Deno.readDirSync(place.home)], []);
});
