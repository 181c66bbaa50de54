import assert from "node:assert/strict";
import { VERSION } from "../../lib/version.ts";
import { jsonIn, runIn } from "../fakes/cli.ts";
import { World } from "../fakes/world.ts";

Deno.test("without a command it is status", async () => {
  // Kills: a usage page where a person wants the picture.
  const world = new World();
  const { out } = await runIn(world, []);
  assert.match(out, /^metal-guard \d+\.\d+\.\d+ {2}OK$/m);
  assert.equal((await runIn(world, ["status"])).out, out);
});

Deno.test("--json may stand before or after the command, or without one", async () => {
  // Kills: a script that puts its flags first and gets text.
  const world = new World();
  const after = (await runIn(world, ["panic-gate", "--json"])).out;
  assert.equal((await runIn(world, ["--json", "panic-gate"])).out, after);
  assert.equal(JSON.parse(after).exit_code, 0);
  assert.equal((await jsonIn(world, []))["health"], "ok");
});

Deno.test("an unknown command or flag is 64 with a suggestion, on standard error", async () => {
  // Kills: exit 2, which wrappers read as "wait"; a mistake that runs `status`.
  for (
    const [args, suggestion] of [
      [["panic-gat"], "panic-gate"],
      [["staus"], "status"],
      [["hold", "--fr", "2h"], "--for"],
      [["panic-gate", "--jsn"], "--json"],
      [["--jsn"], "--json"],
    ] as const
  ) {
    const { code, out, err } = await runIn(new World(), args);
    assert.deepEqual([code, out], [64, ""], args.join(" "));
    assert.ok(err.includes(suggestion), err);
  }
});

Deno.test("a value that cannot be used is 64 and named by its flag", async () => {
  // Kills: `--for` of nonsense that holds for two hours.
  for (
    const args of [
      ["hold", "--for", "soon"],
      ["hold", "--for", "31d"],
      ["panics", "--since-hours", "-1"],
      ["panics", "--since-hours", "many"],
      ["breadcrumb", "-n", "1.5"],
      ["panic-gate", "--wait=never"],
      ["completions", "tcsh"],
      ["completions"],
      ["status", "extra"],
    ]
  ) {
    const { code, out, err } = await runIn(new World(), args);
    assert.deepEqual([code, out], [64, ""], args.join(" "));
    assert.ok(err.length > 10);
  }
  const { err } = await runIn(new World(), ["hold", "--for", "\u001b[2Jx"]);
  assert.match(err, /Cannot use " ?\[2Jx" for --for: write a duration/);
  assert.doesNotMatch(err.replaceAll("\n", ""), /\p{Cc}/u);
});

Deno.test("--version and --help end with 0 on standard output", async () => {
  // Kills: a help that goes to stderr, so that `| less` is empty.
  assert.deepEqual(await runIn(new World(), ["--version"]), {
    code: 0,
    out: `${VERSION}\n`,
    err: "",
  });
  const { code, out } = await runIn(new World(), ["--help"]);
  assert.equal(code, 0);
  assert.match(out, /panic-gate/);
});

Deno.test("every command shows its help without touching the machine", async () => {
  // Kills: `ack --help` that acknowledges; a help without an example or exit codes.
  for (
    const name of [
      "status",
      "panic-gate",
      "ack",
      "hold",
      "panics",
      "aborts",
      "advisories",
      "breadcrumb",
      "mode",
      "safe-python",
      "completions",
    ]
  ) {
    const world = new World();
    let effects = 0;
    world.store.onEffect = () => {
      effects += 1;
    };
    const { code, out } = await runIn(world, [name, "--help"]);
    assert.deepEqual([code, effects, world.store.opened], [0, 0, []], name);
    assert.match(out, new RegExp(`metal-guard ${name}`), name);
    if (name !== "completions") assert.match(out, /Exit code/, name);
    assert.doesNotMatch(out.replaceAll("\n", ""), /\p{Cc}/u);
  }
});

Deno.test("safe-python's arguments never meet the scanner", async () => {
  // Kills: python's own `--help` or `-c` taken for ours; a silent 0 for a safe-python that did not run.
  const world = new World({ env: { PATH: "/bin" } });
  world.store.put("/bin/python3", "", { mode: 0o755 });
  world.children.put("/bin/python3", { exitCode: 7 });
  const { code } = await runIn(world, ["safe-python", "-c", "1", "--json"]);
  assert.equal(code, 7);
  assert.deepEqual(world.children.starts[0]?.args, ["-c", "1", "--json"]);
  const first = await runIn(world, ["--json", "safe-python", "-c", "1"]);
  assert.equal(first.code, 64);
});

Deno.test("completion answers one proposal a line and never fails the shell", async () => {
  // Kills: a shell that hangs or prints errors at each tab.
  const { code, out, err } = await runIn(new World(), ["__complete", "pan"]);
  assert.deepEqual([code, out.split("\n").sort(), err], [0, [
    "",
    "panic-gate",
    "panics",
  ], ""]);
  const shells = await runIn(new World(), ["__complete", "completions", ""]);
  assert.match(shells.out, /^bash\nzsh\nfish$/m);
});
