import assert from "node:assert/strict";
import { findPython } from "../../lib/facts/python_place.ts";
import type { PythonPlace } from "../../lib/facts/python_types.ts";
import { PythonWorld } from "../fakes/python_world.ts";

function found(world: PythonWorld, asked?: string): PythonPlace {
  const place = findPython(world.ports, asked);
  assert.ok(place.kind === "known", JSON.stringify(place));
  return place.value;
}

function why(world: PythonWorld, asked?: string): string {
  const place = findPython(world.ports, asked);
  return place.kind === "unknown" ? place.because : "known";
}

Deno.test("findPython() takes the active environment, else python3 on PATH", () => {
  // Kills: the system's Python judged while another one is active.
  const world = new PythonWorld().python("/usr", "3.11")
    .venv("/v", "/usr", "3.11");
  world.store.putFolder("/c/conda-meta");
  world.python("/c", "3.12");
  assert.equal(found(world).interpreter, "/usr/bin/python3");
  world.env["CONDA_PREFIX"] = "/c";
  assert.deepEqual(
    [found(world).kind, found(world).version],
    ["conda", "3.12"],
  );
  world.env["VIRTUAL_ENV"] = "/v/";
  assert.deepEqual(
    [found(world).kind, found(world).interpreter],
    ["venv", "/v/bin/python"],
  );
});

Deno.test("findPython() sees only an environment's own packages, unless it says otherwise", () => {
  // Kills: the user's packages counted for a virtual environment that does not see them, or the other way round.
  const world = new PythonWorld().python("/opt/py", "3.12")
    .venv("/v", "/opt/py", "3.12")
    .venv(
      "/s",
      "/opt/py",
      "3.12",
      "include-system-site-packages = true\nuv = 0.9\n",
    );
  const closed = found(world, "/v/bin/python");
  assert.ok(closed.folders.every((path) => path.startsWith("/v/")));
  const open = found(world, "/s");
  assert.equal(open.kind, "uv");
  const at = (path: string): number => open.folders.indexOf(path);
  const order = [
    at("/s/lib/python3.12/site-packages"),
    at("/Users/ada/.local/lib/python3.12/site-packages"),
    at("/opt/py/lib/python3.12/site-packages"),
  ];
  assert.ok(order.every((place) => place >= 0), open.folders.join());
  assert.deepEqual(order, order.toSorted((a, b) => a - b));
});

Deno.test("findPython() follows Homebrew's links into the framework", () => {
  // Kills: /opt/homebrew/bin taken for the installation, in which no package is.
  const world = new PythonWorld();
  const cellar = "/opt/homebrew/Cellar/python@3.12/3.12.7";
  const framework = `${cellar}/Frameworks/Python.framework/Versions/3.12`;
  world.python(framework, "3.12");
  world.store.putLink(
    `${cellar}/bin/python3`,
    "../Frameworks/Python.framework/Versions/3.12/bin/python3",
  ).putLink(
    "/opt/homebrew/bin/python3",
    "../Cellar/python@3.12/3.12.7/bin/python3",
  );
  world.env["PATH"] = "/opt/homebrew/bin:/usr/bin";
  const place = found(world);
  assert.equal(place.prefix, framework);
  assert.equal(
    place.folders[0],
    "/Users/ada/Library/Python/3.12/lib/python/site-packages",
  );
  assert.equal(
    world.store.list(place.folders[1] ?? "").length,
    0,
    "the folder is reached",
  );
});

Deno.test("findPython() goes from a script to its Python, and from Apple's stub to the tools' one", () => {
  // Kills: `mlx_lm.server` of pipx or uv judged by the wrong Python's packages.
  const world = new PythonWorld().python("/opt/py", "3.12")
    .venv("/tools/mlx-lm", "/opt/py", "3.12");
  world.store.put("/other/mlx_lm.server", "#!/tools/mlx-lm/bin/python\n")
    .putLink("/Users/ada/.local/bin/mlx_lm.server", "/other/mlx_lm.server");
  world.env["PATH"] = "/Users/ada/.local/bin";
  assert.equal(found(world, "mlx_lm.server").prefix, "/tools/mlx-lm");

  const tools = "/Library/Developer/CommandLineTools";
  const framework =
    `${tools}/Library/Frameworks/Python3.framework/Versions/3.9`;
  const mac = new PythonWorld().python(framework, "3.9");
  mac.store.put("/usr/bin/python3", "stub")
    .putLink(
      `${tools}/usr/bin/python3`,
      "../../Library/Frameworks/Python3.framework/Versions/3.9/bin/python3",
    );
  assert.equal(found(mac).prefix, framework);
});

Deno.test("findPython() counts PYTHONPATH first, as Python does", () => {
  // Kills: a checkout put in front of the installed mlx that nobody sees.
  const world = new PythonWorld().python("/usr", "3.11");
  world.env["PYTHONPATH"] = "/src::/more";
  assert.deepEqual(found(world).folders.slice(0, 2), ["/src", "/more"]);
});

Deno.test("findPython() says why it cannot tell, and never goes round for ever", () => {
  // Kills: a guess in place of "unknown"; links and scripts that lead to themselves.
  const world = new PythonWorld();
  world.store.put("/l/bin/launcher", "#!/bin/sh\n")
    .put("/l/self", "#!/l/python\n").putLink("/l/python", "/l/self")
    .putLink("/l/a", "/l/b").putLink("/l/b", "/l/a")
    .putOther("/l/fifo").putFolder("/empty")
    .put("/bad/pyvenv.cfg", "home = /x\n").put("/bad/bin/python", "");
  assert.match(why(world), /python3 is not on PATH/);
  assert.match(why(world, "/l/bin/launcher"), /may be a launcher/);
  assert.match(why(world, "/l/self"), /leads in a circle/);
  assert.match(why(world, "/l/a"), /may be a launcher/);
  assert.match(why(world, "/l/fifo"), /is no program/);
  assert.match(why(world, "/empty"), /is no program/);
  assert.match(why(world, "/absent/python"), /is no program/);
  assert.match(why(world, "/bad"), /names no version/);
  assert.equal(world.store.opened.includes("/l/fifo"), false);
});

Deno.test("findPython() keeps an environment whose Python is gone", () => {
  // Kills: "no program" after an upgrade of Homebrew's Python, while the packages are all there.
  const world = new PythonWorld().venv("/v", "/gone", "3.12");
  assert.equal(found(world, "/v/bin/python").version, "3.12");
});
