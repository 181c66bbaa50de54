import assert from "node:assert/strict";
import { VERSION } from "../../lib/version.ts";
import { World } from "../fakes/world.ts";

Deno.test("a guard's writer keeps metrics too, under the program's own version", async () => {
  // Kills: metrics of a version that nobody runs; sinks of a caller that are dropped for them.
  const world = new World();
  world.store.putFolder("/opt/textfile", { mode: 0o755 });
  const seen: string[] = [];
  const writer = await world.guard().statusWriter({
    sinks: [{ name: "mine", write: ({ health }) => void seen.push(health) }],
    metrics: { folder: "/opt/textfile", intervalMs: 5_000 },
  });
  await writer.write();
  assert.deepEqual(seen, ["ok"]);
  const text = world.store.text("/opt/textfile/metal_guard.prom") ?? "";
  assert.ok(text.includes(`metal_guard_build_info{version="${VERSION}"} 1\n`));
  assert.ok(text.includes("metal_guard_write_interval_seconds 5\n"));
});
