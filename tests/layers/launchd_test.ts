import assert from "node:assert/strict";
import { MetalGuardError } from "../../lib/core/error.ts";
import { Launchd, type LaunchdRequest } from "../../lib/layers/launchd.ts";
import { FakeLaunchd } from "../fakes/launchctl.ts";
import { HOME, World } from "../fakes/world.ts";

const PATH = `${HOME}/Library/LaunchAgents/com.metal-guard.status-writer.plist`;
const TARGET = "gui/501/com.metal-guard.status-writer";

function machine(): {
  readonly world: World;
  readonly launchd: Launchd;
  readonly system: FakeLaunchd;
  readonly plan: (
    request?: Partial<LaunchdRequest>,
  ) => ReturnType<Launchd["plan"]>;
} {
  const world = new World();
  world.env["PATH"] = "/opt/bin:/usr/bin";
  world.store.put("/opt/bin/metal-guard", "").put("/opt/bin/server", "");
  const env = (name: string): string | undefined => world.env[name];
  const { store, children } = world;
  const launchd = new Launchd({ store, env, system: world.system, children }, {
    home: HOME,
    variables: {},
    reportFolders: ["/Library/Logs/DiagnosticReports"],
  });
  return {
    world,
    launchd,
    system: new FakeLaunchd(children),
    plan: (request) => launchd.plan({ kind: "status-writer", ...request }),
  };
}

Deno.test("planning reports and changes nothing", () => {
  // Kills: `launchd print` that writes; a folder that is made while somebody only looks.
  const { world, plan, launchd } = machine();
  let effects = 0;
  world.store.onEffect = () => {
    effects += 1;
  };
  assert.equal(plan().found, "nothing");
  assert.equal(plan().target, TARGET);
  launchd.locate({ kind: "gate" });
  assert.equal(effects, 0);
  assert.deepEqual(world.children.starts, []);
});

Deno.test("install writes and loads once; again, it changes nothing", async () => {
  // Kills: a job that is ended and started anew each time a set-up script runs.
  const { world, plan, launchd, system } = machine();
  const first = await launchd.install(plan());
  assert.equal(first.problem, null);
  assert.equal(world.store.text(PATH), plan().text);
  assert.equal(world.store.mode(PATH), 0o600);
  assert.equal(
    world.store.stat(`${HOME}/Library/Logs/metal-guard`).kind,
    "folder",
  );
  assert.deepEqual([...system.loaded], [TARGET]);
  const again = await launchd.install(plan());
  assert.deepEqual(again, {
    steps: ["it is installed and loaded already"],
    problem: null,
  });
  assert.deepEqual(system.orders, ["bootstrap"]);
});

Deno.test("install replaces an older one of ours, and loads what lies there unloaded", async () => {
  // Kills: a new interval that never comes into force; a file that waits for the next login.
  const { world, plan, launchd, system } = machine();
  await launchd.install(plan());
  const changed = plan({ program: "/other/metal-guard" });
  assert.equal(changed.found, "ours");
  assert.equal((await launchd.install(changed)).problem, null);
  assert.equal(world.store.text(PATH), changed.text);
  assert.deepEqual(system.orders, ["bootstrap", "bootout", "bootstrap"]);
  system.loaded.clear();
  assert.equal(
    (await launchd.install(plan({ program: "/other/metal-guard" }))).problem,
    null,
  );
  assert.deepEqual([...system.loaded], [TARGET]);
});

Deno.test("uninstall undoes all of it, twice if asked, also when program and command are gone", async () => {
  // Kills: a job that nobody can take away because metal-guard has moved.
  const { world, plan, launchd, system } = machine();
  await launchd.install(plan());
  world.store.remove("/opt/bin/metal-guard");
  const place = launchd.locate({ kind: "status-writer" });
  assert.equal(place.found, "ours");
  assert.equal((await launchd.uninstall(place)).problem, null);
  assert.equal(world.store.text(PATH), undefined);
  assert.equal(system.loaded.size, 0);
  assert.deepEqual(
    (await launchd.uninstall(launchd.locate({ kind: "status-writer" }))).steps,
    ["it is not installed"],
  );
  assert.equal(
    launchd.locate({ kind: "run", name: "qwen" }).label,
    "com.metal-guard.run.qwen",
  );
});

Deno.test("a file that is not ours is left alone, or kept and put back", async () => {
  // Kills: the Python tool's own job, of the same label, overwritten or removed for good.
  const { world, plan, launchd, system } = machine();
  world.store.put(PATH, "<plist>theirs</plist>");
  assert.equal(plan().found, "other");
  assert.match(String((await launchd.install(plan())).problem), /not written/);
  assert.match(
    String(
      (await launchd.uninstall(launchd.locate({ kind: "status-writer" })))
        .problem,
    ),
    /not written/,
  );
  assert.equal(world.store.text(PATH), "<plist>theirs</plist>");
  assert.deepEqual(system.orders, []);

  const kept = await launchd.install(plan(), { replace: true });
  assert.equal(kept.problem, null);
  assert.equal(world.store.text(PATH), plan().text);
  await launchd.uninstall(launchd.locate({ kind: "status-writer" }));
  assert.equal(world.store.text(PATH), "<plist>theirs</plist>");

  world.store.put(`${PATH}.before-metal-guard`, "older");
  assert.match(
    String((await launchd.install(plan(), { replace: true })).problem),
    /there already/,
  );
});

Deno.test("what launchctl refuses is told in its words, without what a terminal obeys", async () => {
  // Kills: "installed" while nothing runs.
  const { plan, launchd, system } = machine();
  system.fails.set("bootstrap", 125);
  const { problem } = await launchd.install(plan());
  assert.equal(problem, "launchctl bootstrap ended with 125: no [2J");
  system.fails.clear();
  await launchd.install(plan());
  system.fails.set("bootout", 5);
  const ended = await launchd.uninstall(
    launchd.locate({ kind: "status-writer" }),
  );
  assert.match(String(ended.problem), /bootout ended with 5/);
  assert.equal(plan().found, "same", "the file stays while the job runs");
});

Deno.test("root, and a machine without launchd, get nothing written", async () => {
  // Kills: a file in root's home that no session ever loads.
  const { world, plan, launchd } = machine();
  world.system.userId = 0;
  assert.match(String((await launchd.install(plan())).problem), /^root has/);
  world.system.userId = 501;
  world.children.put("/bin/launchctl", "denied");
  assert.match(String((await launchd.install(plan())).problem), /of macOS/);
  assert.equal(world.store.text(PATH), undefined);
});

Deno.test("a job needs whole paths and words that a property list can hold", () => {
  // Kills: a job that ends at once, because launchd starts it in / with another PATH.
  const { plan, launchd } = machine();
  const found = plan({ kind: "run", command: ["server", "--port", "1"] });
  assert.match(found.text, /<string>\/opt\/bin\/server<\/string>/);
  const code = (request: Partial<LaunchdRequest>): string => {
    try {
      plan(request);
      return "fine";
    } catch (error) {
      return error instanceof MetalGuardError ? error.code : "other";
    }
  };
  for (
    const request of [
      { kind: "run", command: ["./server"] },
      { kind: "run", command: ["absent"] },
      { kind: "run", command: ["server", "\u0007"] },
      { kind: "run", command: [] },
      { kind: "run", command: ["server"], name: "../x" },
      { kind: "status-writer", command: ["server"] },
      { kind: "gate", name: "x" },
      { program: "bin/metal-guard" },
    ] as const
  ) {
    assert.equal(code(request), "usage", JSON.stringify(request));
  }
  assert.throws(() => launchd.locate({ kind: "run" }), /--name/);
});

Deno.test("a folder for metrics is a whole path, and the status-writer's alone", async () => {
  // Kills: a relative folder, which under launchd is one below /.
  const world = new World();
  world.store.put("/opt/metal-guard", "");
  const launchd = await world.guard().launchd();
  const program = "/opt/metal-guard";
  assert.throws(
    () => launchd.plan({ kind: "status-writer", program, metricsDir: "m" }),
    /write the whole path of m$/,
  );
  assert.throws(
    () => launchd.plan({ kind: "gate", program, metricsDir: "/m" }),
    /--metrics-dir is for the status-writer/,
  );
  const { text } = launchd.plan({
    kind: "status-writer",
    program,
    metricsDir: "/m",
  });
  assert.match(text, /<string>--metrics-dir<\/string>\s*<string>\/m</);
});
