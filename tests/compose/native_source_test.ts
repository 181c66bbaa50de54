import assert from "node:assert/strict";
import {
  libraryOf,
  makeNativeCaller,
  type NativeSetup,
} from "../../lib/compose/native_source.ts";
import { STATE, World } from "../fakes/world.ts";

function setupOf(world: World, library?: string): NativeSetup {
  return {
    clock: world.clock,
    store: world.store,
    system: world.system,
    children: world.children,
    owner: () => undefined,
    library,
    nativeTrial: `${STATE}/native-trial.json`,
  };
}

Deno.test("a Mac has the dylib that was built with the program, elsewhere only a named one is opened", () => {
  // Kills: a dylib looked for on Linux by every command; one that a person named and that is not taken.
  const world = new World();
  assert.match(
    libraryOf(setupOf(world)) ?? "",
    /\/dist\/ffi\/libmetalguard\.dylib$/,
  );
  world.system.platform = "linux";
  assert.equal(libraryOf(setupOf(world)), undefined);
  assert.equal(makeNativeCaller(setupOf(world)), undefined);
  assert.equal(libraryOf(setupOf(world, "/x.so")), "/x.so");
});

Deno.test("makeNativeCaller() fails closed: a dylib that cannot be tried is not opened", async () => {
  // Kills: a library opened in our own process that nobody has tried in another one.
  const world = new World();
  const caller = makeNativeCaller(setupOf(world, "/x.so"));
  const answer = await caller?.ask("it", (one) => one.readHostMemory());
  assert.ok(answer?.kind === "failed");
  assert.match(answer.because, /cannot be tried here/);
});
