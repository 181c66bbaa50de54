import assert from "node:assert/strict";
import { STATE, World } from "../fakes/world.ts";

Deno.test("status reports what is not known as unknown, with a reason", async () => {
  // Kills: 0 GB used on a machine that nobody asked.
  const { memory, lock } = await new World().guard().status.read();
  for (const reading of [...Object.values(memory), lock]) {
    assert.ok(reading.kind === "unknown" && reading.because !== "");
  }
});

Deno.test("one picture holds the panics of its window and the gate's own 72 h", async () => {
  // Kills: `--since-hours 1` after which the gate sees only one hour.
  const world = new World().panic(0.5).panic(3).panic(100);
  const { status } = world.guard();
  const hour = await status.read({ panicWindowHours: 1 });
  assert.deepEqual(
    [hour.panics.length, hour.health, hour.exitCode, hour.gate.kind],
    [1, "warn", 1, "lockout"],
  );
  const long = await status.read({ panicWindowHours: 100 });
  assert.equal(long.panics.length, 3);
  assert.equal(long.gate.gpuPanics.length, 2);
  assert.equal((await status.read()).panicWindowHours, 72);
});

Deno.test("five panics are critical", async () => {
  // Kills: a badge that stays yellow.
  const world = new World();
  for (const hours of [1, 2, 3, 4, 5]) world.panic(hours);
  const { health, exitCode } = await world.guard().status.read();
  assert.deepEqual([health, exitCode], ["critical", 2]);
});

Deno.test("the picture carries mode, breadcrumbs and what is out of order", async () => {
  // Kills: a part of the picture that is dropped on the way.
  const world = new World({
    env: { METALGUARD_PANIC_LOCKOUT_24H_N: "0", METALGUARD_MODE: "observer" },
  });
  world.store.put(`${STATE}/metal_breadcrumb.log`, "a\nb\nc\n");
  const { status } = world.guard();
  const picture = await status.read({ breadcrumbLines: 2 });
  assert.equal(picture.mode.mode, "observer");
  assert.equal(picture.breadcrumbPath, `${STATE}/metal_breadcrumb.log`);
  assert.deepEqual(picture.breadcrumbLines, ["b", "c"]);
  assert.deepEqual(picture.findings.map((one) => one.code), [
    "knob-bad-value",
  ]);
  assert.ok(picture.capturedAt.equals(world.clock.now()));
});

Deno.test("a breadcrumb log that cannot be read is told in the picture", async () => {
  // Kills: a log that looks empty because it is closed.
  const world = new World();
  world.store.put(`${STATE}/metal_breadcrumb.log`, "a\n", { mode: 0 });
  const { breadcrumbLines, findings } = await world.guard().status.read();
  assert.deepEqual(breadcrumbLines, []);
  assert.match(findings[0]?.message ?? "", /permission denied/);
});
