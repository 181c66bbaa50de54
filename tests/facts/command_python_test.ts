import assert from "node:assert/strict";
import { pythonOfCommand } from "../../lib/facts/command_python.ts";
import { PythonWorld } from "../fakes/python_world.ts";

function find(world: PythonWorld, line: string): string | undefined {
  return pythonOfCommand(world.ports, line.split(" "));
}

Deno.test("pythonOfCommand() finds interpreters and the scripts they start", () => {
  // Kills: `mlx_lm.server` of an environment that is judged by the Python on PATH.
  const world = new PythonWorld();
  world.store.put("/v/bin/mlx_lm.server", "#!/v/bin/python3.12\nimport sys\n")
    .put("/usr/bin/mlx_lm.generate", "#!/usr/bin/env python3\n")
    .put(
      "/w/bin/long",
      '#!/bin/sh\n\'\'\'exec\' "/w w/bin/python" "$0" "$@"\n',
    );
  assert.equal(find(world, "python3 -m mlx_lm server"), "python3");
  assert.equal(find(world, "env A=1 /v/bin/python x.py"), "/v/bin/python");
  assert.equal(
    find(world, "/v/bin/mlx_lm.server --port 1"),
    "/v/bin/mlx_lm.server",
  );
  assert.equal(find(world, "mlx_lm.generate"), "/usr/bin/mlx_lm.generate");
  assert.equal(find(world, "/w/bin/long"), "/w/bin/long");
});

Deno.test("pythonOfCommand() finds none in what is no Python's", () => {
  // Kills: `true` judged by the Python that lies in the same folder; a FIFO that is read without end.
  const world = new PythonWorld().python("/usr", "3.11");
  world.store.put("/usr/bin/true", "\x7fELF").put(
    "/usr/bin/sh",
    "#!/bin/dash\n",
  )
    .putFolder("/usr/bin/folder");
  for (
    const line of [
      "true",
      "/usr/bin/sh -c python3",
      "/gone",
      "nowhere",
      "folder",
      "/usr/bin/folder",
    ]
  ) assert.equal(find(world, line), undefined, line);
});

Deno.test("pythonOfCommand() takes uv's environment of this folder, if it has one", () => {
  // Kills: the system's Python judged in place of the project's.
  const world = new PythonWorld();
  assert.equal(find(world, "uv run mlx_lm.server"), undefined);
  world.store.putFolder("/job/.venv");
  assert.equal(find(world, "uv run mlx_lm.server"), undefined);
  world.env["PWD"] = "/job";
  assert.equal(find(world, "uv run mlx_lm.server"), "/job/.venv");
  assert.equal(find(world, "uv pip install mlx"), undefined);
});

Deno.test("pythonOfCommand() sees through pyenv's shims", () => {
  // Kills: a shim, which is a shell's script, taken for no Python.
  const world = new PythonWorld();
  world.store.put(
    "/p/shims/mlx_lm.server",
    "#!/usr/bin/env bash\nexec pyenv exec\n",
  );
  assert.equal(find(world, "/p/shims/mlx_lm.server"), "/p/shims/mlx_lm.server");
});
