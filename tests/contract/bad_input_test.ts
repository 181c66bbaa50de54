/**
 * Command lines, variables, folders and files that nobody should give and somebody will. Each run ends within 20 s, without
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

const USAGE: readonly (readonly [readonly string[], RegExp])[] = [
  [["panic-gat"], /did you mean `panic-gate`\?/],
  [["statsu"], /did you mean `status`\?/],
  [["qqqqqqqqqqqq"], /`qqqqqqqqqqqq`.*metal-guard --help/],
  [["panic-gate", "--jsn"], /did you mean --json\?/],
  [["--jsn"], /did you mean --json\?/],
  [["panic-gate", "--quite"], /did you mean --quiet\?/],
  [["panic-gate", "-z"], /-z|alias z/],
  [["panic-gate", "now"], /"now"/],
  [["panic-gate", "--wait=soon"], /--wait: write a duration/],
  [["panic-gate", "--wait=-1s"], /--wait: write a duration/],
  [["panic-gate", "--wait=9999d"], /--wait: at most 366d/],
  [["hold", "--for"], /--for/],
  [["panic-gate", "--" + "x".repeat(100_000)], /No flag/],
  [["x".repeat(100_000)], /No command/],
  [["hold", "--for", "0"], /--for: write a duration/],
  [["hold", "--for", "31d"], /--for: at most 30d/],
  [["hold", "--for", "1e3s"], /--for: write a duration/],
  [["hold", "--for", "9".repeat(5_000)], /--for: write a duration/],
  [["ack", "--reason"], /--reason/],
  [["panics", "--since-hours", "x"], /--since-hours: write a number/],
  [["panics", "--since-hours", "NaN"], /--since-hours: write a number/],
  [["panics", "--since-hours", "-1"], /--since-hours: write a number/],
  [["panics", "--since-hours", "87601"], /--since-hours: write a number/],
  [["aborts", "--since-hours", "1e99"], /--since-hours: write a number/],
  [["breadcrumb", "-n", "1.5"], /--lines: write a whole number/],
  [["breadcrumb", "-n", "2001"], /--lines: write a whole number/],
  [["completions"], /shell/],
  [["advisories", "mlx"], /"mlx"/],
  [["launchd", "print", "run"], /launchd print run -- CMD/],
  [["launchd", "print", "\u001b[31mred"], /red" is no job/],
  [
    ["launchd", "install", "gate", "--program", "./mine"],
    /write its whole path/,
  ],
  [["completions", "tcsh"], /write bash, zsh or fish/],
  [["\u001b[31mred\u0007"], /red/],
  [["hold", "--for", "\u001b[31mred\u009b"], /red/],
  [["panic-gate", "--\u001b[31mred"], /red/],
];

for (const [args, said] of USAGE) {
  const shown = JSON.stringify(args.map((arg) => arg.slice(0, 24))).slice(
    1,
    -1,
  );
  Deno.test(`a command line that cannot be understood ends with 64: ${shown}`, async () => {
    // Kills: 2, which means "wait"; a bad value taken for the default; no word about what was meant.
    using place = new CliPlace();
    const { code, stdout, stderr } = await place.run(args);
    assert.deepEqual([code, stdout], [64, ""], stderr);
    assert.match(stderr, said);
    assert.ok(stderr.length < 400, stderr);
    assert.deepEqual([...Deno.readDirSync(place.home)], []);
  });
}

Deno.test("a value on the boundary is taken", async () => {
  // Kills: `<` instead of `<=` in the bounds above.
  using place = new CliPlace();
  const lines = [
    ["hold", "--for", "30d"],
    ["panics", "--since-hours", "87600"],
    ["panics", "--since-hours", "0"],
    ["breadcrumb", "-n", "2000"],
    ["breadcrumb", "-n", "0"],
  ];
  for (const args of lines) {
    assert.equal((await place.run(args)).code, 0, args.join(" "));
  }
});

for (
  const [what, home, said] of [
    ["no HOME", undefined, "HOME is not set"],
    ["an empty HOME", "", "HOME is not set"],
    ["a relative HOME", "some/where", "HOME is not an absolute path"],
  ] as const
) {
  Deno.test(`${what}: the gate still judges, ack and hold say why they cannot`, async () => {
    // Kills: a gate that opens because it cannot find holds; files in a folder that nobody named.
    using place = new CliPlace();
    const env = home === undefined ? { HOME: undefined } : { HOME: home };
    const open = await gate(place, { env });
    assert.equal(open.code, 0);
    assert.ok(words(open.stdout).includes(said), open.stdout);
    gpuPanic(place);
    assert.equal((await gate(place, { env })).code, 2);
    for (
      const args of [["ack"], ["ack", "--clear"], ["hold"], ["hold", "--clear"]]
    ) {
      const { code, stdout, stderr } = await place.run(args, { env });
      assert.equal(code, 64, args.join(" "));
      assert.equal(stdout, "");
      assert.match(stderr, /^metal-guard: .*HOME is not.*\n$/);
    }
    const status = await place.run(["status"], { env });
    assert.equal(status.code, 1);
    assert.ok(words(status.stdout).includes(said));
  });
}

Deno.test("HOME is a file: the gate still judges, ack and hold end with 1", async () => {
  // Kills: exit 3 or a crash because there can be no folder; a hold that nobody could have set.
  using place = new CliPlace();
  const file = `${place.root}/a-file`;
  Deno.writeTextFileSync(file, "");
  const env = { TEST_HOME: file };
  assert.equal((await gate(place, { env })).code, 0);
  gpuPanic(place);
  assert.equal((await gate(place, { env })).code, 2);
  assert.equal((await place.run(["status"], { env })).code, 1);
  for (const args of [["ack"], ["hold"]]) {
    const { code, stdout, stderr } = await place.run(args, { env });
    assert.deepEqual([code, stdout], [1, ""], stderr);
    assert.match(stderr, /^metal-guard: Cannot .*: .*\n$/);
  }
  assert.equal(Deno.readTextFileSync(file), "");
});

Deno.test("HOME that does not exist is as an empty one, and is not made by asking", async () => {
  // Kills: folders that appear wherever HOME points.
  using place = new CliPlace();
  const env = { HOME: `${place.root}/not/there` };
  assert.equal((await gate(place, { env })).code, 0);
  assert.equal((await place.run(["status"], { env })).code, 0);
  assert.throws(() => Deno.statSync(`${place.root}/not`), Deno.errors.NotFound);
});

Deno.test("a report folder that is a file or a FIFO cannot be told from evidence: exit 3", async () => {
  // Kills: "no panics" where nobody could look; a gate that waits for a writer.
  using place = new CliPlace();
  const file = `${place.root}/a-file`;
  Deno.writeTextFileSync(file, "");
  const fifo = `${place.root}/a-fifo`;
  command("mkfifo", fifo);
  for (const path of [file, fifo]) {
    const env = { METALGUARD_REPORT_DIRS: path };
    const { code, stdout } = await gate(place, { env });
    assert.equal(code, 3);
    assert.ok(words(stdout).includes(`ls -ld ${path}`), stdout);
  }
  const env = { METALGUARD_REPORT_DIRS: `${place.root}/absent` };
  assert.equal((await gate(place, { env })).code, 0);
});

/** Things that are named like a report. Each has its own words in the answer. */
const IMPOSTORS: Readonly<
  Record<string, {
    readonly make: (path: string) => void;
    readonly said: RegExp;
  }>
> = {
  "a FIFO": { make: (path) => command("mkfifo", path), said: /FIFO/ },
  "a folder": { make: (path) => Deno.mkdirSync(path), said: /it is a folder/ },
  "a link to itself": {
    make: (path) => Deno.symlinkSync(path, path),
    said: /link leads nowhere/,
  },
  "a link to nothing": {
    make: (path) => Deno.symlinkSync(`${path}-absent`, path),
    said: /link leads nowhere/,
  },
  "a link to a folder": {
    make: (path) => Deno.symlinkSync("/", path),
    said: /it is a folder/,
  },
  "a link to a device": {
    make: (path) => Deno.symlinkSync("/dev/zero", path),
    said: /FIFO, socket or device/,
  },
  "a file of 2 GB": {
    make: (path) => {
      Deno.writeTextFileSync(path, "");
      Deno.truncateSync(path, 2 * 2 ** 30);
    },
    said: /says nothing of one/,
  },
  "an empty file": {
    make: (path) => Deno.writeTextFileSync(path, ""),
    said: /says nothing of one/,
  },
  "random bytes": {
    make: (path) =>
      Deno.writeFileSync(path, crypto.getRandomValues(new Uint8Array(60_000))),
    said: /says nothing of one/,
  },
};

for (const [what, { make, said }] of Object.entries(IMPOSTORS)) {
  Deno.test(`${what} named x.panic is told of, and hides no real panic`, async () => {
    // Kills: a hang, a crash, gigabytes read, silence; a gate that stops looking after it.
    using place = new CliPlace();
    make(`${place.reports}/x.panic`);
    const open = await gate(place);
    assert.equal(open.code, 0, open.stdout);
    assert.match(words(open.stdout), said);
    assert.ok(open.stdout.includes(`${place.reports}/x.panic`));
    gpuPanic(place);
    assert.equal((await gate(place)).code, 2);
    assert.equal((await place.run(["panics"])).code, 1);
  });
}

const STRANGE_NAMES: Readonly<Record<string, string>> = {
  "a line break": "a\nGO  all is well.panic",
  "an escape sequence": "\u001b[2J\u001b[31mred.panic",
  "a C1 control": "\u009b31mred.panic",
  "turned writing": "\u202ecinap.panic",
  "quotes and a command":
    "'; touch owned; echo '$(touch owned)`touch owned`.panic",
  "a leading dash": "-rf.panic",
  "spaces": "  two  spaces  .panic",
  "200 characters and more": `${"n".repeat(240)}.panic`,
};

for (const [what, name] of Object.entries(STRANGE_NAMES)) {
  Deno.test(`a report whose name holds ${what} is read, and shown harmlessly`, async () => {
    // Kills: a name that moves the cursor, adds a line of its own or breaks out of quotes; a panic lost for its name.
    using place = new CliPlace();
    gpuPanic(place, name);
    const text = await gate(place);
    assert.equal(text.code, 2);
    assert.doesNotMatch(text.stdout, /^GO/m);
    const { code, stdout } = await place.run(["panic-gate", "--json"]);
    assert.equal(code, 2);
    // Kills: a file that a program cannot find because its name was cleaned in the JSON too.
    assert.equal(
      JSON.parse(stdout)["newest_panic"]["source_file"],
      `${place.reports}/${name}`,
    );
    for (const line of [["panics"], ["status"], ["aborts"]]) {
      await place.run(line);
    }
  });
}

Deno.test("a report whose name is no UTF-8 is not passed over in silence", async () => {
  // Kills: "no panics" although a report lies there that Deno cannot open by its name.
  using place = new CliPlace();
  const made = new Deno.Command("/bin/sh", {
    args: ["-c", String.raw`: >"$(printf 'a\377\376b.panic')"`],
    cwd: place.reports,
    stderr: "null",
  }).outputSync();
  if (!made.success) {
    // APFS takes no such name: then there is nothing that could be passed over.
    assert.deepEqual([...Deno.readDirSync(place.reports)], []);
    return;
  }
  const { code, stdout } = await gate(place);
  assert.equal(code, 3, stdout);
  gpuPanic(place);
  assert.equal((await gate(place)).code, 2);
});

Deno.test("5,000 junk files hide no panic and cost no more than a moment", async () => {
  // Kills: a listing that stops early, work that grows with the square of the files.
  using place = new CliPlace();
  for (let i = 0; i < 5_000; i++) {
    const end = ["txt", "panic.txt", "ips.synced", "diag", "spin"][i % 5];
    Deno.writeTextFileSync(`${place.reports}/junk-${i}.${end}`, "panic(cpu 0");
  }
  assert.equal((await gate(place)).code, 0);
  gpuPanic(place);
  const { code, stdout } = await gate(place);
  assert.equal(code, 2);
  assert.ok(!stdout.includes("junk"), stdout);
});

const BAD_VARIABLES: readonly (readonly [string, string])[] = [
  ["METALGUARD_PANIC_COOLDOWN_STAGE1_H", "two"],
  ["METALGUARD_PANIC_COOLDOWN_STAGE1_H", "-1"],
  ["METALGUARD_PANIC_COOLDOWN_STAGE1_H", "NaN"],
  ["METALGUARD_PANIC_COOLDOWN_STAGE1_H", "Infinity"],
  ["METALGUARD_PANIC_LOCKOUT_24H_N", "0"],
  ["METALGUARD_PANIC_LOCKOUT_24H_N", "1.5"],
  ["METALGUARD_PANIC_LOCKOUT_72H_N", "1e99"],
  ["METALGUARD_PANIC_LOCKOUT_72H_N", "-3"],
  ["METALGUARD_PANIC_LOCKOUT_MAX_H", "∞"],
  ["METALGUARD_PANIC_LOCKOUT_MAX_H", "9".repeat(100_000)],
  ["METALGUARD_MODE", "\u001b[31mreckless\u0007"],
  ["METALGUARD_REPORT_DIRS", ":::"],
];

for (const [name, value] of BAD_VARIABLES) {
  Deno.test(`${name}=${JSON.stringify(value).slice(0, 30)} is told of, and the default holds`, async () => {
    // Kills: NaN in a comparison, which lets everything through; a raw value on a terminal; a crash.
    using place = new CliPlace();
    // A list of folders that means nothing means those of macOS, and this is the one that a test may fill.
    const library = `${place.home}/Library/Logs/DiagnosticReports`;
    Deno.mkdirSync(library, { recursive: true });
    gpuPanic(place);
    Deno.renameSync(`${place.reports}/real.panic`, `${library}/real.panic`);
    const env = { METALGUARD_REPORT_DIRS: library, [name]: value };
    const { code, stdout } = await gate(place, { env });
    assert.equal(code, 2, stdout);
    assert.ok(words(stdout).includes(`${name}=`), stdout);
    assert.ok(stdout.length < 4_000);
    await place.run(["mode"], { env });
    await place.run(["status"], { env });
  });
}

Deno.test("a huge count switches nothing off by itself", async () => {
  // Kills: an overflow on the way to hours or milliseconds.
  using place = new CliPlace();
  gpuPanic(place);
  const env = {
    METALGUARD_PANIC_COOLDOWN_STAGE1_H: "1e300",
    METALGUARD_PANIC_LOCKOUT_24H_N: "9007199254740991",
  };
  assert.equal((await gate(place, { env })).code, 2);
  const zero = { METALGUARD_PANIC_COOLDOWN_STAGE1_H: "0" };
  assert.equal((await gate(place, { env: zero })).code, 0);
});
