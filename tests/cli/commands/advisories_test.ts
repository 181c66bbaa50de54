import assert from "node:assert/strict";
import { jsonIn, runIn } from "../../fakes/cli.ts";
import { World } from "../../fakes/world.ts";

const SITE = "/v/lib/python3.12/site-packages";

function worldWith(packages: Readonly<Record<string, string>>): World {
  const world = new World();
  world.store.put("/v/bin/python", "")
    .put("/v/pyvenv.cfg", "home = /usr/bin\nversion = 3.12.1\n")
    .putFolder(SITE);
  for (const [name, version] of Object.entries(packages)) {
    world.store.put(
      `${SITE}/${name.replaceAll("-", "_")}-${version}.dist-info/METADATA`,
      `Name: ${name}\nVersion: ${version}\n`,
    );
  }
  return world;
}

Deno.test("advisories ends with 0, 1, 2 or 3, and starts nothing", async () => {
  // Kills: exit 0 for a blocked release; a Python that is asked for its versions.
  for (
    const [packages, code] of [
      [{ mlx: "0.32.4" }, 0],
      [{ "mlx-lm": "0.31.1" }, 0],
      [{ "mlx-lm": "0.31.1", transformers: "5.1" }, 1],
      [{ mlx: "0.31.2" }, 2],
    ] as const
  ) {
    const world = worldWith(packages);
    const end = await runIn(world, ["advisories", "--python", "/v"]);
    assert.equal(end.code, code, end.out);
    assert.deepEqual(world.children.starts, []);
  }
  const nobody = await runIn(new World(), ["advisories"]);
  assert.equal(nobody.code, 3);
});

Deno.test("MLX_SAFE_PYTHON_BIN names the Python, and --python wins over it", async () => {
  // Kills: the packages of another Python than the one that safe-python starts.
  const world = worldWith({ mlx: "0.31.2" });
  world.env["MLX_SAFE_PYTHON_BIN"] = "/v/bin/python";
  assert.equal((await jsonIn(world, ["advisories"]))["exit_code"], 2);
  const other = await runIn(world, ["advisories", "--python", "/none/python"]);
  assert.equal(other.code, 3);
  assert.match(other.out, /\/none\/python is no program/);
});

Deno.test("findings of the configuration and of torn packages are told", async () => {
  // Kills: a package that cannot be read and is simply left out.
  const world = worldWith({ mlx: "0.32.4" });
  world.store.putFolder(`${SITE}/mlx_lm-1.dist-info`);
  world.env["METALGUARD_MODE"] = "nonsense";
  const { out, code } = await runIn(world, ["advisories", "--python", "/v"]);
  assert.equal(code, 0);
  assert.match(out, /METALGUARD_MODE/);
  assert.match(out, /mlx-lm: unknown/);
  assert.match(
    out,
    /\n {12}\$ \/v\/bin\/python -m pip install --force-reinstall mlx-lm\n/,
  );
});
