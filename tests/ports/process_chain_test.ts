import assert from "node:assert/strict";
import {
  chainProcessTables,
  lazyProcessChain,
} from "../../lib/ports/process_chain.ts";
import type { ProcessTable } from "../../lib/ports/process_table.ts";
import { FakeProcessTable } from "../fakes/process_table.ts";

const BLIND: ProcessTable = {
  read: () => Promise.resolve({ kind: "unknown", because: "no dylib" }),
  readDescendants: () =>
    Promise.resolve({ kind: "unknown", because: "no dylib" }),
  signal: () => Promise.resolve("unproved"),
};

Deno.test("whoever does not know is passed over, and that is told", async () => {
  // Kills: a Mac without the dylib on which every process counts as alive; a chain that nobody can see.
  const table = new FakeProcessTable();
  const identity = table.start(7);
  const chain = lazyProcessChain(() =>
    Promise.resolve(chainProcessTables([
      { source: "native", table: BLIND },
      { source: "ps", table },
    ]))
  );
  assert.equal(chain.answer, undefined);
  assert.equal((await chain.read(7)).kind, "alive");
  assert.deepEqual(chain.answer, {
    reading: "processes",
    source: "ps",
    failures: [{ source: "native", because: "no dylib" }],
  });
  assert.equal((await chain.readDescendants(7)).kind, "known");
  assert.equal(await chain.signal(identity, "SIGTERM"), "sent");
});

Deno.test("where nobody knows the answer has every reason, and nobody is signalled", async () => {
  // Kills: "gone" because the last one did not know either.
  const chain = chainProcessTables([
    { source: "native", table: BLIND },
    { source: "ps", table: BLIND },
  ]);
  assert.deepEqual(await chain.read(7), {
    kind: "unknown",
    because: "no dylib; no dylib",
  });
  assert.equal(chain.answer?.source, null);
  const identity = { pid: 7, startToken: { kind: "libproc", value: "1" } };
  assert.equal(await chain.signal(identity, "SIGKILL"), "unproved");
  assert.equal((await chainProcessTables([]).read(7)).kind, "unknown");
});
