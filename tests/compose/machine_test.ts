import assert from "node:assert/strict";
import { MachineLayers } from "../../lib/compose/machine.ts";
import { known } from "../../lib/core/observed.ts";
import { chainProbes } from "../../lib/ports/machine_chain.ts";
import type { OwnProcess } from "../../lib/ports/own_process.ts";
import { FakeMachineProbe } from "../fakes/machine_probe.ts";
import { STATE, World } from "../fakes/world.ts";

const OWN: OwnProcess = {
  self: ["/bin/metal-guard"],
  systemVersion: "25.5.0",
  hang: { isSet: false },
};

function layersOf(
  world: World,
  parts: Partial<ConstructorParameters<typeof MachineLayers>[0]> = {},
): MachineLayers {
  return new MachineLayers({
    clock: world.clock,
    store: world.store,
    system: world.system,
    children: world.children,
    host: { readHost: () => Promise.resolve(known("this-mac")) },
    owner: () => undefined,
    library: undefined,
    workingSet: `${STATE}/working-set.json`,
    nativeTrial: `${STATE}/native-trial.json`,
    ...parts,
  });
}

Deno.test("on a Mac the dylib comes first, then the system's programs, then unknown", async () => {
  // Kills: a chain in another order; a way that is not in it.
  const world = new World();
  const { answers } = await layersOf(world).check();
  assert.equal(answers.length, 5);
  for (const { source, failures } of answers) {
    assert.equal(source, null);
    assert.deepEqual(failures.map((one) => one.source), [
      "native",
      "ioreg",
      "unsupported",
    ]);
  }
  assert.ok(
    world.children.starts.every(({ program }) => program.startsWith("/usr/")),
  );
});

Deno.test("elsewhere nobody is asked, unless a person names a library", async () => {
  // Kills: /usr/sbin/ioreg started on Linux by every status.
  const world = new World();
  world.system.platform = "linux";
  const plain = await layersOf(world).check();
  assert.deepEqual(
    plain.answers[0]?.failures.map((one) => one.source),
    ["unsupported"],
  );
  assert.deepEqual(world.children.starts, []);
  const named = await layersOf(world, { library: "/x.so", own: OWN }).check();
  assert.deepEqual(
    named.answers[0]?.failures.map((one) => one.source),
    ["native", "unsupported"],
  );
});

Deno.test("a dylib that crashes in its trial is not opened, and ioreg answers", async () => {
  // Kills: a crash of the dylib that takes the status along.
  const world = new World();
  world.store.put("/x.dylib", "crashes");
  world.children.put("/bin/metal-guard", { exitCode: 139, signal: "SIGSEGV" })
    .put("/usr/sbin/ioreg", { stdout: "<plist><array/></plist>" });
  const layers = layersOf(world, { library: "/x.dylib", own: OWN });
  const { answers } = await layers.check();
  const gpus = answers.find(({ reading }) => reading === "accelerators");
  assert.deepEqual(gpus, {
    reading: "accelerators",
    source: "ioreg",
    failures: [{
      source: "native",
      because: "/x.dylib: its trial crashed: SIGSEGV",
    }],
  });
  const trials = (): number =>
    world.children.starts.filter(({ program }) =>
      program === "/bin/metal-guard"
    ).length;
  assert.equal(trials(), 1);
  await layersOf(world, { library: "/x.dylib", own: OWN }).check();
  assert.equal(trials(), 1);
});

Deno.test("a dylib whose sum is another than its manifest's is not even tried", async () => {
  // Kills: an exchanged dylib that runs, if only in a child.
  const world = new World();
  world.store.put("/o/x.dylib", "exchanged");
  world.store.put("/o/manifest.json", '{"files": {"x.dylib": "00"}}');
  const layers = layersOf(world, { library: "/o/x.dylib", own: OWN });
  const { answers } = await layers.check();
  assert.match(
    answers[0]?.failures[0]?.because ?? "",
    /^\/o\/x\.dylib is not opened: it is not the file that manifest\.json/,
  );
  assert.ok(
    world.children.starts.every(({ program }) =>
      program !== "/bin/metal-guard"
    ),
  );
});

Deno.test("without a way to try the dylib it is not used", async () => {
  // Kills: a library user whose program dies with the dylib.
  const world = new World();
  world.store.put("/x.dylib", "x");
  const { answers } = await layersOf(world, { library: "/x.dylib" }).check();
  assert.match(answers[0]?.failures[0]?.because ?? "", /cannot be tried/);
});

Deno.test("the peak lives in the guard, not in one picture", async () => {
  // Kills: a peak that each status starts anew.
  const world = new World();
  const probe = new FakeMachineProbe().beM4Max();
  const layers = layersOf(world, { probes: chainProbes([probe]) });
  await layers.check();
  probe.accelerators = known([]);
  const { memory } = await layers.check();
  assert.deepEqual(memory.peakBytes, known(10_000_000_000));
  assert.equal(memory.activeBytes.kind, "unknown");
});

Deno.test("the GPU's pids are those of its clients, and no client at all is no proof", async () => {
  // Kills: a forced lock that does not wait on a Mac whose clients cannot be seen.
  const probe = new FakeMachineProbe().beM4Max();
  const layers = layersOf(new World(), { probes: chainProbes([probe]) });
  assert.deepEqual(await layers.readGpuPids(), known([412]));
  probe.clients = known([]);
  assert.equal((await layers.readGpuPids()).kind, "unknown");
});
