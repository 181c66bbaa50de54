import assert from "node:assert/strict";
import { siteFolders, userSiteFolders } from "../../lib/facts/site_folders.ts";
import { fakeEnv } from "../fakes/env.ts";

Deno.test("siteFolders() are those of the prefix, with Debian's only below /usr", () => {
  // Kills: Debian's packages counted for a Python of one's own in /usr/local.
  const own = siteFolders("/usr/local", "3.12");
  assert.equal(own[0], "/usr/local/lib/python3.12/site-packages");
  assert.equal(own.some((path) => path.endsWith("dist-packages")), false);
  assert.deepEqual(siteFolders("/usr", "3.11").slice(0, 2), [
    "/usr/local/lib/python3.11/dist-packages",
    "/usr/lib/python3/dist-packages",
  ]);
});

Deno.test("userSiteFolders() differ between frameworks and other builds, and can be switched off", () => {
  // Kills: a `pip install --user` on a Mac that is looked for where Linux keeps it.
  const of = (
    env: Readonly<Record<string, string>>,
    isFramework: boolean,
  ): readonly string[] => userSiteFolders(fakeEnv(env), "3.12", isFramework);
  const HOME = "/Users/ada";
  assert.deepEqual(of({ HOME }, true), [
    "/Users/ada/Library/Python/3.12/lib/python/site-packages",
  ]);
  assert.deepEqual(of({ HOME }, false), [
    "/Users/ada/.local/lib/python3.12/site-packages",
  ]);
  assert.deepEqual(of({ HOME, PYTHONUSERBASE: "/base" }, false), [
    "/base/lib/python3.12/site-packages",
  ]);
  assert.deepEqual(of({ HOME, PYTHONNOUSERSITE: "1" }, false), []);
  assert.deepEqual(of({ HOME: "relative" }, true), []);
  assert.deepEqual(of({}, false), []);
});
