import assert from "node:assert/strict";
import { findOtherGuards } from "../../lib/facts/other_guards.ts";
import { HOME, World } from "../fakes/world.ts";

Deno.test("findOtherGuards() names the homes whose guards have locks of their own", () => {
  // Kills: two users of one GPU that each think they hold it (SAFETY I3); our own home as somebody else's.
  const { store } = new World();
  store.putFolder(`${HOME}/.metal-guard`);
  store.putFolder("/Users/grace");
  assert.deepEqual(findOtherGuards(store, HOME), []);
  store.putFolder("/Users/grace/.metal-guard");
  const [found] = findOtherGuards(store, HOME);
  assert.match(found?.message ?? "", /: \/Users\/grace$/);
  assert.match(found?.fix ?? "", /^\$ export MLX_LOCK_PATH=/m);
});

Deno.test("findOtherGuards() fails open: no home, and homes that may not be looked into, are passed over", () => {
  // Kills: a doctor that ends because another user's home is closed.
  const { store } = new World();
  store.putFolder("/Users/grace/.metal-guard", { userId: 502 });
  store.putFolder("/Users/grace", { mode: 0o700, userId: 502 });
  assert.deepEqual(findOtherGuards(store, HOME), []);
  for (const home of [undefined, "/", "/none/here"]) {
    assert.deepEqual(findOtherGuards(store, home), []);
  }
});
