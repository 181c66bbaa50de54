/**
 * Denied access, as somebody who is denied: started as root, whom no permission stops, these tests run the program as
 * nobody, with a copy of it that nobody may read. Started as anybody else they run it as that user.
 */
import assert from "node:assert/strict";
import { CliPlace, IS_ROOT, OTHER_USER } from "../cli_place.ts";
import { CAUSES, writeReport } from "../cli_reports.ts";

/** A place that belongs to the user whom permissions stop. */
function deniedPlace(): CliPlace {
  return new CliPlace({ user: "denied" });
}

function gpuPanic(place: CliPlace, name = "real.panic"): string {
  return writeReport(place, {
    name,
    form: "panic_full",
    at: Temporal.Now.instant().subtract({ minutes: 10 }).round("second"),
    cause: CAUSES.prepareCount,
  });
}

function words(text: string): string {
  return text.split(/\s+/).join(" ");
}

/** Moves a file's own time into the past. */
function age(path: string, hours: number): void {
  const seconds = Temporal.Now.instant().epochMilliseconds / 1_000 -
    hours * 3_600;
  Deno.utimeSync(path, seconds, seconds);
}

Deno.test("who runs the program in these tests is stopped by permissions", async () => {
  // Kills: a place in which nothing is denied, where all the tests below would prove nothing.
  using place = deniedPlace();
  const secret = `${place.root}/secret`;
  Deno.writeTextFileSync(secret, "");
  place.handOver();
  place.close(secret);
  const shell = `cat '${secret}'; echo "cat ended with $?"; exec "$@" -q`;
  const { stdout } = await place.run(["panic-gate"], { shell });
  assert.ok(!stdout.includes("ended with 0"), stdout);
});

Deno.test("a denied report folder gives exit 3 and the line that grants access", async () => {
  // Kills: "no panics" where nobody could look, and an answer without a way out.
  using place = deniedPlace();
  gpuPanic(place);
  place.handOver();
  place.close(place.reports);
  const { code, stdout } = await place.run(["panic-gate"]);
  assert.equal(code, 3);
  assert.match(stdout, /^CANNOT TELL/);
  assert.ok(words(stdout).includes(`sudo chmod o+rx ${place.reports}`), stdout);
  assert.ok(words(stdout).includes("Full Disk Access"));
  const json = await place.run(["panic-gate", "--json"]);
  const [unreadable] = JSON.parse(json.stdout)["unreadable_reports"];
  assert.deepEqual([json.code, unreadable.path], [3, place.reports]);
  // Kills: a folder that may be entered but not listed, taken for an empty one.
  place.close(place.reports, 0o311);
  assert.equal((await place.run(["panic-gate"])).code, 3);
});

Deno.test("a report folder that may be listed but not entered gives exit 3", async () => {
  // Kills: names without contents taken for reports that say nothing.
  using place = deniedPlace();
  gpuPanic(place);
  place.handOver();
  place.close(place.reports, 0o444);
  assert.equal((await place.run(["panic-gate"])).code, 3);
});

Deno.test("a denied folder on the way to the reports gives exit 3", async () => {
  // Kills: EACCES above the folder taken for "there is no such folder".
  using place = deniedPlace();
  const above = `${place.root}/above`;
  Deno.mkdirSync(`${above}/reports`, { recursive: true });
  place.handOver();
  place.close(above);
  const env = { METALGUARD_REPORT_DIRS: `${above}/reports` };
  assert.equal((await place.run(["panic-gate"], { env })).code, 3);
});

Deno.test("a denied report of today gives exit 3, one of last week is a note", async () => {
  // Kills: a new panic passed over because it cannot be opened; an old one that warns for ever.
  using place = deniedPlace();
  const path = gpuPanic(place);
  place.handOver();
  place.close(path);
  const today = await place.run(["panic-gate"]);
  assert.equal(today.code, 3);
  assert.ok(words(today.stdout).includes(`sudo chmod o+r ${path}`));
  age(path, 73);
  const old = await place.run(["panic-gate"]);
  assert.equal(old.code, 0);
  assert.ok(words(old.stdout).includes("permission denied"), old.stdout);
  age(path, 71);
  assert.equal((await place.run(["panic-gate"])).code, 3);
});

Deno.test("a denied report does not hide one that can be read, and a hold is told first", async () => {
  // Kills: exit 3, on which wrappers go on, although something is known that stops.
  using place = deniedPlace();
  const denied = gpuPanic(place, "denied.panic");
  gpuPanic(place, "readable.panic");
  place.handOver();
  place.close(denied);
  const { code, stdout } = await place.run(["panic-gate"]);
  assert.equal(code, 2);
  assert.ok(words(stdout).includes(denied), stdout);
  Deno.removeSync(`${place.reports}/readable.panic`);
  assert.equal((await place.run(["hold"])).code, 0);
  assert.equal((await place.run(["panic-gate"])).code, 2);
});

Deno.test("denied reports of aborts and Jetsam kills change nothing", async () => {
  // Kills: exit 3 on every Mac, where Jetsam reports belong to another group.
  using place = deniedPlace();
  const names = ["JetsamEvent-one.ips", "python3.ips", "one.gpuRestart"];
  for (const name of names) {
    Deno.writeTextFileSync(`${place.reports}/${name}`, "{}");
  }
  place.handOver();
  for (const name of names) place.close(`${place.reports}/${name}`);
  const { code, stdout } = await place.run(["panic-gate"]);
  assert.equal(code, 0);
  assert.match(words(stdout), /3 reports of aborts/);
});

Deno.test("a denied hold file is strict: exit 2, never 3, and the way out works", async () => {
  // Kills: a hold that can be lifted by `chmod 000`, an open gate on a file that sudo left behind.
  using place = deniedPlace();
  place.handOver();
  assert.equal((await place.run(["hold", "--for", "5m"])).code, 0);
  place.close(place.state, 0o500);
  Deno.chmodSync(place.sentinel, 0);
  for (let i = 0; i < 2; i++) {
    const { code, stdout } = await place.run(["panic-gate"]);
    assert.equal(code, 2, stdout);
    assert.ok(
      words(stdout).includes(`chown -R "$USER" ${place.state}`),
      stdout,
    );
  }
  const refused = await place.run(["hold", "--clear"]);
  assert.equal(refused.code, 1);
  assert.match(
    refused.stderr,
    /^metal-guard: Cannot .*: permission denied(?:; remove it by hand: sudo rm -r .*)?\n$/,
  );
  Deno.chmodSync(place.state, 0o700);
  assert.equal((await place.run(["hold", "--clear"])).code, 0);
  assert.equal((await place.run(["panic-gate"])).code, 0);
});

Deno.test("a denied state folder is strict: a hold may be in it", async () => {
  // Kills: "no hold" because the folder cannot be entered.
  using place = deniedPlace();
  place.handOver();
  assert.equal((await place.run(["hold", "--for", "5m"])).code, 0);
  place.close(place.state);
  const { code, stdout } = await place.run(["panic-gate"]);
  assert.equal(code, 2, stdout);
  assert.match(words(stdout), /permission denied/);
  const status = await place.run(["status"]);
  assert.ok(status.code <= 2);
  assert.match(words(status.stdout), /permission denied/);
  const ack = await place.run(["ack"]);
  assert.equal(ack.code, 0);
  for (const args of [["hold"], ["hold", "--clear"]]) {
    const run = await place.run(args);
    assert.deepEqual([run.code, run.stdout], [1, ""], run.stderr);
    assert.match(
      run.stderr,
      /^metal-guard: Cannot .*: permission denied(?:; remove it by hand: sudo rm -r .*)?\n$/,
    );
  }
});

Deno.test("an ack counts by its time, also where it cannot be opened; behind a denied HOME it is none", async () => {
  // Kills: reading where looking is enough; an ack assumed where nobody can look.
  using place = deniedPlace();
  gpuPanic(place, "a.panic");
  gpuPanic(place, "b.panic");
  place.handOver();
  assert.equal((await place.run(["panic-gate"])).code, 2);
  assert.equal((await place.run(["ack"])).code, 0);
  place.close(place.ack);
  assert.equal((await place.run(["panic-gate"])).code, 0);
  place.close(place.home);
  const { code, stdout } = await place.run(["panic-gate"], {
    env: { HOME: place.root, TEST_HOME: place.home },
  });
  assert.equal(code, 2, stdout);
});

Deno.test("in a read-only HOME ack and hold end with 1 and one clear line, and leave nothing", async () => {
  // Kills: success that was none, a stack trace, half a file.
  using place = deniedPlace();
  place.handOver();
  place.close(place.home, 0o555);
  for (
    const args of [["ack"], ["ack", "--json"], ["hold"], ["hold", "--json"]]
  ) {
    const { code, stdout, stderr } = await place.run(args);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(
      stderr,
      /^metal-guard: Cannot [^\n]*: permission denied(?:; remove it by hand: sudo rm -r .*)?\n$/,
    );
    assert.ok(stderr.includes(place.home), stderr);
  }
  for (const args of [["ack", "--clear"], ["hold", "--clear"]]) {
    assert.equal((await place.run(args)).code, 0);
  }
  assert.equal((await place.run(["panic-gate"])).code, 0);
  assert.deepEqual([...Deno.readDirSync(place.home)], []);
});

Deno.test("an ack that may not be removed says so", async () => {
  // Kills: "taken back" although it still counts.
  using place = deniedPlace();
  place.handOver();
  assert.equal((await place.run(["ack"])).code, 0);
  place.close(place.home, 0o555);
  const { code, stderr } = await place.run(["ack", "--clear"]);
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^metal-guard: Cannot remove .*: permission denied(?:; remove it by hand: sudo rm -r .*)?\n$/,
  );
});

Deno.test("a denied breadcrumb log costs its lines only", async () => {
  // Kills: a status that fails, or that shows an unreadable log as an empty one.
  using place = deniedPlace();
  Deno.mkdirSync(place.state, { recursive: true });
  const log = `${place.state}/metal_breadcrumb.log`;
  Deno.writeTextFileSync(log, "[2026-01-05 10:00:00] LOAD: some/model START\n");
  place.handOver();
  place.close(log);
  for (const args of [["status"], ["breadcrumb"]]) {
    const { code, stdout } = await place.run(args);
    assert.equal(code, 0);
    assert.match(words(stdout), /permission denied/);
  }
});

Deno.test("files that ack and hold make belong to HOME's owner and nobody else may read them", async () => {
  // Kills: files of root in a user's HOME after `sudo metal-guard`, which lock that user out. Started as root, HOME is
  // somebody else's here and the program runs as root.
  using place = new CliPlace();
  if (IS_ROOT) Deno.chownSync(place.home, OTHER_USER, OTHER_USER);
  const owner = Deno.statSync(place.home);
  assert.equal((await place.run(["ack", "--reason", "smaller"])).code, 0);
  assert.equal((await place.run(["hold", "--for", "2h"])).code, 0);
  const made = [place.ack, `${place.home}/.cache`, place.state, place.sentinel];
  for (const path of made) {
    const stat = Deno.statSync(path);
    assert.deepEqual([path, stat.uid], [path, owner.uid]);
    assert.equal((stat.mode ?? 0) & 0o077, 0, path);
  }
  // Kills: temporary files that a writer leaves behind.
  assert.deepEqual(
    [...Deno.readDirSync(place.state)].map((entry) => entry.name),
    ["panic-sentinel.json"],
  );
});
