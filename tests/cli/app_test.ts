import assert from "node:assert/strict";
import { runIn } from "../fakes/cli.ts";
import { World } from "../fakes/world.ts";

Deno.test("the list of commands is the one that is promised, each with a brief", async () => {
  // Kills: a command that nobody can find, or one without a word about it.
  const { out } = await runIn(new World(), ["--help"]);
  const commands = [
    ...out.slice(out.indexOf("COMMANDS")).matchAll(
      /^ {2}([a-z-]+) {2,}(\S.*)$/gm,
    ),
  ];
  assert.deepEqual(commands.map(([, name]) => name), [
    "status",
    "diagnose",
    "status-write",
    "panic-gate",
    "ack",
    "hold",
    "panics",
    "aborts",
    "advisories",
    "breadcrumb",
    "mode",
    "lock",
    "breaker",
    "orphan-scan",
    "fit",
    "run",
    "postmortem",
    "feedback",
    "hardware",
    "doctor",
    "registry",
    "safe-python",
    "launchd",
    "completions",
  ]);
  assert.match(out, /does not fix Apple's driver/);
});

Deno.test("help has no colour of its own", async () => {
  // Kills: escape sequences where NO_COLOR is set or output is a file.
  const { out } = await runIn(new World(), ["hold", "--help"]);
  assert.doesNotMatch(out.replaceAll("\n", ""), /\p{Cc}/u);
});
