import assert from "node:assert/strict";
import { readInstalledVersions } from "../../lib/facts/installed_versions.ts";
import { PythonWorld } from "../fakes/python_world.ts";

const SITE = "/v/lib/python3.12/site-packages";

function world(): PythonWorld {
  return new PythonWorld().python("/opt/py", "3.12")
    .venv("/v", "/opt/py", "3.12");
}

/** Each package's version, `null` when absent, `?` when unknown. */
function versions(
  world: PythonWorld,
  asked = "/v",
): Readonly<Record<string, string | null>> {
  const { packages } = readInstalledVersions(world.ports, { python: asked });
  return Object.fromEntries(
    Array.from(packages, ([name, one]) => [
      name,
      one.kind === "known" ? one.value?.version ?? null : "?",
    ]),
  );
}

function codes(world: PythonWorld): readonly string[] {
  return readInstalledVersions(world.ports, { python: "/v" }).findings
    .map(({ code }) => code);
}

Deno.test("readInstalledVersions() reads METADATA and tells absent from unknown", () => {
  // Kills: mlx-lm's version given to mlx; "not installed" where nothing could be read.
  const one = world().package(SITE, "mlx", "0.31.2")
    .package(SITE, "mlx-lm", "0.31.3").package(SITE, "mlx-metal", "0.31.2");
  assert.deepEqual(versions(one), {
    "mlx": "0.31.2",
    "mlx-lm": "0.31.3",
    "mlx-vlm": null,
    "transformers": null,
  });
  assert.deepEqual(versions(one, "/nowhere"), {
    "mlx": "?",
    "mlx-lm": "?",
    "mlx-vlm": "?",
    "transformers": "?",
  });
});

Deno.test("readInstalledVersions() lets the first folder win, as Python does", () => {
  // Kills: the installation's old mlx reported while the user's newer one runs, or the other way round.
  const one = world().package(
    "/opt/py/lib/python3.12/site-packages",
    "mlx",
    "0.30.0",
  ).package(
    "/Users/ada/.local/lib/python3.12/site-packages",
    "mlx",
    "0.31.2",
  );
  assert.equal(versions(one, "/opt/py/bin/python3")["mlx"], "0.31.2");
  one.env["PYTHONPATH"] = "/src";
  one.package("/src", "mlx", "0.29.0");
  assert.equal(versions(one, "/opt/py/bin/python3")["mlx"], "0.29.0");
});

Deno.test("readInstalledVersions() reports what is out of order, and goes on", () => {
  // Kills: one torn package that hides the others; a version taken from a folder's name against its METADATA.
  const torn = world().package(SITE, "mlx", "0.31.2");
  torn.store.putFolder(`${SITE}/mlx_lm-0.31.3.dist-info`)
    .putOther(`${SITE}/mlx_vlm-0.4.4.dist-info/METADATA`)
    .put(`${SITE}/transformers-5.0.dist-info/METADATA`, "Name: tokenizers\n\n");
  assert.deepEqual(versions(torn), {
    "mlx": "0.31.2",
    "mlx-lm": "?",
    "mlx-vlm": "?",
    "transformers": "?",
  });
  assert.deepEqual(codes(torn), Array(3).fill("package-unreadable"));

  const twice = world().package(SITE, "mlx", "0.9.0")
    .package(SITE, "mlx", "0.31.2");
  assert.equal(versions(twice)["mlx"], "0.31.2");
  assert.deepEqual(codes(twice), ["package-twice"]);

  const denied = world();
  denied.store.putFolder(SITE, { mode: 0o000 });
  assert.equal(versions(denied)["mlx"], "?");
  assert.deepEqual(codes(denied), ["packages-unreadable"]);
});

Deno.test("readInstalledVersions() shows nothing that a terminal would obey", () => {
  // Kills: a version with an escape sequence in it.
  const one = world();
  one.store.put(
    `${SITE}/mlx-1.dist-info/METADATA`,
    "Name: mlx\nVersion: 1.0\u001b[2J\n",
  );
  assert.equal(versions(one)["mlx"], "1.0 [2J");
});
