import assert from "node:assert/strict";
import { runPlainProgram } from "../lib/run_program.ts";
import { CliPlace } from "./cli_place.ts";

Deno.test("a plain run as a process ends as its command does; what is no plain run ends the same way", async () => {
  // Kills: a short way that nobody takes, or from which there is no way to the whole program.
  assert.equal(typeof runPlainProgram, "function");
  using place = new CliPlace();
  for (
    const args of [
      ["run", "--", "sh", "-c", "echo out; exit 7"],
      [
        "run",
        "--label",
        "x",
        "--max-footprint",
        "1GiB",
        "--",
        "sh",
        "-c",
        "echo out; exit 7",
      ],
      ["run", "--label=x", "--", "sh", "-c", "echo out; exit 7"],
    ]
  ) {
    const { code, stdout } = await place.run(args);
    assert.deepEqual([code, stdout], [7, "out\n"], args.join(" "));
  }
  const bad = await place.run(["run", "--max-footprint", "26", "--", "true"]);
  assert.equal(bad.code, 64);
  assert.match(bad.stderr, /MiB or GiB/);
  const absent = await place.run(["run", "--", "/no/such/program"]);
  assert.equal(absent.code, 127);
});
