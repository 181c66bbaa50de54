import assert from "node:assert/strict";
import { createDenoChildProcesses } from "../../../lib/adapters/deno/child_process.ts";
import { createDenoFootprints } from "../../../lib/adapters/deno/footprints.ts";
import { MIB } from "../../../lib/core/bytes.ts";

const footprints = createDenoFootprints(createDenoChildProcesses(), "linux");

Deno.test("our own memory is known, and one that has ended counts nothing beside us", async () => {
  // Kills: a sum that fails because one of many has ended.
  const alone = await footprints.read([Deno.pid]);
  assert.ok(alone.kind === "known" && alone.value > 10 * MIB);
  const both = await footprints.read([Deno.pid, 4_194_304]);
  assert.ok(both.kind === "known" && both.value > 10 * MIB);
});

Deno.test("nobody is unknown, not 0", async () => {
  // Kills: "0 bytes" for a program that was not there.
  assert.equal((await footprints.read([4_194_304])).kind, "unknown");
  assert.equal((await footprints.read([])).kind, "unknown");
});

Deno.test("elsewhere it is unknown and says so", async () => {
  // Kills: a Linux command started on a Mac.
  const other = createDenoFootprints(createDenoChildProcesses(), "darwin");
  const reading = await other.read([Deno.pid]);
  assert.ok(reading.kind === "unknown" && /darwin/.test(reading.because));
});
