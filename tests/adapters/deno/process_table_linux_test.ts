import assert from "node:assert/strict";
import {
  createLinuxProcessTable,
  type ProcessCalls,
} from "../../../lib/adapters/deno/process_table_linux.ts";
import { FakeChildProcesses, type FakeRun } from "../../fakes/child_process.ts";

const BOOT = "f0b60043-7799-4c78-a324-7298b9f04142";
const NOW = Temporal.Instant.from("2026-01-01T12:00:00Z");

function stat(pid: number, ticks: number, state = "S"): string {
  return `${pid} (a ) b) ${state} 1 ${"0 ".repeat(17)}${ticks} ${
    "0 ".repeat(29)
  }0\n`;
}

function files(state = "S"): string {
  return `${stat(42, 6_000, state)}Name:\tx\nUid:\t1\t501\t1\t1\n${BOOT}\n` +
    "/opt/bin/python3.12\0-c\0";
}

function calls(kill: ProcessCalls["kill"] = (): void => {}): ProcessCalls {
  return { now: () => NOW, uptimeSec: () => 100, kill };
}

Deno.test("the Linux table reads through cat, in an order that no program can spoil", async () => {
  // Kills: a start counted from the epoch; only the kernel's short name known; files in another order.
  const children = new FakeChildProcesses().put("/bin/cat", {
    stdout: files(),
  });
  const table = createLinuxProcessTable(children, calls());
  assert.deepEqual(await table.read(42), {
    kind: "alive",
    facts: {
      pid: 42,
      parentPid: 1,
      userId: 501,
      startToken: { kind: "proc", value: "6000@F0B60043" },
      startedAt: Temporal.Instant.from("2026-01-01T11:59:20Z"),
      names: ["a ) b", "python3.12"],
      args: ["/opt/bin/python3.12", "-c"],
    },
  });
  assert.deepEqual(children.starts[0]?.args, [
    "/proc/42/stat",
    "/proc/42/status",
    "/proc/sys/kernel/random/boot_id",
    "/proc/42/cmdline",
  ]);
  assert.equal(children.starts[0]?.env["LC_ALL"], "C");
});

Deno.test("the Linux table knows nothing where cat fails, and asks nobody about a free number", async () => {
  // Kills: a `/proc` that may not be read, or a machine under load, taken for "gone".
  const failures: readonly (FakeRun | "denied")[] = [
    "denied",
    { takesMs: 60_000 },
    { exitCode: 1, stderr: "cat: /proc/42/stat: Permission denied" },
    { stdout: stat(42, 1) },
  ];
  for (const failure of failures) {
    const children = new FakeChildProcesses().put("/bin/cat", failure);
    const table = createLinuxProcessTable(children, calls());
    assert.equal((await table.read(42)).kind, "unknown");
    const identity = { pid: 42, startToken: { kind: "proc", value: "1" } };
    assert.equal(await table.signal(identity, "SIGKILL"), "unproved");
  }
  const children = new FakeChildProcesses();
  const free = createLinuxProcessTable(
    children,
    calls(() => {
      throw new Deno.errors.NotFound("ESRCH");
    }),
  );
  assert.deepEqual(await free.read(42), { kind: "gone" });
  assert.equal(children.starts.length, 0);
});

Deno.test("the Linux table looks again where a process ended between two of its files", async () => {
  // Kills: half a process counted as alive, or an endless look.
  let looks = 0;
  const children = new FakeChildProcesses().put("/bin/cat", () => {
    looks++;
    return { stdout: looks === 1 ? stat(42, 1) : files("Z") };
  });
  const table = createLinuxProcessTable(children, calls());
  assert.deepEqual(await table.read(42), { kind: "zombie" });
  assert.equal(looks, 2);
});

Deno.test("the Linux table gives descendants their tokens, without the undead", async () => {
  // Kills: a zombie child that keeps a lock; a listing that failed taken for "no children".
  const children = new FakeChildProcesses()
    .put("/bin/ps", {
      stdout: "    1     0\n   42     1\n   50    42\n   51    50\n",
    })
    .put("/bin/cat", {
      stdout: `${BOOT}\n${stat(50, 7)}${stat(51, 8, "Z")}`,
    });
  const table = createLinuxProcessTable(children, calls());
  assert.deepEqual(await table.readDescendants(42), {
    kind: "known",
    value: [{ pid: 50, startToken: { kind: "proc", value: "7@F0B60043" } }],
  });
  assert.deepEqual(await table.readDescendants(51), {
    kind: "known",
    value: [],
  });
  const blind = createLinuxProcessTable(new FakeChildProcesses(), calls());
  assert.equal((await blind.readDescendants(42)).kind, "unknown");
});
