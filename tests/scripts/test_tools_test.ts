import assert from "node:assert/strict";
import { FLEET_TOOLS, isOnPath, planTools } from "../../scripts/test_tools.ts";

function plan(
  platform: string,
  isRoot: boolean,
  programs: string,
): ReturnType<typeof planTools> {
  const here = programs.split(" ");
  return planTools({
    platform,
    isRoot,
    has: (name) => here.includes(name),
    hasModule: (name) => here.includes(`module:${name}`),
  });
}

Deno.test("planTools() is ready when all programs of this platform are here", () => {
  // Kills: asking a Mac for setpriv, which it does not have.
  assert.equal(
    plan(
      "linux",
      true,
      "bash setpriv shellcheck zsh fish python3 module:ensurepip plistutil tmux curl ps cc git shasum",
    ).kind,
    "ready",
  );
  assert.equal(
    plan(
      "darwin",
      false,
      "bash shellcheck zsh fish python3 tmux curl ps git shasum",
    ).kind,
    "ready",
  );
});

Deno.test("planTools() installs for root on Debian only", () => {
  // Kills: installing without an index; sudo behind somebody's back.
  assert.deepEqual(
    plan(
      "linux",
      true,
      "apt-get bash zsh fish python3 module:ensurepip plistutil tmux curl ps cc git shasum",
    ),
    {
      kind: "install",
      commands: [
        ["apt-get", "update"],
        [
          "apt-get",
          "install",
          "-y",
          "--no-install-recommends",
          "util-linux",
          "shellcheck",
        ],
      ],
    },
  );
  assert.deepEqual(
    plan(
      "linux",
      false,
      "apt-get bash setpriv zsh fish python3 module:ensurepip plistutil tmux curl ps cc git shasum",
    ),
    {
      kind: "ask",
      line:
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends shellcheck",
      missing: ["shellcheck"],
    },
  );
  assert.deepEqual(
    plan(
      "linux",
      true,
      "bash setpriv zsh fish python3 module:ensurepip plistutil tmux curl ps cc git shasum",
    ),
    {
      kind: "ask",
      line: "install shellcheck with your system's package manager",
      missing: ["shellcheck"],
    },
  );
  assert.deepEqual(
    plan("darwin", true, "bash zsh fish python3 tmux curl ps git shasum"),
    {
      kind: "ask",
      line: "brew install shellcheck",
      missing: ["shellcheck"],
    },
  );
});

Deno.test("planTools() asks for what Debian cuts off from Python, by its package", () => {
  // Kills: a python3 that is here but cannot make a virtual environment; a package named after a command line.
  const answer = plan(
    "linux",
    false,
    "apt-get bash setpriv shellcheck zsh fish python3 tmux curl ps plistutil cc git shasum",
  );
  assert.deepEqual(answer, {
    kind: "ask",
    line:
      "sudo apt-get update && sudo apt-get install -y --no-install-recommends python3-venv",
    missing: ["python3 -m venv"],
  });
});

Deno.test("isOnPath() finds executable files, not folders or plain files", () => {
  // Kills: a folder of that name that passes for the program.
  const folder = Deno.makeTempDirSync();
  Deno.mkdirSync(`${folder}/dir`);
  Deno.writeTextFileSync(`${folder}/plain`, "", { mode: 0o600 });
  Deno.writeTextFileSync(`${folder}/tool`, "", { mode: 0o700 });
  const path = `/nowhere:${folder}/plain:${folder}`;
  assert.deepEqual(
    ["tool", "plain", "dir", "absent"].map((name) => isOnPath(name, path)),
    [true, false, false, false],
  );
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("planTools() names a package once for two programs of it, and takes other tools than the usual", () => {
  // Kills: `apt-get install prometheus prometheus`; a fleet that asks for zsh.
  const answer = planTools({
    platform: "linux",
    isRoot: false,
    has: (name) => name === "apt-get",
    hasModule: () => false,
  }, FLEET_TOOLS);
  assert.deepEqual(answer, {
    kind: "ask",
    line:
      "sudo apt-get update && sudo apt-get install -y --no-install-recommends prometheus prometheus-node-exporter",
    missing: ["prometheus", "promtool", "prometheus-node-exporter"],
  });
});
