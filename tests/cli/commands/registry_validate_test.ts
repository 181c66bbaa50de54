import assert from "node:assert/strict";
import { jsonIn, runIn } from "../../fakes/cli.ts";
import { entryText } from "../../fakes/registry.ts";
import { World } from "../../fakes/world.ts";

function world(env: Readonly<Record<string, string>> = {}): World {
  const made = new World({ env });
  made.store.putFolder("/r").putFolder("/empty");
  made.store.put("/r/owner_own_4bit.jsonc", entryText());
  made.store.put("/bad.jsonc", '{\n  "id": 1,\n}');
  return made;
}

Deno.test("registry validate ends with 0 for sound files, 1 for faults, 64 when nothing is named", async () => {
  // Kills: a CI step that is green without having looked at anything.
  const run = async (...paths: readonly string[]): Promise<number> =>
    (await runIn(world(), ["registry", "validate", ...paths])).code;
  assert.equal(await run("/r"), 0);
  assert.equal(await run("/r", "/bad.jsonc"), 1);
  assert.equal(await run("/absent"), 1);
  assert.equal(await run("/empty"), 1);
  assert.equal(await run(), 64);
});

Deno.test("without a path the own entries are validated", async () => {
  // Kills: a user who has to type the path that is in the environment.
  const { code, out } = await runIn(world({ METALGUARD_REGISTRY: "/r" }), [
    "registry",
    "validate",
  ]);
  assert.deepEqual([code, out], [0, "VALID  1 file\n"]);
});

Deno.test("the form is text, annotations in GitHub's runner, or what is asked for", async () => {
  // Kills: annotations that a person has to read; text where the runner looks for annotations.
  const line = ["registry", "validate", "/bad.jsonc"];
  assert.match(
    (await runIn(world(), line)).out,
    /^\/bad\.jsonc:2:10 trailing-comma\n/,
  );
  const runner = world({ GITHUB_ACTIONS: "true" });
  assert.match(
    (await runIn(runner, line)).out,
    /^::error file=\/bad\.jsonc,line=2,col=10,title=trailing-comma::/,
  );
  assert.match(
    (await runIn(runner, [...line, "--format", "text"])).out,
    /^\/bad/,
  );
  assert.match(
    (await runIn(world(), [...line, "--format", "github"])).out,
    /^::error/,
  );
  const json = await jsonIn(runner, line);
  assert.equal(json["valid"], false);
  assert.deepEqual(
    JSON.parse((await runIn(world(), [...line, "--format", "json"])).out),
    json,
  );
});
