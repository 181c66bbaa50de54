import assert from "node:assert/strict";
import { readKnobs } from "../../lib/compose/knob_states.ts";
import { fakeEnv } from "../fakes/env.ts";

Deno.test("readKnobs() shows our own variables, and no secret", () => {
  // Kills: somebody's whole environment in a file that is sent on; the nonce by which a lock is joined.
  const knobs = readKnobs(fakeEnv({
    METALGUARD_MODE: "observer",
    METALGUARD_LOCK_NONCE: "abc",
    AWS_SECRET: "x",
    HF_HOME: "https://u:p@host/x",
  }));
  assert.equal(knobs["METALGUARD_MODE"], "observer");
  assert.equal(knobs["METALGUARD_LOCK_NONCE"], "***");
  assert.equal(knobs["METALGUARD_STATE_DIR"], null);
  assert.ok(!("AWS_SECRET" in knobs));
  assert.doesNotMatch(JSON.stringify(knobs), /u:p/);
});
