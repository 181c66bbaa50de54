import assert from "node:assert/strict";
import { RunningGuard } from "../../lib/compose/running.ts";
import { RunSetup, type RunSubject } from "../../lib/compose/run_setup.ts";
import { RefusedError } from "../../lib/core/error.ts";
import { known } from "../../lib/core/observed.ts";
import { decodeLastGood } from "../../lib/parse/state/last_good_file.ts";
import { chainProbes } from "../../lib/ports/machine_chain.ts";
import { fakeEnv } from "../fakes/env.ts";
import { fakeMachine } from "../fakes/machine_probe.ts";
import { STATE, World } from "../fakes/world.ts";

const SITE = "/v/lib/python3.12/site-packages";
const GOOD = { exitCode: 0, cause: null, signal: null, ranMs: 1 };
const PATH = `${STATE}/last-good.json`;

function worldWith(packages: Readonly<Record<string, string>>): World {
  const world = new World();
  world.store.put("/v/bin/python", "")
    .put("/v/pyvenv.cfg", "home = /usr/bin\nversion = 3.12.1\n")
    .putFolder(SITE);
  for (const [name, version] of Object.entries(packages)) {
    world.store.put(
      `${SITE}/${name}-${version}.dist-info/METADATA`,
      `Name: ${name}\nVersion: ${version}\n`,
    );
  }
  return world;
}

function setupIn(
  world: World,
  subject: Partial<RunSubject> = {},
  mode: "defensive" | "observer" = "defensive",
): RunSetup {
  const ports = {
    ...world,
    env: fakeEnv(world.env),
    probes: chainProbes([world.machine]),
  };
  return new RunSetup(new RunningGuard(ports, { mode }), ports, {
    python: "/v/bin/python",
    model: undefined,
    ...subject,
  });
}

function advise(
  setup: RunSetup,
  isStrict = false,
): Promise<readonly string[]> {
  const recorded: string[] = [];
  return setup.advise({
    isStrict,
    record: (words) => void recorded.push(words),
  })
    .then(() => recorded);
}

Deno.test("what is known against a start is said and written down, and starts nothing", async () => {
  // Kills: a release that must not be used, started without a word; a Python that is asked for its versions.
  const world = worldWith({ mlx: "0.31.2" });
  const recorded = await advise(
    setupIn(world, { model: "mlx-community/gemma-4-31b-it-8bit" }),
  );
  assert.match(
    world.log.messages[0]?.text ?? "",
    /gemma-4-31b.*registry \(panic/,
  );
  assert.ok(
    world.log.messages.some(({ text }) =>
      /mlx 0\.31\.2 must not be used/.test(text)
    ),
  );
  assert.match(
    recorded[0] ?? "",
    /^the registry has an entry for this model \(panic\)$/,
  );
  assert.deepEqual(world.children.starts, []);
});

Deno.test("only --strict refuses, and an observer never", async () => {
  // Kills: a warning that blocks (SPEC 10); --strict that only warns; an observer that refuses.
  const world = worldWith({ mlx: "0.31.2" });
  await advise(setupIn(world));
  await assert.rejects(
    advise(setupIn(world), true),
    (error) => error instanceof RefusedError && error.layer === "registry",
  );
  await advise(setupIn(world, {}, "observer"), true);
  assert.match(
    world.log.messages.at(-1)?.text ?? "",
    /observer: would refuse: registry/,
  );
  const clean = worldWith({ mlx: "0.32.4" });
  await advise(setupIn(clean), true);
  assert.deepEqual(clean.log.messages, []);
});

Deno.test("a Python that cannot be found stops nothing", async () => {
  // Kills: a start that is refused because its environment is of a form that nobody knows.
  const world = new World();
  assert.deepEqual(await advise(setupIn(world, { python: "/gone" }), true), []);
});

Deno.test("a good run leaves what it stood on, and a bad one leaves the record as it is", async () => {
  // Kills: versions of a crash written down as good; a record without the driver, which tells no change.
  const world = worldWith({ mlx: "0.31.1" });
  world.machine.machine = known(fakeMachine());
  const setup = setupIn(world, { model: "org/m" });
  await advise(setup);
  await setup.keepGood({ ...GOOD, exitCode: 1 });
  assert.equal(world.store.text(PATH), undefined);
  await setup.keepGood(GOOD);
  const file = decodeLastGood(world.store.text(PATH) ?? "");
  assert.deepEqual([...file.versions], [["python", "3.12"], ["mlx", "0.31.1"]]);
  assert.deepEqual([file.osBuild, file.model, file.interpreter], [
    "25F84",
    "org/m",
    "/v/bin/python",
  ]);
});

Deno.test("a relative Python is written down so that it is found from anywhere", async () => {
  // Kills: `.venv/bin/python` looked for in another folder, and said to be gone.
  const world = worldWith({});
  world.store.putLink("/job/v", "/v");
  world.env["PWD"] = "/job";
  const setup = setupIn(world, { python: "/v" });
  await advise(setup);
  await setup.keepGood(GOOD);
  assert.equal(
    decodeLastGood(world.store.text(PATH) ?? "").interpreter,
    "/v/bin/python",
  );
});

Deno.test("a disk that takes no more changes no exit code", async () => {
  // Kills: a run that ended well and is told as a failure.
  const world = worldWith({});
  world.store.put(STATE, "a file where the folder should be");
  const setup = setupIn(world);
  await advise(setup);
  await setup.keepGood(GOOD);
  assert.equal(world.log.messages.length, 1);
});
