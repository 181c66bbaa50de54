/** Planted keys, passwords, arguments, breadcrumbs, host names, serials and paths, searched for in all that gets out. */
import assert from "node:assert/strict";
import { CliPlace } from "../cli_place.ts";
import {
  plant,
  PLANTED,
  plantedText,
  PRIVATE_OUTPUTS,
} from "./privacy_outputs.ts";

for (const { name, without, withoutPaths, make } of PRIVATE_OUTPUTS) {
  Deno.test(`nothing private gets out: ${name}`, async () => {
    // Kills: a key, a path or somebody's words in a file that is shared, scraped or pasted (SAFETY P1–P3).
    using place = new CliPlace();
    plant(place);
    const text = await make(place);
    assert.ok(text.length > 100, "there is something to search");
    for (const kind of without) {
      for (const planted of PLANTED[kind]) {
        assert.ok(!text.includes(planted), `${kind} ${planted} in:\n${text}`);
      }
    }
    if (withoutPaths !== "none") {
      const path = withoutPaths === "home" ? place.home : place.root;
      assert.ok(!text.includes(path), text);
    }
  });
}

Deno.test("what is planted is there to be found", async () => {
  // Kills: a search that finds nothing because there is nothing.
  using place = new CliPlace();
  plant(place);
  const files = plantedText(place);
  for (const [kind, planted] of Object.entries(PLANTED)) {
    if (kind === "said") continue;
    for (const one of planted) assert.ok(files.includes(one), one);
  }
  const { stdout } = await place.run(["status", "--json"]);
  assert.ok(stdout.includes(PLANTED.crumb[0]), "status reads the breadcrumbs");
  assert.ok(stdout.includes(place.root), "and names paths");
});
