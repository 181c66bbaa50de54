import assert from "node:assert/strict";
import { parsePlainRun, tryPlainRun } from "../../lib/cli/run_lane.ts";
import { isPlainRun } from "../../lib/cli/run_words.ts";
import { run } from "../../lib/cli/running_routes.ts";
import { FakeTerminal, runIn } from "../fakes/cli.ts";
import { fakeEnv } from "../fakes/env.ts";
import { HOME, World } from "../fakes/world.ts";

/** The short way in a world; `undefined` where it leaves the run to the whole command line. */
async function plainIn(
  world: World,
  args: readonly string[],
): Promise<{ code: number; out: string; err: string } | undefined> {
  const terminal = new FakeTerminal();
  const ports = { ...world, env: fakeEnv(world.env) };
  const code = await tryPlainRun(args, { ports, terminal });
  return code === undefined
    ? undefined
    : { code, out: terminal.out, err: terminal.err };
}

/** What the scanner gives where nothing is said. */
async function scannersDefaults(): Promise<Record<string, unknown>> {
  const context = {
    process: {
      stdout: { write: (): void => {} },
      stderr: { write: (): void => {} },
    },
  };
  const defaults: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(run.parameters.flags ?? {})) {
    if (flag.kind === "parsed" && flag.default !== undefined) {
      const words = flag.default;
      assert.equal(typeof words, "string");
      defaults[name] = await flag.parse.call(context, String(words));
    } else if ("default" in flag && flag.default !== undefined) {
      defaults[name] = flag.default;
    }
  }
  return defaults;
}

Deno.test("the short way gives a run the flags that the scanner gives it", async () => {
  // Kills: a grace or a default that differs with the way a run is started.
  const defaults = await scannersDefaults();
  for (
    const [line, more] of [
      ["run -- true", {}],
      ["run --max-footprint 26GiB -- true", { maxFootprint: 26 * 2 ** 30 }],
      ["run --label bench --no-lock --strict -- true --strict", {
        label: "bench",
        noLock: true,
        strict: true,
      }],
    ] as const
  ) {
    const args = line.split(" ");
    assert.ok(isPlainRun(args));
    const plain = parsePlainRun(args);
    assert.deepEqual({ ...plain?.flags }, { ...defaults, ...more }, line);
    assert.deepEqual(plain?.words, args.slice(args.indexOf("--") + 1));
  }
});

Deno.test("what only the scanner has words for is left to it", () => {
  // Kills: a limit that is not understood and silently none; a flag of which the first or the last counts.
  for (
    const line of [
      "run --max-footprint 26 -- true",
      "run --max-footprint 0 -- true",
      "run --max-footprint -1GiB -- true",
      "run --no-lock --no-lock -- true",
      "run --label --strict -- true",
    ]
  ) assert.equal(parsePlainRun(line.split(" ")), undefined, line);
});

Deno.test("a command that is a Python's or names a model is left to the whole command line, and nothing is done", async () => {
  // Kills: a model that slips past fit, cadence and registry.
  const world = new World();
  world.store.put("/w/serve.sh", "#!/usr/bin/env python3\n");
  for (
    const words of [["/w/serve.sh"], ["./server", "--model-path", "org/m"]]
  ) {
    assert.equal(await plainIn(world, ["run", "--", ...words]), undefined);
  }
  assert.deepEqual(world.foreground.started, []);
});

Deno.test("a closed gate, a held lock and a missing home refuse in the words of the whole command line", async () => {
  // Kills: a short way that is a way around.
  const worlds: Readonly<Record<string, () => World>> = {
    panic: () => new World().panic(1),
    "held lock": () => {
      const world = new World();
      world.table.start(311);
      world.store.put(
        `${HOME}/.metal-guard/locks/mlx_exclusive.lock`,
        JSON.stringify({
          pid: 311,
          label: "serve",
          started_at: "2026-11-23T11:59:00Z",
          cmdline: "serve",
        }),
      );
      return world;
    },
    "no home": () => new World({ env: { HOME: undefined } }),
  };
  const args = ["run", "--strict", "--", "true"];
  for (const [name, make] of Object.entries(worlds)) {
    const whole = await runIn(make(), args);
    assert.deepEqual(await plainIn(make(), args), whole, name);
    assert.notEqual(whole.code, 0);
  }
});
