import assert from "node:assert/strict";
import { bundle, STATUS_FILE } from "../../scripts/bundle.ts";

const PROJECT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

/** What the bundle in a folder prints; it has to end with 0. */
function start(folder: string, args: readonly string[]): string {
  const { code, stdout, stderr } = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-config", "-A", `${folder}/one.js`, ...args],
    clearEnv: true,
    env: { HOME: folder, METALGUARD_REPORT_DIRS: folder },
  }).outputSync();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

Deno.test("the bundle is the same each time, starts with compiled functions, and works", () => {
  // Kills: a build that depends on the moment; functions moved so that the program breaks; a gate without the rest.
  const folder = Deno.makeTempDirSync();
  try {
    const [one, two] = [`${folder}/one.js`, `${folder}/two.js`];
    const status = `${folder}/${STATUS_FILE}`;
    bundle(PROJECT, one);
    const first = Deno.readTextFileSync(status);
    bundle(PROJECT, two);
    assert.equal(first, Deno.readTextFileSync(status));
    assert.match(first, /^var [\w$]+=\((?:async )?function /);
    const text = Deno.readTextFileSync(one);
    assert.equal(text, Deno.readTextFileSync(two));
    assert.match(text, /^var [\w$]+=\((?:async )?function /);
    const gate = start(folder, ["panic-gate", "--json"]);
    assert.equal(JSON.parse(gate).kind, "clear");
    // The others are found beside the first.
    const json = start(folder, ["status", "--json"]);
    assert.equal(JSON.parse(json).health, "ok");
    assert.match(start(folder, ["mode"]), /defensive/);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
