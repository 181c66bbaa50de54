import assert from "node:assert/strict";
import { jsonIn, runIn } from "../../fakes/cli.ts";
import { HOME, SENTINEL, World } from "../../fakes/world.ts";
import { panickedWorld } from "../../postmortem_world.ts";

const OUT = `${HOME}/out`;

Deno.test("postmortem --json prints the five keys of the Python tool", async () => {
  // Kills: a wrapper of the Python tool that finds other keys, or other types.
  const sample = JSON.parse(
    Deno.readTextFileSync(
      new URL(
        "../../fixtures/python_tool/cli-postmortem.json",
        import.meta.url,
      ),
    ),
  );
  const quiet = await jsonIn(new World(), ["postmortem", OUT]);
  assert.deepEqual(Object.keys(quiet), Object.keys(sample));
  assert.deepEqual(quiet, {
    status: "collected",
    ["output_dir"]: OUT,
    ["panic_count"]: 0,
    index: `${OUT}/index.md`,
    sentinel: null,
  });
  const panicked = await jsonIn(panickedWorld(), ["postmortem", OUT]);
  assert.deepEqual([panicked["panic_count"], panicked["sentinel"]], [
    1,
    SENTINEL,
  ]);
});

Deno.test("postmortem says where to read, and what is in force", async () => {
  // Kills: a folder that nobody knows what to do with.
  const { code, out } = await runIn(panickedWorld(), ["postmortem", OUT]);
  assert.equal(code, 0);
  assert.match(out, /^GPU panics in the last 24 hours: 1\.\n/);
  assert.match(out, /GPU work is on hold/);
  assert.match(out, /Read \/Users\/ada\/out\/index\.html in a browser/);
});

Deno.test("postmortem ends with 1 when an artefact could not be written, 0 when it is switched off", async () => {
  // Kills: exit 0 for a bundle with a hole in it.
  const full = panickedWorld();
  full.store.put(OUT, "a file");
  const json = await runIn(full, ["postmortem", OUT, "--json"]);
  assert.equal(json.code, 1);
  assert.equal(JSON.parse(json.out)["index"], null);
  assert.match(json.err, /index\.md is not written/);
  const off = panickedWorld();
  off.env["METALGUARD_POSTMORTEM_DISABLED"] = "1";
  const { code, out } = await runIn(off, ["postmortem", OUT]);
  assert.equal(code, 0);
  assert.match(out, /METALGUARD_POSTMORTEM_DISABLED/);
});
