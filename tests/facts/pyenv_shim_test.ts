import assert from "node:assert/strict";
import { pythonBehindShim } from "../../lib/facts/pyenv_shim.ts";
import { fakeEnv } from "../fakes/env.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";

const SHIM = "/p/shims/python3";
const HEAD = '#!/usr/bin/env bash\nexec "/p/libexec/pyenv" exec "$program"\n';

function behind(
  env: Readonly<Record<string, string>>,
  version = "3.11.7\n",
  path = SHIM,
): string | undefined {
  const store = new MemoryFileStore().put("/p/version", version)
    .put("/usr/bin/python3", "").put(SHIM, HEAD);
  for (const one of ["3.11.7", "3.12.2", "3.12.10", "3.12-dev"]) {
    store.putFolder(`/p/versions/${one}`);
  }
  return pythonBehindShim({ store, env: fakeEnv(env) }, path, HEAD);
}

Deno.test("pythonBehindShim() finds the version that pyenv would start", () => {
  // Kills: a Mac with pyenv, as many have, that is told "unknown"; 3.12.2 taken for newer than 3.12.10.
  assert.equal(behind({}), "/p/versions/3.11.7/bin/python3");
  assert.equal(
    behind({ PYENV_VERSION: "3.12:3.11.7" }),
    "/p/versions/3.12.10/bin/python3",
  );
  assert.equal(
    behind({}, "# mine\n\n3.12.2 3.11.7\n"),
    "/p/versions/3.12.2/bin/python3",
  );
  assert.equal(
    behind({ PYENV_VERSION: "system", PATH: "/p/shims:/usr/bin" }),
    "/usr/bin/python3",
  );
});

Deno.test("pythonBehindShim() takes no path out of a version file", () => {
  // Kills: a `.python-version` that names ../../somewhere/else.
  for (const version of ["../../evil", "/abs", "3.9.1", "", "\u001b[2J"]) {
    assert.equal(behind({}, version), undefined, version);
  }
  assert.equal(behind({}, "3.11.7", "/usr/bin/python3"), undefined);
});
