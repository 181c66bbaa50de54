import assert from "node:assert/strict";
import {
  fromVariable,
  installation,
  newestLibrary,
} from "../../lib/facts/python_installation.ts";
import { fakeEnv } from "../fakes/env.ts";
import { PythonWorld } from "../fakes/python_world.ts";

Deno.test("installation() takes the version from the program's name, else the newest library", () => {
  // Kills: 3.9 taken for newer than 3.12; python3.11's packages shown for python3.12 beside it.
  const world = new PythonWorld().python("/opt/py", "3.11")
    .python("/opt/py", "3.12");
  world.store.putFolder("/opt/py/lib/python3.9")
    .put("/opt/py/bin/pypy-like", "");
  const version = (program: string): string => {
    const place = installation(world.ports, `/opt/py/bin/${program}`);
    return place.kind === "known" ? place.value.version : place.because;
  };
  assert.equal(version("python3.11"), "3.11");
  assert.equal(version("python3"), "3.12");
  assert.equal(version("pypy-like"), "3.12");
  assert.equal(newestLibrary(world.store, "/opt/py"), "3.12");
  assert.equal(newestLibrary(world.store, "/none"), undefined);
});

Deno.test("installation() finds a library some folders higher, and no further", () => {
  // Kills: a walk up to /, where Debian's library would be taken for any program's.
  const world = new PythonWorld();
  world.store.putFolder("/a/lib/python3.12").put("/a/b/bin/python3.12", "")
    .put("/a/b/c/d/e/bin/python3.12", "");
  const kind = (program: string): string =>
    installation(world.ports, program).kind;
  assert.equal(kind("/a/b/bin/python3.12"), "known");
  assert.equal(kind("/a/b/c/d/e/bin/python3.12"), "unknown");
});

Deno.test("fromVariable() reads PYTHONPATH, bounded", () => {
  // Kills: an empty part that means the current folder; a variable of a megabyte.
  assert.deepEqual(fromVariable(fakeEnv({ PYTHONPATH: ":/a::b:" })), [
    "/a",
    "b",
  ]);
  assert.deepEqual(fromVariable(fakeEnv({})), []);
  const many = fromVariable(fakeEnv({ PYTHONPATH: "/a:".repeat(1_000) }));
  assert.equal(many.length, 50);
});
