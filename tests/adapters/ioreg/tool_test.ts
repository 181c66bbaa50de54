import assert from "node:assert/strict";
import { MAC_TOOLS, runTool } from "../../../lib/adapters/ioreg/tool.ts";
import { known } from "../../../lib/core/observed.ts";
import { FakeChildProcesses, type FakeRun } from "../../fakes/child_process.ts";

function run(does: FakeRun, isPartial = false): ReturnType<typeof runTool> {
  const children = new FakeChildProcesses().put("/x", does);
  return runTool(children, { program: "/x", args: ["a"] }, isPartial);
}

Deno.test("every program is named by its absolute path", () => {
  // Kills: an `ioreg` that somebody put on PATH.
  for (const path of Object.values(MAC_TOOLS)) assert.match(path, /^\/usr\//);
});

Deno.test("runTool() turns every failure into a reason, and throws none", async () => {
  // Kills: half an answer of a program that was killed; an error that ends the status.
  const reason = async (does: FakeRun): Promise<string> => {
    const answer = await run(does);
    assert.equal(answer.kind, "unknown");
    return answer.kind === "unknown" ? answer.because : "";
  };
  assert.match(await reason({ stdout: "half", takesMs: 3_000 }), /3000 ms/);
  assert.match(
    await reason({ exitCode: 1, stderr: "no\u001b[2J way\nmore" }),
    /^\/x ended with 1: no \[2J way$/,
  );
  assert.match(
    await reason({ stdout: "y".repeat(8 * 2 ** 20) }),
    /more than 8388608 bytes/,
  );
  const absent = await runTool(new FakeChildProcesses(), {
    program: "/none",
    args: [],
  });
  assert.equal(absent.kind, "unknown");
});

Deno.test("runTool() takes an answer beside an error only where a part of it is one", async () => {
  // Kills: `sysctl` whose one missing name costs all that it did print.
  assert.deepEqual(await run({ stdout: "a", exitCode: 1 }, true), known("a"));
  assert.equal((await run({ stdout: "a", exitCode: 1 })).kind, "unknown");
  assert.equal((await run({ stdout: "", exitCode: 1 }, true)).kind, "unknown");
});

Deno.test("runTool() asks in the C locale", async () => {
  // Kills: `1024,50M` on a Mac that writes numbers with a comma.
  const children = new FakeChildProcesses().put("/x", { stdout: "a" });
  await runTool(children, { program: "/x", args: [] });
  assert.deepEqual(children.starts[0]?.env, { LC_ALL: "C" });
});
