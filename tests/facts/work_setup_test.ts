import assert from "node:assert/strict";
import { known, unknown } from "../../lib/core/observed.ts";
import { readInstalledVersions } from "../../lib/facts/installed_versions.ts";
import {
  hardwareFact,
  judgeableVersions,
  workSetup,
} from "../../lib/facts/work_setup.ts";
import { PythonWorld } from "../fakes/python_world.ts";

const BLIND = unknown<never>("nobody asked");

Deno.test("workSetup() believes the report before the machine, which may have been updated since", () => {
  // Kills: a panic blamed on the macOS that was installed after it.
  const setup = workSetup({
    failed: { osBuild: "25E253", kextVersion: null },
    model: "org/m",
    hardware: BLIND,
    versions: BLIND,
  });
  assert.deepEqual(setup.osBuild, known("25E253"));
  assert.deepEqual(setup.driverVersion, BLIND);
  assert.deepEqual(setup.model, known("org/m"));
  assert.equal(setup.versions.size, 0);
  assert.deepEqual(hardwareFact(BLIND, "chip"), BLIND);
});

Deno.test("workSetup() tells a package that is not installed from one that cannot be told", () => {
  // Kills: "not installed" for a folder that could not be listed.
  const world = new PythonWorld().python("/opt/py", "3.12")
    .package("/opt/py/lib/python3.12/site-packages", "mlx", "0.31.2");
  const versions = known(
    readInstalledVersions(world.ports, { python: "/opt/py/bin/python3" }),
  );
  const setup = workSetup({
    failed: null,
    model: null,
    hardware: BLIND,
    versions,
  });
  assert.deepEqual(setup.versions.get("python"), known("3.12"));
  assert.deepEqual(setup.versions.get("mlx"), known("0.31.2"));
  assert.deepEqual(setup.versions.get("mlx-lm"), known(null));
  assert.equal(setup.model.kind, "unknown");
  const judged = judgeableVersions({
    versions: new Map([...setup.versions, ["mlx-vlm", BLIND]]),
  });
  assert.deepEqual([judged["mlx"], judged["mlx-lm"], judged["mlx-vlm"]], [
    "0.31.2",
    null,
    undefined,
  ]);
});
