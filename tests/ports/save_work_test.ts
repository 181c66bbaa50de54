import assert from "node:assert/strict";
import { createDenoChildProcesses } from "../../lib/adapters/deno/child_process.ts";
import { saveWork } from "../../lib/ports/save_work.ts";

Deno.test("words that save work are told why and for whom, and cut off in time", async () => {
  // Kills: words that do not know what they save, and words that hold up the end for ever.
  const children = createDenoChildProcesses();
  const words =
    '[ "$METALGUARD_END_CAUSE $METALGUARD_CHILD_PID" = "footprint 42" ] && exit 3';
  assert.deepEqual(
    await saveWork(children, words, {
      cause: "footprint",
      pid: 42,
      timeoutMs: 60_000,
    }),
    { exit_code: 3, timed_out: 0 },
  );
  const late = await saveWork(children, "exec /bin/sleep 600", {
    cause: "probe",
    timeoutMs: 50,
  });
  assert.equal(late["timed_out"], 1);
});
