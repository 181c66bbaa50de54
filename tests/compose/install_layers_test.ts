import assert from "node:assert/strict";
import {
  makeAdvisories,
  makeLaunchd,
} from "../../lib/compose/install_layers.ts";
import { fakeEnv } from "../fakes/env.ts";
import { World } from "../fakes/world.ts";

Deno.test("makeLaunchd() hands on the variables that are set, and watches folders of evidence only", () => {
  // Kills: an empty variable written into a job; root's folder, which nobody may list, watched.
  const world = new World({
    env: {
      METALGUARD_BIN: "/opt/metal-guard",
      METALGUARD_STATE_DIR: "/state",
      METALGUARD_MODE: "",
      NOT_OURS: "x",
    },
  });
  const { store, system, children } = world;
  const { paths } = world.guard();
  const launchd = makeLaunchd(
    { store, system, children, env: fakeEnv(world.env) },
    paths,
  );
  const { content } = launchd.plan({ kind: "gate" });
  assert.deepEqual(content["EnvironmentVariables"], {
    METALGUARD_STATE_DIR: "/state",
  });
  const watched = JSON.stringify(content["WatchPaths"]);
  assert.match(watched, /DiagnosticReports/);
  assert.doesNotMatch(watched, /PanicReporter/);
});

Deno.test("makeAdvisories() looks at the Python that was configured", async () => {
  // Kills: MLX_SAFE_PYTHON_BIN that safe-python obeys and advisories does not.
  const world = new World();
  const report = await makeAdvisories(
    { store: world.store, links: world.links, env: fakeEnv(world.env) },
    { safePythonProgram: "/configured/python" },
  ).check();
  const { python } = report.installed;
  assert.ok(python.kind === "unknown");
  assert.match(python.because, /\/configured\/python/);
});
