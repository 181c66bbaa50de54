import assert from "node:assert/strict";
import { SteadyHold } from "../../lib/core/steady_hold.ts";

Deno.test("SteadyHold does one step after the other, and nothing once it is given back", async () => {
  // Kills: a record that is written anew after it was taken away.
  const steps: string[] = [];
  const step = async (name: string): Promise<void> => {
    steps.push(`${name} begins`);
    await Promise.resolve();
    steps.push(`${name} ends`);
  };
  const hold = new SteadyHold({
    kind: "held",
    nonce: "n",
    environment: {},
    name: ({ pid }) => step(`name ${pid}`),
    check: async () => {
      await step("check");
      return { kind: "ours" };
    },
    [Symbol.asyncDispose]: () => step("give back"),
  });
  const process = { pid: 1, startToken: undefined };
  const answers = await Promise.all([
    hold.name(process),
    hold.check(),
    hold.giveBack(),
    hold.name({ ...process, pid: 2 }),
    hold.check(),
  ]);
  assert.deepEqual(answers, [
    undefined,
    { kind: "ours" },
    ...[undefined, undefined, undefined],
  ]);
  assert.deepEqual(steps, [
    ...["name 1 begins", "name 1 ends", "check begins", "check ends"],
    ...["give back begins", "give back ends"],
  ]);
});
