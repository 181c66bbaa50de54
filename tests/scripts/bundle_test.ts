import assert from "node:assert/strict";
import { bundle } from "../../scripts/bundle.ts";

const PROJECT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

Deno.test("the bundle is the same each time, starts with compiled functions, and works", () => {
  // Kills: a build that depends on the moment; functions moved so that the program breaks.
  const folder = Deno.makeTempDirSync();
  try {
    const [one, two] = [`${folder}/one.js`, `${folder}/two.js`];
    bundle(PROJECT, one);
    bundle(PROJECT, two);
    const text = Deno.readTextFileSync(one);
    assert.equal(text, Deno.readTextFileSync(two));
    assert.match(text, /^var [\w$]+=\((?:async )?function /);
    const { code, stdout } = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-config", "-A", one, "panic-gate", "--json"],
      clearEnv: true,
      env: { HOME: folder, METALGUARD_REPORT_DIRS: folder },
    }).outputSync();
    assert.equal(code, 0);
    assert.equal(JSON.parse(new TextDecoder().decode(stdout)).kind, "clear");
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
