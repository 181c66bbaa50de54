import assert from "node:assert/strict";
import {
  createSystemFacts,
  type SystemCalls,
} from "../../../lib/adapters/deno/system_facts.ts";
import { FakeChildProcesses, type FakeRun } from "../../fakes/child_process.ts";

const UUID = "0A1B2C3D-1111-4222-8333-444455556666";
const SYSCTL = "/usr/sbin/sysctl";

function calls(platform: string, text = ""): SystemCalls {
  return { pid: 99, platform, userId: () => 501, readText: () => text };
}

Deno.test("macOS is asked through sysctl, once, and never before somebody wants to know", async () => {
  // Kills: a process started by every gate check; a second one for each question.
  const children = new FakeChildProcesses()
    .put(SYSCTL, { stdout: `${UUID.toLowerCase()}\n` });
  const facts = createSystemFacts(children, calls("darwin"));
  assert.equal(children.starts.length, 0);
  const answers = await Promise.all([
    facts.readBootSessionUuid(),
    facts.readBootSessionUuid(),
  ]);
  await facts.readBootSessionUuid();
  assert.deepEqual(answers[0], { kind: "known", value: UUID });
  assert.deepEqual(children.starts.map(({ args }) => args), [
    ["-n", "kern.bootsessionuuid"],
  ]);
});

Deno.test("whatever sysctl does wrong is unknown, and is asked again", async () => {
  // Kills: an empty or all-zero identity that equals that of every other report without one.
  const failures: readonly FakeRun[] = [
    { takesMs: 2_000 },
    { exitCode: 1, stderr: "unknown oid" },
    { stdout: "" },
    { stdout: "00000000-0000-0000-0000-000000000000" },
    { stdout: `${UUID} and more` },
  ];
  for (const failure of failures) {
    let run = failure;
    const children = new FakeChildProcesses().put(SYSCTL, () => run);
    const facts = createSystemFacts(children, calls("darwin"));
    const answer = await facts.readBootSessionUuid();
    assert.equal(answer.kind, "unknown", JSON.stringify(failure));
    run = { stdout: UUID };
    assert.equal((await facts.readBootSessionUuid()).kind, "known");
  }
  const none = createSystemFacts(new FakeChildProcesses(), calls("darwin"));
  assert.equal((await none.readBootSessionUuid()).kind, "unknown");
});

Deno.test("Linux reads the kernel's boot_id, other systems have none", async () => {
  // Kills: a sysctl of macOS started on Linux; a guess where there is nothing to read.
  const children = new FakeChildProcesses();
  const linux = createSystemFacts(children, calls("linux", `${UUID}\n`));
  assert.deepEqual(await linux.readBootSessionUuid(), {
    kind: "known",
    value: UUID,
  });
  const denied = createSystemFacts(
    new FakeChildProcesses().put("/bin/cat", {
      stdout: `${UUID.toLowerCase()}\n`,
    }),
    {
      ...calls("linux"),
      readText: () => {
        throw new Deno.errors.NotCapable("Requires all access");
      },
    },
  );
  // Kills: a shipped program that never knows its boot, since Deno keeps /proc from it.
  assert.deepEqual(await denied.readBootSessionUuid(), {
    kind: "known",
    value: UUID,
  });
  const other = createSystemFacts(children, calls("windows"));
  assert.deepEqual(await other.readBootSessionUuid(), {
    kind: "unknown",
    because: "no boot identity on windows",
  });
  assert.equal(children.starts.length, 0);
});
