/** The whole picture of every machine, through `Deno.dlopen`, against the schema of `status.json`. */
import assert from "node:assert/strict";
import { createDenoPorts } from "../../lib/adapters/deno/ports.ts";
import { createMetalGuard } from "../../lib/compose.ts";
import { readGoodStatus } from "../status_schema.ts";
import { LIBRARY, machineNames, readMachine } from "./native_place.ts";

const MACHINES = new URL("../../ffi/machines/", import.meta.url).pathname;

for (const name of machineNames()) {
  Deno.test(`${name}: status.json is right by its schema, and what is not known is null`, async () => {
    // Kills: a figure under another type on one chip; 0 GB on a Mac whose driver is gone.
    const home = Deno.makeTempDirSync();
    Deno.env.set("METAL_GUARD_SIM", `${MACHINES}${name}.json`);
    try {
      const env = new Map([["HOME", home], ["METALGUARD_LIBRARY", LIBRARY]]);
      const { status } = createMetalGuard({
        ...createDenoPorts(),
        env: (variable) => env.get(variable),
      });
      const path = await status.write();
      const file = readGoodStatus(Deno.readTextFileSync(path));
      assert.equal("errors" in file, false);
      const [memory, gpu, hardware, host] = [
        "memory",
        "gpu",
        "hardware",
        "host_memory",
      ].map((key) => Object(file[key]));
      assert.equal(typeof hardware.memory_gb, "number");
      assert.equal(typeof host.wired_bytes, "number");
      if (name === "driver-gone") {
        assert.equal(memory.available, false);
        assert.equal(gpu.recovery_count, null);
        assert.equal(gpu.utilization_pct, null);
      } else if (name !== "intel") {
        assert.equal(memory.available, true);
        assert.ok(memory.active_gb > 0);
        // Older systems do not count resets.
        const counts = JSON.stringify(readMachine(name)).includes(
          '"recoveryCount"',
        );
        assert.equal(gpu.recovery_count === null, !counts);
      }
    } finally {
      Deno.env.delete("METAL_GUARD_SIM");
      Deno.removeSync(home, { recursive: true });
    }
  });
}
