import assert from "node:assert/strict";
import { runPlainStatus } from "../../lib/cli/status_lane.ts";
import { chainProbes } from "../../lib/ports/machine_chain.ts";
import { FakeTerminal, runIn } from "../fakes/cli.ts";
import { fakeEnv } from "../fakes/env.ts";
import { HOME, STATE, World } from "../fakes/world.ts";

const HOLDER = JSON.stringify({
  pid: 311,
  label: "serve",
  started_at: "2026-11-23T11:59:00Z",
  cmdline: "serve",
});

/** Machines in every state that the status tells of. */
const WORLDS: Readonly<Record<string, () => World>> = {
  calm: () => new World(),
  "a Mac": () => {
    const world = new World();
    world.machine.beM4Max();
    return world;
  },
  "panics, a hold to come, another zone": () =>
    new World({ zone: "Europe/Paris" }).panic(1).panic(30),
  "five panics": () =>
    [1, 2, 3, 4, 5].reduce(
      (world, hours) => world.panic(hours),
      new World(),
    ),
  "somebody holds the lock": () => {
    const world = new World();
    world.table.start(311);
    world.store.put(`${HOME}/.metal-guard/locks/mlx_exclusive.lock`, HOLDER);
    return world;
  },
  "a stale lock, damaged files, breadcrumbs": () => {
    const world = new World({ env: { METALGUARD_MODE: "observer" } });
    world.table.start(world.system.pid);
    world.store.put(`${HOME}/.metal-guard/locks/mlx_exclusive.lock`, HOLDER);
    world.store.put(`${STATE}/cadence.json`, "{");
    world.store.put(`${STATE}/metal_breadcrumb.log`, "a\nb\n");
    return world;
  },
  "no home": () => new World({ env: { HOME: undefined } }),
};

for (const [name, make] of Object.entries(WORLDS)) {
  Deno.test(`the short way to the status answers as the whole command line does: ${name}`, async () => {
    // Kills: a dashboard that sees another machine than a person does.
    const whole = await runIn(make(), ["status", "--json", "--format", "json"]);
    const world = make();
    const terminal = new FakeTerminal();
    const code = await runPlainStatus({
      ports: {
        ...world,
        env: fakeEnv(world.env),
        probes: chainProbes([world.machine]),
      },
      terminal,
    });
    assert.deepEqual(
      { code, out: terminal.out, err: terminal.err },
      whole,
    );
  });
}
