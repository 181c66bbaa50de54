import assert from "node:assert/strict";
import {
  isPythonName,
  programOfCommand,
} from "../../lib/parse/python_command.ts";

Deno.test("programOfCommand() finds the program behind what only starts it", () => {
  // Kills: `env HF_HOME=/x python …` whose Python nobody looks at.
  for (
    const line of [
      "python3 -m mlx_lm server",
      "env A=1 B=2 python3 -m mlx_lm server",
      "/usr/bin/env -i PATH=/x python3 -m mlx_lm server",
      "nohup nice -n 5 python3 -m mlx_lm server",
      "caffeinate -dims python3 -m mlx_lm server",
      "env A=1 env B=2 nice -5 python3 -m mlx_lm server",
    ]
  ) {
    assert.deepEqual(programOfCommand(line.split(" ")), [
      "python3",
      "-m",
      "mlx_lm",
      "server",
    ]);
  }
});

Deno.test("programOfCommand() finds nothing where nothing is left, and ends", () => {
  // Kills: a command of a thousand `env` that takes a second.
  assert.equal(programOfCommand([]), undefined);
  assert.equal(programOfCommand(["env", "A=1"]), undefined);
  assert.equal(programOfCommand(Array(10_000).fill("env")), undefined);
});

Deno.test("isPythonName() knows Pythons by their names alone", () => {
  // Kills: `python-config` or `pythonista` taken for one; Apple's `Python` passed over.
  for (
    const name of [
      "python",
      "/a/python3",
      "python3.12",
      "python3.13t",
      "Python",
    ]
  ) assert.equal(isPythonName(name), true, name);
  for (
    const name of ["true", "python-config", "pythonw.sh", "python3.12.py", ""]
  ) assert.equal(isPythonName(name), false, name);
});
