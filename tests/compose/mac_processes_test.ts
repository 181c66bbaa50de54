import assert from "node:assert/strict";
import {
  makeMacFootprints,
  makeMacTable,
} from "../../lib/compose/mac_processes.ts";
import { createMetalGuard } from "../../lib/compose.ts";
import { known } from "../../lib/core/observed.ts";
import { NativeCaller } from "../../lib/adapters/native/caller.ts";
import { FakeChildProcesses } from "../fakes/child_process.ts";
import { FakeNativeLibrary } from "../fakes/native_library.ts";
import { FakeProcessTable } from "../fakes/process_table.ts";
import { chainProbes } from "../../lib/ports/machine_chain.ts";
import { fakeEnv } from "../fakes/env.ts";
import { World } from "../fakes/world.ts";

function caller(breaks?: "fails"): NativeCaller {
  const library = new FakeNativeLibrary({
    processes: {
      [Deno.pid]: { ppid: 1, uid: 1, startUs: 5, physFootprintBytes: 77 },
    },
    ...(breaks === undefined ? {} : { breaks }),
  });
  return new NativeCaller({ open: () => Promise.resolve(known(library)) });
}

Deno.test("processes and footprints come from the dylib, and from ps where it does not know", async () => {
  // Kills: ps started for what the dylib knows; a Mac without dylib that measures nothing.
  const ps = new FakeProcessTable();
  ps.start(Deno.pid);
  const children = new FakeChildProcesses().put("/bin/ps", {
    stdout: `${Deno.pid} 3\n`,
  });
  const table = makeMacTable(caller(), ps);
  const reading = await table.read(Deno.pid);
  assert.ok(reading.kind === "alive");
  assert.equal(reading.facts.startToken.kind, "libproc");
  const native = makeMacFootprints(caller(), children);
  assert.deepEqual(await native.read([Deno.pid]), known(77));
  assert.equal(children.starts.length, 0);

  const without = makeMacTable(undefined, ps);
  assert.equal((await without.read(Deno.pid)).kind, "alive");
  assert.equal(without.answer?.source, "ps");
  const resident = makeMacFootprints(undefined, children);
  assert.deepEqual(await resident.read([Deno.pid]), known(3_072));
  assert.equal(resident.source, "ps");
});

Deno.test("a guard puts the dylib before a table that asks ps, shows who answered, and leaves any other table alone", async () => {
  // Kills: a table that a caller gave and that is passed over; a chain that status does not show.
  const world = new World();
  world.table.start(Deno.pid);
  const ports = {
    ...world,
    env: fakeEnv(world.env),
    foreground: world.foreground,
    probes: chainProbes([world.machine]),
    system: {
      pid: Deno.pid,
      platform: "darwin",
      userId: 501,
      readBootSessionUuid: () => world.system.readBootSessionUuid(),
    },
  };
  const mac = createMetalGuard({ ...ports, tableSource: "ps" });
  const shown = (await mac.checkMachine()).answers.at(-1);
  assert.equal(shown?.reading, "processes");
  assert.equal(shown?.source, "ps");
  assert.equal(shown?.failures[0]?.source, "native");
  const given = createMetalGuard(ports);
  const { answers } = await given.checkMachine();
  assert.ok(answers.every(({ reading }) => reading !== "processes"));
});
