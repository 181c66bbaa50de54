import assert from "node:assert/strict";
import { addMs } from "../../lib/core/instant.ts";
import { known, type Observed, unknown } from "../../lib/core/observed.ts";
import { WallSteps } from "../../lib/facts/wall_step.ts";
import { FakeClock } from "../fakes/clock.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";

const PATH = "/s/cadence-clock.json";

class Machine {
  readonly clock = new FakeClock("2026-11-23T12:00:00Z");
  readonly store = new MemoryFileStore({ clock: this.clock }).putFolder("/s");
  boot: Observed<string> = known("A");
  asked = 0;

  /** As a new process makes one. */
  steps(): WallSteps {
    return new WallSteps({
      clock: this.clock,
      store: this.store,
      owner: () => undefined,
      readBootSessionUuid: () => {
        this.asked++;
        return Promise.resolve(this.boot);
      },
    }, PATH);
  }

  async keep(): Promise<this> {
    const steps = this.steps();
    await steps.prepare({ willKeep: true });
    steps.keep();
    return this;
  }

  async stepMs(): Promise<number> {
    const steps = this.steps();
    await steps.prepare();
    return steps.read().stepMs;
  }
}

Deno.test("WallSteps sees how far the wall clock was set within a boot, and no drift", async () => {
  // Kills: a second's cut of the boot clock taken for a step; a step back that is none.
  const machine = await new Machine().keep();
  await machine.clock.advance(100_000);
  assert.equal(await machine.stepMs(), 0);
  machine.clock.step(2_000);
  assert.equal(await machine.stepMs(), 0);
  machine.clock.step(1);
  assert.equal(await machine.stepMs(), 2_001);
  machine.clock.step(-3_602_001);
  assert.equal(await machine.stepMs(), -3_600_000);
});

Deno.test("WallSteps knows nothing without a record, a boot clock or within another boot", async () => {
  // Kills: the time that a Mac was switched off taken for a step.
  const none = new Machine();
  none.clock.step(9_000_000);
  assert.equal(await none.stepMs(), 0);
  const blind = await new Machine().keep();
  blind.clock.step(9_000_000);
  blind.clock.hasBootClock = false;
  assert.equal(await blind.stepMs(), 0);
  const other = await new Machine().keep();
  other.clock.reboot(9_000_000);
  await other.clock.advance(86_400_000);
  other.boot = known("B");
  assert.equal(await other.stepMs(), 0);
  const torn = await new Machine().keep();
  torn.store.put(PATH, "{");
  torn.clock.step(9_000_000);
  assert.equal(await torn.stepMs(), 0);
});

Deno.test("WallSteps asks which boot it is only when it matters, and a boot without a name is the same", async () => {
  // Kills: a program started by each question; a step that goes unseen because sysctl hung.
  const machine = await new Machine().keep();
  machine.asked = 0;
  await machine.stepMs();
  assert.equal(machine.asked, 0);
  machine.clock.step(10_000);
  machine.boot = unknown("sysctl hung");
  assert.equal(await machine.stepMs(), 10_000);
  assert.equal(machine.asked, 1);
});

Deno.test("shift() moves what was written with the record, and nothing that came later", async () => {
  // Kills: a load of the Python tool after the step, moved out of its interval.
  const machine = await new Machine().keep();
  const at = machine.clock.now();
  machine.clock.step(600_000);
  const { shift } = machine.steps().read();
  assert.ok(shift(at).equals(addMs(at, 600_000)));
  const later = addMs(at, 2_001);
  assert.ok(shift(later).equals(later));
});
