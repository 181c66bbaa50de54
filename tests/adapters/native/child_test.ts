import assert from "node:assert/strict";
import {
  createMetalChild,
  tryNativeLibrary,
} from "../../../lib/adapters/native/child.ts";
import { TRIAL_DONE } from "../../../lib/adapters/native/child_answer.ts";
import { CHILD_WORD } from "../../../lib/compose/machine_guard.ts";
import { known, type Observed } from "../../../lib/core/observed.ts";
import { FakeChildProcesses, type FakeRun } from "../../fakes/child_process.ts";

const SELF = ["/bin/deno", "run", "main.ts"] as const;
const DYLIB = "/x/libmetalguard.dylib";

function portsWith(does: FakeRun): {
  readonly children: FakeChildProcesses;
  readonly self: typeof SELF;
} {
  const children = new FakeChildProcesses().put("/bin/deno", does);
  return { children, self: SELF };
}

function because(answer: Observed<unknown>): string {
  assert.ok(answer.kind === "unknown");
  return answer.because;
}

Deno.test("a trial is made by ourselves, started again with one word", async () => {
  // Kills: a word that the command line does not know, so that each trial fails with 64.
  const ports = portsWith({ stdout: JSON.stringify({ done: TRIAL_DONE }) });
  assert.deepEqual(await tryNativeLibrary(ports, DYLIB), known(true));
  assert.deepEqual(ports.children.starts[0]?.args, [
    "run",
    "main.ts",
    CHILD_WORD,
    "trial",
    DYLIB,
  ]);
});

Deno.test("a trial that crashes, hangs, fails or cannot start says which", async () => {
  // Kills: a library that crashes on this system, opened in our own process.
  const answer = async (does: FakeRun): Promise<string> =>
    because(await tryNativeLibrary(portsWith(does), DYLIB));
  assert.equal(
    await answer({ exitCode: 139, signal: "SIGSEGV" }),
    "its trial crashed: SIGSEGV",
  );
  assert.match(await answer({ takesMs: 5_000 }), /no answer in 5000 ms/);
  assert.match(await answer({ exitCode: 64 }), /ended with 64/);
  assert.match(await answer({ stdout: "hello" }), /printed no answer/);
  const children = new FakeChildProcesses();
  const absent = await tryNativeLibrary({ children, self: SELF }, DYLIB);
  assert.match(because(absent), /\/bin\/deno/);
  const nobody = await tryNativeLibrary({ children, self: undefined }, DYLIB);
  assert.match(because(nobody), /not known how/);
});

Deno.test("Metal is asked in a process of its own, for as long as was said", async () => {
  // Kills: a driver that hangs and takes `doctor` along.
  const stdout = JSON.stringify({ devices: [], probe: { outcome: "ok" } });
  const ports = portsWith({ stdout });
  const metal = await createMetalChild(ports, DYLIB).readMetal(1_000);
  assert.equal(metal.kind, "known");
  assert.equal(ports.children.starts[0]?.args.at(-2), "metal");
  const hung = createMetalChild(portsWith({ stdout, takesMs: 1_000 }), DYLIB);
  assert.match(because(await hung.readMetal(1_000)), /no answer in 1000 ms/);
  const none = createMetalChild(ports, undefined);
  assert.match(because(await none.readMetal(1_000)), /there is none/);
});
