import assert from "node:assert/strict";
import { createPsProcessTable } from "../../../lib/adapters/deno/process_table_ps.ts";
import { FakeChildProcesses, type FakeRun } from "../../fakes/child_process.ts";

const LINE =
  "   42     1   501 S    Tue Nov  3 09:05:07 2026     /opt/Python.app/Contents/MacOS/Python -m x";
const PS = "/bin/ps";

Deno.test("the ps table asks one program, under UTC and C, and believes only the first line", async () => {
  // Kills: a start that moves with the time zone; an argument with a line break that plays another process.
  const children = new FakeChildProcesses()
    .put(PS, { stdout: `${LINE}\n   1 0 0 S Tue Nov  3 09:05:07 2026 x\n` });
  const table = createPsProcessTable(children, { kill: () => {} });
  const reading = await table.read(42);
  assert.ok(reading.kind === "alive");
  assert.deepEqual(reading.facts.startToken, {
    kind: "ps",
    value: "2026-11-03T09:05:07Z",
  });
  assert.deepEqual(reading.facts.names, ["Python"]);
  const [start] = children.starts;
  assert.deepEqual([start?.env["TZ"], start?.env["LC_ALL"]], ["UTC", "C"]);
  assert.equal(start?.args.at(-1), "42");
});

Deno.test("the ps table knows nothing where ps fails, and zombies where it says so", async () => {
  // Kills: `ps` that is missing or slow, or another pid's line, taken for "gone".
  const failures: readonly (FakeRun | "denied")[] = [
    "denied",
    { takesMs: 60_000 },
    { exitCode: 1 },
    { stdout: "ps: operation not permitted\n" },
    { stdout: LINE.replace("   42 ", "   43 ") },
  ];
  for (const failure of failures) {
    const table = createPsProcessTable(
      new FakeChildProcesses().put(PS, failure),
      { kill: () => {} },
    );
    assert.equal((await table.read(42)).kind, "unknown");
    const listed = await table.readDescendants(1);
    if (failure !== failures[4]) assert.equal(listed.kind, "unknown");
  }
  const zombie = createPsProcessTable(
    new FakeChildProcesses().put(PS, { stdout: LINE.replace(" S ", " Z ") }),
    { kill: () => {} },
  );
  assert.deepEqual(await zombie.read(42), { kind: "zombie" });
  assert.deepEqual(await zombie.readDescendants(1), {
    kind: "known",
    value: [],
  });
  const children = new FakeChildProcesses();
  const free = createPsProcessTable(children, {
    kill: () => {
      throw new Deno.errors.NotFound("ESRCH");
    },
  });
  assert.deepEqual(await free.read(42), { kind: "gone" });
  assert.equal(children.starts.length, 0);
});
