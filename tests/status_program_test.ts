import assert from "node:assert/strict";
import { runStatusProgram } from "../lib/status_program.ts";
import { CliPlace } from "./cli_place.ts";

Deno.test("status --json as a process is one object, with the code of its health", async () => {
  // Kills: a short way that nobody takes, or that prints nothing.
  assert.equal(typeof runStatusProgram, "function");
  using place = new CliPlace();
  for (const args of [["status", "--json"], ["--json"]]) {
    const { code, stdout, stderr } = await place.run(args);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.equal(JSON.parse(stdout).health, "ok");
  }
});
