import assert from "node:assert/strict";

/** Runs a program of its own, since a timer that keeps a program alive shows only at its end. */
async function run(code: string): Promise<{ code: number; stdout: string }> {
  const module = new URL(
    "../../../lib/adapters/deno/ticker.ts",
    import.meta.url,
  ).href;
  const output = await new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      "--no-lock",
      "--cached-only",
      `import { createDenoTicker } from ${JSON.stringify(module)};
const ticker = createDenoTicker();
${code}`,
    ],
    env: { NO_COLOR: "1" },
    stderr: "null",
  }).output();
  return {
    code: output.code,
    stdout: new TextDecoder().decode(output.stdout),
  };
}

Deno.test("a loop does not keep the program alive", async () => {
  // Kills: a program that never ends because a watchdog watches.
  const { code, stdout } = await run(
    `ticker.every(3_600_000, async () => {}); console.log("done");`,
  );
  assert.equal(code, 0);
  assert.equal(stdout, "done\n");
});

Deno.test("calls come again, never overlap, outlive a failure, and end when told to", async () => {
  // Kills: setInterval, which starts a second call while the first one hangs.
  const { stdout } = await run(`
let running = 0, calls = 0;
const over = Promise.withResolvers();
const loop = ticker.every(1, async () => {
  running++;
  if (running > 1) console.log("overlap");
  await new Promise((resolve) => setTimeout(resolve, 5));
  running--;
  calls++;
  if (calls === 3) { loop[Symbol.dispose](); over.resolve(); }
  throw new Error("ends nothing");
});
await over.promise;
await new Promise((resolve) => setTimeout(resolve, 30));
console.log(calls);
`);
  assert.equal(stdout, "3\n");
});
