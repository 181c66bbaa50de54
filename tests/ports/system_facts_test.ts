import assert from "node:assert/strict";
import { createDenoSystemFacts } from "../../lib/adapters/deno/system_facts.ts";
import type { SystemFacts } from "../../lib/ports/system_facts.ts";
import { createDenoChildProcesses } from "../../lib/adapters/deno/child_process.ts";
import { FakeSystemFacts } from "../fakes/system_facts.ts";

const SUBJECTS: Readonly<Record<string, () => SystemFacts>> = {
  fake: () => new FakeSystemFacts(),
  deno: () => createDenoSystemFacts(createDenoChildProcesses()),
};

for (const [name, subject] of Object.entries(SUBJECTS)) {
  Deno.test(`SystemFacts over ${name}: the boot has one identity, in upper case`, async () => {
    // Kills: lower case, which would never equal the identity in a panic report.
    const facts = subject();
    const first = await facts.readBootSessionUuid();
    const second = await facts.readBootSessionUuid();
    assert.equal(first.kind, "known");
    assert.deepEqual(first, second);
    assert.match(
      first.kind === "known" ? first.value : "",
      /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/,
    );
  });

  Deno.test(`SystemFacts over ${name}: process and platform are named`, () => {
    // Kills: a pid of 0, which `kill` takes for a whole group.
    const facts = subject();
    assert.ok(Number.isSafeInteger(facts.pid) && facts.pid > 1);
    assert.match(facts.platform, /^[a-z]+$/);
    assert.ok(facts.userId === undefined || facts.userId >= 0);
  });
}
