import assert from "node:assert/strict";
import { ModeLayer } from "../../lib/layers/mode.ts";
import { World } from "../fakes/world.ts";

Deno.test("the mode fails closed: a word that means nothing is defensive", () => {
  // Kills: a typing mistake after which nothing is refused any more.
  for (const word of [undefined, "", "observe", "off", "1"]) {
    const { mode } = new World({ env: { METALGUARD_MODE: word } }).guard();
    assert.deepEqual([mode.current, mode.isDefensive, mode.isObserver], [
      "defensive",
      true,
      false,
    ]);
  }
});

Deno.test("observer is read whatever its capitals, and told back", () => {
  // Kills: a dashboard that shows another mode than the one in force.
  const { mode } = new World({ env: { METALGUARD_MODE: " Observer" } })
    .guard();
  assert.equal(mode.isObserver, true);
  assert.equal(mode.isDefensive, false);
  assert.equal(mode.describe().mode, "observer");
});

Deno.test("describe() says from where the mode comes", () => {
  // Kills: a person who does not see that the variable was not used.
  const from = (raw: string | undefined): string =>
    new ModeLayer("defensive", raw).describe().envVar;
  assert.equal(
    from(undefined),
    "METALGUARD_MODE=<unset> (default → defensive)",
  );
  assert.equal(from(""), "METALGUARD_MODE=<unset> (default → defensive)");
  assert.equal(from("bogus"), "METALGUARD_MODE=bogus (default → defensive)");
  assert.equal(from("DEFENSIVE"), "METALGUARD_MODE=DEFENSIVE");
});
