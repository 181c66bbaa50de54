import assert from "node:assert/strict";
import { KNOBS } from "../../lib/config.ts";
import { World } from "../fakes/world.ts";

Deno.test("the doctor looks at every variable and every place that there is", async () => {
  // Kills: a variable or file that is added later and that the doctor never shows.
  const guard = new World().guard();
  const { knobs, places } = await guard.doctor.run();
  assert.deepEqual(
    knobs.map(({ env }) => env),
    Object.values(KNOBS).map(({ env }) => env),
  );
  const shown = new Set(places.map(({ path }) => path));
  for (const path of Object.values(guard.paths)) {
    if (typeof path === "string") assert.ok(shown.has(path), path);
  }
  for (const { path } of guard.paths.reportFolders) {
    assert.ok(shown.has(path), path);
  }
});

Deno.test("breadcrumbs that are switched off have no place, those in the usual places no row of their own", async () => {
  // Kills: a row that says "no place" of a log that is written.
  const usual = await new World().guard().doctor.run();
  assert.ok(usual.places.every(({ what }) => what !== "breadcrumbs"));
  const off = await new World().guard({ paths: { breadcrumbs: null } }).doctor
    .run();
  const row = off.places.find(({ what }) => what === "breadcrumbs");
  assert.equal(row?.state, "no place");
});
