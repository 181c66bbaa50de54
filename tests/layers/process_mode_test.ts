import assert from "node:assert/strict";
import { ProcessModeLayer } from "../../lib/layers/process_mode.ts";

Deno.test("process_mode reports what the caller shows, and else this program: embedded", () => {
  // Kills: our own command line judged in place of the child's.
  const layer = new ProcessModeLayer({ argv: [] });
  assert.equal(layer.describe().mode, "embedded");
  const server = layer.describe({ argv: ["-m", "mlx_lm.server"] });
  assert.deepEqual(
    [server.mode, server.argv0, server.defaults.mode],
    ["server", "-m", "server"],
  );
});

Deno.test("the worker variable of our own environment holds unless the caller gives another", () => {
  // Kills: a worker that takes its parent's lock.
  const layer = new ProcessModeLayer({ argv: [], subprocessWorker: "1" });
  assert.equal(layer.describe().defaults.skipsProcessLock, true);
  assert.equal(layer.describe().subprocessWorkerEnv, "1");
  assert.equal(layer.describe({ subprocessWorker: "" }).mode, "embedded");
});

Deno.test("a command line cannot move the cursor of whoever reads it", () => {
  // Kills: an escape sequence in the program's name.
  const { argv0 } = new ProcessModeLayer({ argv: ["\x1b[2Jx"] }).describe();
  assert.equal(argv0, "[2Jx");
});
