import assert from "node:assert/strict";
import { trySchedules } from "./clock.ts";

Deno.test("no step, sleep or reboot shortens or prolongs a hold, over 100,000 random schedules", () => {
  // Kills: any dependence on the wall clock within a boot, and a hold that never ends.
  assert.equal(trySchedules(100_000, 1), undefined);
});

Deno.test("the schedules convict a gate that believes the wall clock", () => {
  // Kills: schedules that would let anything pass.
  assert.notEqual(trySchedules(100, 1, "wall-clock-only"), undefined);
});
