/**
 * State files, streams, working folders and time zones that nobody should give and somebody will. Each run ends within 20 s, without
 * a stack trace, without anything that a terminal obeys, and the gate never with 1 (`CliPlace` looks at that).
 */
import assert from "node:assert/strict";
import { CliPlace, command, type RunOptions } from "../cli_place.ts";
import type { CliRun } from "../cli_process.ts";
import { CAUSES, writeReport } from "../cli_reports.ts";

function gate(place: CliPlace, options: RunOptions = {}): Promise<CliRun> {
  return place.run(["panic-gate"], options);
}

function gpuPanic(place: CliPlace, name = "real.panic"): void {
  writeReport(place, {
    name,
    form: "panic_full",
    at: Temporal.Now.instant().subtract({ minutes: 10 }).round("second"),
    cause: CAUSES.nonPending528,
  });
}

/** Lines are filled to a terminal's width, and a long path breaks them. */
function words(text: string): string {
  return text.split(/\s+/).join(" ");
}

/** Things in the place of a state file. */
const NOT_FILES: Readonly<Record<string, (path: string) => void>> = {
  "a FIFO": (path) => command("mkfifo", path),
  "an empty folder": (path) => Deno.mkdirSync(path),
  "a full folder": (path) => {
    Deno.mkdirSync(path);
    Deno.writeTextFileSync(`${path}/inside`, "");
  },
  "2 GB": (path) => {
    Deno.writeTextFileSync(path, "");
    Deno.truncateSync(path, 2 * 2 ** 30);
  },
  "random bytes": (path) =>
    Deno.writeFileSync(path, crypto.getRandomValues(new Uint8Array(4_000))),
  "an empty file": (path) => Deno.writeTextFileSync(path, ""),
  "a link to itself": (path) => Deno.symlinkSync(path, path),
  "deep JSON": (path) => Deno.writeTextFileSync(path, "[".repeat(500_000)),
};

for (const [what, make] of Object.entries(NOT_FILES)) {
  Deno.test(`the hold file is ${what}: the gate waits, and hold --clear ends it or says how`, async () => {
    // Kills: a hang in open(), a crash, a damaged hold that counts as none, a hold that nobody can lift.
    using place = new CliPlace();
    Deno.mkdirSync(place.state, { recursive: true });
    make(place.sentinel);
    for (let i = 0; i < 2; i++) {
      const { code, stdout } = await gate(place);
      assert.equal(code, 2, stdout);
      assert.match(words(stdout), /hold --clear/);
    }
    assert.equal((await place.run(["status", "--json"])).code, 0);
    const cleared = await place.run(["hold", "--clear"]);
    if (what === "a full folder") {
      // Nothing of ours is in there, so it is not ours to remove.
      assert.equal(cleared.code, 1);
      assert.match(cleared.stderr, /^metal-guard: .*panic-sentinel\.json.*\n$/);
      assert.match(cleared.stderr, /rm -r/);
      assert.equal((await gate(place)).code, 2);
      return;
    }
    assert.deepEqual([cleared.code, cleared.stderr], [0, ""]);
    assert.equal((await gate(place)).code, 0);
  });

  Deno.test(`the ack is ${what}: only a file that a person made counts`, async () => {
    // Kills: a lockout lifted by a folder, a hang, an ack that cannot be given any more without a word.
    using place = new CliPlace();
    for (const name of ["a.panic", "b.panic"]) gpuPanic(place, name);
    make(place.ack);
    const isFile = Deno.lstatSync(place.ack).isFile;
    const { code, stdout } = await gate(place);
    // Its time is what counts, whatever stands in it: `touch` is an ack.
    assert.equal(code, isFile ? 0 : 2, stdout);
    const given = await place.run(["ack"]);
    if (given.code === 0) assert.equal((await gate(place)).code, 0);
    else {
      assert.equal(given.code, 1);
      assert.match(given.stderr, /^metal-guard: Cannot .*\.metal-guard-ack/);
      assert.ok(words(stdout).includes("rm -r"), stdout);
    }
  });
}

Deno.test("the breadcrumb log is a FIFO, a folder or a device: status goes on without it", async () => {
  // Kills: a hang on a pipe that nobody writes, a read of /dev/zero without end.
  using place = new CliPlace();
  Deno.mkdirSync(place.state, { recursive: true });
  const log = `${place.state}/metal_breadcrumb.log`;
  const makers = [
    () => command("mkfifo", log),
    () => Deno.mkdirSync(log),
    () => Deno.symlinkSync("/dev/zero", log),
    () => Deno.writeTextFileSync(log, "\u001b[31m\u0000\u009b\r\n".repeat(9)),
  ];
  for (const make of makers) {
    make();
    for (const args of [["status"], ["breadcrumb"], ["breadcrumb", "--json"]]) {
      assert.equal((await place.run(args)).code, 0);
    }
    Deno.removeSync(log);
  }
});

Deno.test("the working folder is gone: the program goes on", async () => {
  // Kills: a job that launchd starts in a removed folder and that never gets past its gate.
  using place = new CliPlace();
  gpuPanic(place);
  for (
    const [args, code] of [[["panic-gate"], 2], [["status"], 1], [
      ["ack"],
      0,
    ]] as const
  ) {
    const gone = `${place.root}/gone`;
    Deno.mkdirSync(gone);
    const run = await place.run(args, { env: { TEST_GONE_FOLDER: gone } });
    assert.deepEqual([run.code, run.stderr], [code, ""]);
  }
});

/** No file may grow any more: what a full disk is to a program, on every system. */
const DISK_FULL = "trap '' XFSZ; ulimit -f 0;";

for (
  const [what, shell] of Object.entries({
    "closed": 'exec "$@" >&-',
    "closed, all three": 'exec "$@" <&- >&- 2>&-',
    "full": `${DISK_FULL} exec "$@" >out`,
    "full, errors too": `${DISK_FULL} exec "$@" >out 2>err`,
  })
) {
  Deno.test(`standard output is ${what}: the gate's code stays what it is`, async () => {
    // Kills: a full disk under launchd's log that opens the gate, since wrappers take any other code as broken.
    using place = new CliPlace();
    for (const flags of [[], ["--json"]]) {
      assert.equal(
        (await place.run(["panic-gate", ...flags], { shell })).code,
        0,
      );
    }
    gpuPanic(place);
    for (const flags of [[], ["--json"], ["--wait=1s"]]) {
      const { code } = await place.run(["panic-gate", ...flags], { shell });
      assert.equal(code, 2, flags.join(" "));
    }
  });
}

const ZONES = [
  "",
  "Mars/Olympus",
  "../../etc/passwd",
  "/etc/localtime",
  "\u001b[31m",
  "UTC+25",
  "<+05>-5",
  "x".repeat(10_000),
];

for (const zone of ZONES) {
  Deno.test(`TZ=${JSON.stringify(zone.slice(0, 24))}: times are told in some zone, the answer stays`, async () => {
    // Kills: a name of a zone that Temporal does not take, which breaks the gate open.
    using place = new CliPlace();
    const env = { TZ: zone };
    assert.equal((await gate(place, { env })).code, 0);
    gpuPanic(place);
    const { code, stdout } = await place.run(["panic-gate", "--json"], { env });
    assert.equal(code, 2);
    assert.match(
      JSON.parse(stdout)["cooldown_until"],
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/,
    );
    assert.match((await gate(place, { env })).stdout, /\(UTC/);
    assert.equal((await place.run(["hold"], { env })).code, 0);
    assert.equal((await place.run(["ack"], { env })).code, 0);
  });
}
