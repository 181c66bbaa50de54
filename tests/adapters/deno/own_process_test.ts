import assert from "node:assert/strict";
import {
  createDenoOwnProcess,
  selfProgramOf,
} from "../../../lib/adapters/deno/own_process.ts";

const FACTS = {
  isStandalone: false,
  execPath: "/usr/bin/deno",
  mainModule: undefined,
  ownModule: "file:///x/lib/adapters/deno/own_process.ts",
};

Deno.test("selfProgramOf() starts the program that we are, and no other", () => {
  // Kills: a library inside somebody's program that starts that program again and again.
  const last = (
    facts: Parameters<typeof selfProgramOf>[0],
  ): string | undefined => selfProgramOf(facts)?.at(-1);
  assert.equal(last(FACTS), "file:///x/lib/compose/native_child.ts");
  assert.equal(
    last({ ...FACTS, mainModule: "file:///dist/main.js" }),
    "file:///dist/main.js",
  );
  assert.equal(last({ ...FACTS, ownModule: "file:///y/bundle.js" }), undefined);
  assert.equal(last({ ...FACTS, isStandalone: true }), undefined);
  assert.deepEqual(
    selfProgramOf({ ...FACTS, isStandalone: true, mainModule: "file:///m" }),
    ["/usr/bin/deno"],
  );
  assert.equal(
    last({ ...FACTS, mainModule: "https://example.invalid/main.ts" }),
    undefined,
  );
});

Deno.test("selfProgramOf() starts a package's own file out of the cache, and fetches nothing", () => {
  // Kills: a dylib that is never used where the package came from a registry; a child that downloads.
  const ownModule =
    "https://example.invalid/a/lib/adapters/deno/own_process.ts";
  const words = selfProgramOf({ ...FACTS, ownModule });
  assert.ok(words?.includes("--cached-only"));
  assert.equal(
    words?.at(-1),
    "https://example.invalid/a/lib/compose/native_child.ts",
  );
  assert.equal(
    selfProgramOf({ ...FACTS, ownModule: "http://example.invalid/own.ts" }),
    undefined,
  );
});

Deno.test("the child may neither write nor run nor use the network", () => {
  // Kills: a library that is on trial with all permissions.
  const words = selfProgramOf(FACTS)?.join(" ") ?? "";
  assert.match(words, /--no-prompt/);
  assert.doesNotMatch(words, /--allow-(?:all|write|run|net)|-A/);
});

Deno.test("this process names its system and can end", () => {
  // Kills: one trial of the dylib for all versions of the system.
  const own = createDenoOwnProcess();
  assert.match(own.systemVersion, /^\d+\.\d+/);
  assert.equal(own.hang.isSet, false);
  assert.ok(own.self?.at(-1)?.endsWith("/native_child.ts"));
});
