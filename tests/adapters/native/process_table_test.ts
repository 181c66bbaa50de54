import assert from "node:assert/strict";
import { NativeCaller } from "../../../lib/adapters/native/caller.ts";
import { createNativeProcessTable } from "../../../lib/adapters/native/process_table.ts";
import { known } from "../../../lib/core/observed.ts";
import type { ProcessTable } from "../../../lib/ports/process_table.ts";
import {
  FakeNativeLibrary,
  type NativeScript,
} from "../../fakes/native_library.ts";

function over(
  script: NativeScript,
  isThere: (pid: number) => boolean = () => true,
): ProcessTable {
  const library = new FakeNativeLibrary(script);
  return createNativeProcessTable(
    new NativeCaller({ open: () => Promise.resolve(known(library)) }),
    {
      isThere,
      signalAfter: (_, __, reading) =>
        reading.kind === "alive" ? "sent" : "unproved",
    },
  );
}

function process(ppid: number, startUs: number): Record<string, unknown> {
  return {
    ppid,
    uid: 501,
    status: 2,
    startUs,
    command: "python3.12",
    name: "a\u001b[31mb",
    path: "/opt/bin/python3.12",
  };
}

const NATIVE_KEYS: NativeScript = {
  processes: { 42: process(1, 1_763_704_345_678_901) },
  args: ["python3.12", "-c"],
};

Deno.test("a process is known by its start to the microsecond, with its names and arguments", async () => {
  // Kills: two processes of one second that are taken for one; a start of 1970; escape sequences in a name.
  const reading = await over(NATIVE_KEYS).read(42);
  assert.ok(reading.kind === "alive", JSON.stringify(reading));
  const { startToken, startedAt, names, args, parentPid, userId } =
    reading.facts;
  assert.deepEqual(startToken, {
    kind: "libproc",
    value: "1763704345678901",
  });
  assert.equal(startedAt.epochMilliseconds, 1_763_704_345_678);
  assert.deepEqual([parentPid, userId], [1, 501]);
  assert.deepEqual(args, ["python3.12", "-c"]);
  assert.equal(names[0], "python3.12");
  assert.doesNotMatch(names.join(), /\p{Cc}/u);
});

Deno.test("only what the kernel, too, says is gone is gone", async () => {
  // Kills: a lock taken from a living holder that the library does not find.
  const none: NativeScript = { processes: {} };
  assert.equal((await over(none).read(9)).kind, "unknown");
  assert.deepEqual(await over(none, () => false).read(9), { kind: "gone" });
  const zombie = over({ processes: { 9: { status: 5 } } });
  assert.deepEqual(await zombie.read(9), { kind: "zombie" });
  const hidden = over({ processes: { 9: { ppid: 1, uid: 0 } } });
  assert.equal((await hidden.read(9)).kind, "unknown");
  assert.equal(
    await hidden.signal(
      { pid: 9, startToken: { kind: "libproc", value: "1" } },
      "SIGKILL",
    ),
    "unproved",
  );
});

Deno.test("descendants are those of all generations, without the dead, and half a list is none", async () => {
  // Kills: children only of the first generation; a loop in what the kernel says; a list that is cut and taken for whole.
  const processes = {
    2: process(1, 20),
    3: process(2, 30),
    4: { ...process(2, 40), status: 5 },
  };
  const children = { 1: [2], 2: [3, 4, 5], 3: [1, 2] };
  const token = (value: string) => ({ kind: "libproc", value });
  assert.deepEqual(
    await over({ processes, children }).readDescendants(1),
    known([
      { pid: 2, startToken: token("20") },
      { pid: 3, startToken: token("30") },
    ]),
  );
  const blind = over({ processes: { 2: { ppid: 1 } }, children: { 1: [2] } });
  assert.equal((await blind.readDescendants(1)).kind, "unknown");
  assert.equal(
    (await over({ breaks: "fails" }).readDescendants(1)).kind,
    "unknown",
  );
});
