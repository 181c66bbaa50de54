import assert from "node:assert/strict";
import { known } from "../../../lib/core/observed.ts";
import { GB } from "../../../lib/core/bytes.ts";
import { createMetalGuard } from "../../../lib/compose.ts";
import fit from "../../../lib/cli/commands/fit.ts";
import { fakeContext } from "../../fakes/cli_context.ts";
import { World } from "../../fakes/world.ts";

async function run(
  model: string,
  options: { readonly activeGb?: number; readonly context?: number } = {},
): Promise<{ readonly code: number | undefined; readonly out: string }> {
  const world = new World();
  const context = fakeContext(world);
  let code: number | undefined;
  const ports = {
    ...context.ports,
    gpuMemory: () =>
      Promise.resolve({
        activeBytes: known((options.activeGb ?? 0) * GB),
        limitBytes: known(48 * GB),
        limitSource: "test",
      }),
  };
  await fit.call({
    ...context,
    ports,
    guard: createMetalGuard(ports),
    finish: (exitCode) => {
      code = exitCode;
    },
  }, {
    json: true,
    ...(options.context === undefined ? {} : { context: options.context }),
  }, model);
  return { code, out: context.terminal.out };
}

Deno.test("fit ends with 0 for what fits or cannot be told, 1 for what does not", async () => {
  // Kills: a script that loads what was refused; a refusal for a name without a size.
  assert.equal((await run("m-70b-4bit")).code, 0);
  assert.equal((await run("m-70b-4bit", { activeGb: 12 })).code, 1);
  assert.equal((await run("m")).code, 0);
});

Deno.test("a context of which nothing is known is null, not free", async () => {
  // Kills: "0 GB" for a context that nobody could weigh.
  const json = JSON.parse((await run("m-8b-4bit", { context: 4_096 })).out);
  assert.equal(json.context_tokens, 4_096);
  assert.equal(json.context_gb, null);
  assert.equal(json.fits, true);
});
