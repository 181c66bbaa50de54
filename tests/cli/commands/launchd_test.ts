import assert from "node:assert/strict";
import { jsonIn, runIn } from "../../fakes/cli.ts";
import { FakeLaunchd } from "../../fakes/launchctl.ts";
import { HOME, World } from "../../fakes/world.ts";

const PATH = `${HOME}/Library/LaunchAgents/com.metal-guard.gate.plist`;

function world(): World {
  return new World({
    env: {
      METALGUARD_BIN: "/opt/metal-guard",
      METALGUARD_MODE: "observer",
      METALGUARD_PANIC_GATE_DISABLED: "1",
    },
  });
}

Deno.test("print shows the file and nothing else, with the variables that are set and safe to keep", async () => {
  // Kills: words on standard output that end up in the file; a job that looks for its state elsewhere than we do.
  const { code, out, err } = await runIn(world(), ["launchd", "print"]);
  assert.deepEqual([code, err], [0, ""]);
  assert.match(out, /^<\?xml version="1\.0"/);
  assert.match(out, /<\/plist>\n$/);
  assert.match(out, /<key>METALGUARD_MODE<\/key>\n {4}<string>observer</);
  assert.doesNotMatch(out, /DISABLED/);
  const json = await jsonIn(world(), ["launchd", "print", "gate"]);
  assert.equal(json["label"], "com.metal-guard.gate");
});

Deno.test("install only shows until --apply, then does it; uninstall likewise", async () => {
  // Kills: a dry run that writes; an --apply that does not.
  const one = world();
  const system = new FakeLaunchd(one.children);
  const shown = await runIn(one, ["launchd", "install", "gate"]);
  assert.equal(shown.code, 0);
  assert.match(shown.out, /the same command with --apply/);
  assert.match(shown.out, /\$ launchctl bootstrap gui\/501 /);
  assert.equal(one.store.text(PATH), undefined);
  const json = await jsonIn(one, ["launchd", "install", "gate"]);
  assert.deepEqual([json["dry_run"], json["found"]], [true, "nothing"]);

  const done = await runIn(one, ["launchd", "install", "gate", "--apply"]);
  assert.equal(done.code, 0);
  assert.match(done.out, /Done +wrote/);
  assert.equal(system.loaded.size, 1);
  assert.equal(
    (await jsonIn(one, ["launchd", "install", "gate"]))["found"],
    "same",
  );

  await runIn(one, ["launchd", "uninstall", "gate"]);
  assert.equal(system.loaded.size, 1);
  const gone = await runIn(one, ["launchd", "uninstall", "gate", "--apply"]);
  assert.equal(gone.code, 0);
  assert.deepEqual([system.loaded.size, one.store.text(PATH)], [0, undefined]);
});

Deno.test("what cannot be done ends with 1, what cannot be understood with 64", async () => {
  // Kills: a set-up script that goes on without its job.
  const one = world();
  const line = ["launchd", "install", "gate", "--apply"];
  const { code, out } = await runIn(one, line);
  assert.equal(code, 1);
  assert.match(out, /Problem +\/bin\/launchctl cannot be started/);
  for (
    const args of [["print", "stautus-writer"], ["print", "run"], [
      "uninstall",
      "run",
    ]]
  ) {
    assert.equal((await runIn(one, ["launchd", ...args])).code, 64);
  }
});

Deno.test("the status-writer, the job without a name, is installed with the command that it names", async () => {
  // Kills: a job that launchd starts for ever, and that ends with a usage error each time.
  const one = world();
  const system = new FakeLaunchd(one.children);
  const { code, out } = await runIn(one, ["launchd", "install", "--apply"]);
  assert.equal(code, 0);
  assert.match(out, /Done +wrote/);
  assert.deepEqual([...system.loaded.keys()], [
    "gui/501/com.metal-guard.status-writer",
  ]);
  const list = one.store.text(
    `${HOME}/Library/LaunchAgents/com.metal-guard.status-writer.plist`,
  ) ?? "";
  const [, array = ""] =
    /<key>ProgramArguments<\/key>\s*<array>([^]*?)<\/array>/.exec(list) ?? [];
  const [program, ...args] = [...array.matchAll(/<string>(.*?)<\/string>/g)]
    .map(([, word]) => word ?? "");
  assert.equal(program, "/opt/metal-guard");
  const once = await runIn(world(), [...args, "--once"]);
  assert.deepEqual([once.code, once.err], [0, ""]);
});
