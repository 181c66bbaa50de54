import assert from "node:assert/strict";
import { detectProcessMode } from "../../lib/policy/process_mode.ts";

Deno.test("detectProcessMode() asks its rules in order: worker, server, notebook, cli, embedded", () => {
  // Kills: two rules that change places.
  const all = ["/x/pytest.py", "uvicorn", "-m", "ipykernel"];
  assert.equal(
    detectProcessMode({ argv: all, subprocessWorker: "1" }),
    "subprocess_worker",
  );
  assert.equal(detectProcessMode({ argv: all }), "server");
  assert.equal(
    detectProcessMode({ argv: ["/x/pytest.py", "-m", "ipykernel"] }),
    "notebook",
  );
  assert.equal(detectProcessMode({ argv: ["/x/pytest.py"] }), "cli");
  assert.equal(detectProcessMode({ argv: [] }), "embedded");
});

Deno.test("a web server counts in the program's name or as a whole argument only", () => {
  // Kills: a prompt or path that mentions fastapi taken for a server.
  const of = (...argv: string[]): string => detectProcessMode({ argv });
  assert.equal(of("/opt/bin/Uvicorn-worker", "a:b"), "server");
  assert.equal(of("python3", "-m", "fastapi"), "server");
  assert.equal(of("python3", "say.py", "what is fastapi?"), "cli");
  assert.equal(of("/home/uvicorn/bin/MyApp"), "embedded");
});

Deno.test("only 1 makes a worker, and a loaded ipykernel a notebook", () => {
  // Kills: METALGUARD_SUBPROCESS_WORKER=0 taken for "on".
  const argv = ["MyApp"];
  assert.equal(detectProcessMode({ argv, subprocessWorker: "0" }), "embedded");
  assert.equal(detectProcessMode({ argv, hasIpykernel: true }), "notebook");
  assert.equal(detectProcessMode({ argv: ["-c"] }), "embedded");
});
