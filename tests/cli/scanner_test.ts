import assert from "node:assert/strict";
import { ExitCode } from "@stricli/core";
import { exitCodeOfScanner } from "../../lib/cli/scanner.ts";
import { runIn } from "../fakes/cli.ts";
import { World } from "../fakes/world.ts";

Deno.test("the scanner's own codes become 64 for the user's mistakes and 70 for ours", () => {
  // Kills: a negative code, which a shell shows as 251.
  assert.equal(exitCodeOfScanner(ExitCode.UnknownCommand), 64);
  assert.equal(exitCodeOfScanner(ExitCode.InvalidArgument), 64);
  assert.equal(exitCodeOfScanner(ExitCode.CommandLoadError), 70);
  assert.equal(exitCodeOfScanner(ExitCode.InternalError), 70);
  assert.deepEqual([0, 1, 255].map(exitCodeOfScanner), [0, 1, 255]);
});

Deno.test("a command that was scanned ends with its own code", async () => {
  // Kills: the scanner's 0 in place of the command's 2.
  const world = new World().panic(1);
  world.clock.autoAdvance = true;
  const { code } = await runIn(world, ["panic-gate", "--wait=1s"]);
  assert.equal(code, 2);
});
