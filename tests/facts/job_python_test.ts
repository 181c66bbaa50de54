import assert from "node:assert/strict";
import { pythonOfProgram } from "../../lib/facts/job_python.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";

Deno.test("pythonOfProgram() knows a Python and a script of one, and nothing else", () => {
  // Kills: ollama taken for a Python because Homebrew keeps one beside it; a FIFO that is read for ever.
  const store = new MemoryFileStore()
    .put("/v/bin/mlx_lm.server", "#!/v/bin/python3.12\nimport sys\n")
    .put("/v/bin/bare", "#!/usr/bin/env python3\n")
    .put("/v/bin/serve", "#!/bin/sh\nexec ./x\n")
    .put("/v/bin/ollama", "\u00cf\u00fa\u00ed\u00fe")
    .putOther("/v/bin/fifo")
    .put("/v/bin/closed", "#!/v/bin/python\n", { mode: 0, userId: 0 });
  const python = (name: string): string | undefined =>
    pythonOfProgram(store, `/v/bin/${name}`);
  assert.equal(python("mlx_lm.server"), "/v/bin/python3.12");
  assert.equal(python("bare"), "/v/bin/bare");
  assert.equal(python("python"), "/v/bin/python");
  assert.equal(python("python3.13t"), "/v/bin/python3.13t");
  for (
    const name of ["serve", "fifo", "absent", "closed", "python-x", "ollama"]
  ) assert.equal(python(name), undefined, name);
});
