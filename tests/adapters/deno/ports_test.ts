import assert from "node:assert/strict";
import { createDenoPorts } from "../../../lib/adapters/deno/ports.ts";

Deno.test("making every port needs no permission, and each one is there", async () => {
  // Kills: a port that asks the system when it is made, which costs every start.
  const adapter = new URL(
    "../../../lib/adapters/deno/ports.ts",
    import.meta.url,
  );
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      "--no-lock",
      `import { createDenoPorts } from ${JSON.stringify(adapter.href)};
       console.log(Object.keys(createDenoPorts()).sort().join());`,
    ],
    env: { NO_COLOR: "1" },
  }).output();
  assert.deepEqual([code, new TextDecoder().decode(stdout).trim()], [
    0,
    "children,clock,env,foreground,host,log,own,signals,store,system,table,tableSource",
  ]);
});

Deno.test("the ports reach the machine they run on", () => {
  // Kills: a port wired to another's adapter.
  const { clock, store, env, system } = createDenoPorts();
  const seconds = clock.now().epochMilliseconds / 1_000 - Date.now() / 1_000;
  assert.ok(Math.abs(seconds) < 5);
  assert.equal(store.stat("/").kind, "folder");
  assert.equal(env("HOME"), Deno.env.get("HOME"));
  assert.equal(system.pid, Deno.pid);
});
