import assert from "node:assert/strict";
import { runFlagged, type RunFlags } from "../../lib/cli/run_body.ts";
import type { GuardedRunOptions } from "../../lib/compose/run_types.ts";
import { RefusedError } from "../../lib/core/error.ts";
import { FakeTerminal } from "../fakes/cli.ts";
import { fakeEnv } from "../fakes/env.ts";
import { World } from "../fakes/world.ts";

const FLAGS: RunFlags = {
  label: "run",
  grace: 1,
  restart: "never",
  observe: false,
  strict: false,
  noLock: false,
  beforeTermTimeout: 1,
  onGuardExit: "terminate",
  reportDetails: false,
  probeInterval: 1,
  probeTimeout: 1,
  probeFailures: 3,
  probeAfter: 1,
};

/** What a run is asked for, and how it ended. */
async function runWith(
  flags: Partial<RunFlags>,
  mode: string,
  end: () => Promise<{ exitCode: number; recommendedBytes: number | null }>,
): Promise<{
  code: number;
  err: string;
  options: GuardedRunOptions | undefined;
}> {
  const world = new World({ env: { METALGUARD_MODE: mode } });
  const terminal = new FakeTerminal();
  let options: GuardedRunOptions | undefined;
  const context = {
    ports: { ...world, env: fakeEnv(world.env) },
    guard: world.guard(),
    terminal,
    finish: (): void => {},
  };
  const code = await runFlagged(
    context,
    { ...FLAGS, ...flags },
    ["cmd"],
    async (_words, asked) => {
      options = asked;
      return { cause: null, peakBytes: 2 ** 20, ...await end() };
    },
  );
  return { code, err: terminal.err, options };
}

Deno.test("an observer leaves its program alone when it dies, whichever way it was made one", async () => {
  // Kills: METALGUARD_MODE=observer with a watcher that ends the program.
  const end = (): Promise<{ exitCode: number; recommendedBytes: number }> =>
    Promise.resolve({ exitCode: 7, recommendedBytes: 64 * 2 ** 20 });
  for (
    const [flags, mode] of [[{ observe: true }, "defensive"], [
      {},
      "observer",
    ]] as const
  ) {
    const { code, err, options } = await runWith(flags, mode, end);
    assert.equal(code, 7);
    assert.equal(options?.isObserver, true);
    assert.equal(options?.onGuardExit, "detach");
    assert.match(err, /recommended: --max-footprint 64MiB/);
  }
});

Deno.test("a refusal is 75, with its way out", async () => {
  // Kills: a refusal that looks like the program's own failure.
  const { code, err, options } = await runWith({}, "defensive", () => {
    throw new RefusedError("fit", {
      kind: "refuse",
      reason: "it does not fit",
      wayOut: "take a smaller one",
    });
  });
  assert.equal(code, 75);
  assert.match(err, /it does not fit[\s\S]*take a smaller one/);
  assert.equal(options?.onGuardExit, "terminate");
});
