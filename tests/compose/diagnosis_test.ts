import assert from "node:assert/strict";
import { composeDiagnosis } from "../../lib/compose/diagnosis.ts";
import { known } from "../../lib/core/observed.ts";
import type { DiagnosisView } from "../../lib/report/diagnosis_view.ts";
import { fakeEnv } from "../fakes/env.ts";
import { fakeMachine } from "../fakes/machine_probe.ts";
import { BOOT_A } from "../fakes/reports.ts";
import { STATE, World } from "../fakes/world.ts";

function diagnose(world: World): Promise<DiagnosisView> {
  const ports = { ...world, env: fakeEnv(world.env) };
  return composeDiagnosis(world.guard(), ports).read();
}

Deno.test("a panic is told with what ran, what is known of it, and what changed", async () => {
  // Kills: a part that is built and not wired.
  const world = new World().panic(0.5, { boot: BOOT_A });
  const at = world.ago(1).epochMilliseconds;
  world.machine.machine = known(fakeMachine());
  world.store.put(
    `${STATE}/metal_breadcrumb.log`,
    `[2026-11-23 11:00:00] SUBPROC_PRE: mlx-community/gemma-4-31b-it-8bit | at=${at} boot=AAAAAAAA pid=812\n`,
  ).put(
    `${STATE}/last-good.json`,
    `{"ended_at": ${
      world.ago(30).epochMilliseconds / 1_000
    }, "os_build": "25E253", "versions": {"mlx": "0.31.1"}}`,
  );
  const view = await diagnose(world);
  assert.equal(view.diagnosis.situation, "gpu_panic");
  assert.ok(view.running?.kind === "known");
  assert.equal(view.running.value.work[0]?.proof, "boot and pid");
  assert.equal(view.model?.level, "panic");
  assert.ok(view.changes.kind === "known");
  assert.equal(view.gate.exitCode, 2);
  assert.equal(view.driver?.row?.macos, "26.5.2");
  assert.deepEqual(world.children.starts, []);
});

Deno.test("without HOME, log, records and Python it still answers", async () => {
  // Kills: an answer that needs one of the things that a broken machine lacks.
  const world = new World({ env: { HOME: undefined, PATH: undefined } });
  world.panic(0.5);
  const view = await diagnose(world);
  assert.equal(view.diagnosis.situation, "gpu_panic");
  assert.deepEqual([view.changes.kind, view.python.kind], [
    "unknown",
    "unknown",
  ]);
  assert.ok(view.findings.some((one) => one.code === "no-home"));
});
