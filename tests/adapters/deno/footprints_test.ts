import assert from "node:assert/strict";
import { createDenoChildProcesses } from "../../../lib/adapters/deno/child_process.ts";
import {
  createCatFootprints,
  createDenoFootprints,
  createPsFootprints,
  createUnknownFootprints,
} from "../../../lib/adapters/deno/footprints.ts";
import { KIB } from "../../../lib/core/bytes.ts";
import type { Footprints } from "../../../lib/ports/footprints.ts";
import { FakeChildProcesses } from "../../fakes/child_process.ts";
import { testFootprints } from "../../footprints_suite.ts";

const NOBODY = 4_194_304;
const children = createDenoChildProcesses();

/** This process and one of our own. */
function real(footprints: Footprints): {
  readonly footprints: Footprints;
  readonly living: readonly [number, number];
  readonly ended: number;
  [Symbol.dispose](): void;
} {
  const child = new Deno.Command("sleep", { args: ["60"] }).spawn();
  return {
    footprints,
    living: [Deno.pid, child.pid],
    ended: NOBODY,
    [Symbol.dispose]: () => child.kill("SIGKILL"),
  };
}

testFootprints({
  name: "cat",
  open: () => real(createCatFootprints(children)),
});
testFootprints({
  name: "deno",
  open: () => real(createDenoFootprints(children)),
});
testFootprints({ name: "ps", open: () => real(createPsFootprints(children)) });
testFootprints({
  name: "a ps that prints what macOS does",
  open: () => ({
    footprints: createPsFootprints(
      new FakeChildProcesses().put("/bin/ps", ({ args }) => {
        const pids = (args.at(-1) ?? "").split(",").map(Number);
        const lines = pids.filter((pid) => pid < NOBODY)
          .map((pid) => `${pid}  ${pid * KIB}\n`);
        return { exitCode: lines.length > 0 ? 0 : 1, stdout: lines.join("") };
      }),
    ),
    living: [501, 812],
    ended: NOBODY,
    [Symbol.dispose]: () => {},
  }),
});

Deno.test("a program that hangs, fails or may not look is unknown and says so", async () => {
  // Kills: another user's process counted as nothing; a guard that waits for a stuck ps for ever.
  const denied = new FakeChildProcesses().put("/bin/cat", {
    exitCode: 1,
    stdout: "Pss:  10 kB\n",
    stderr: "cat: /proc/1/smaps_rollup: Permission denied\n",
  });
  assert.equal((await createCatFootprints(denied).read([1])).kind, "unknown");
  for (const how of [{ takesMs: 60_000 }, "denied"] as const) {
    const stuck = new FakeChildProcesses().put("/bin/ps", how);
    const reading = await createPsFootprints(stuck).read([1]);
    assert.ok(reading.kind === "unknown" && /ps/.test(reading.because));
  }
});

Deno.test("elsewhere it is unknown and says so", async () => {
  // Kills: a Linux command started on another system.
  const reading = await createUnknownFootprints("plan9").read([1]);
  assert.ok(reading.kind === "unknown" && /plan9/.test(reading.because));
});
