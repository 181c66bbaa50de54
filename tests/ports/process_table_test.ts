import assert from "node:assert/strict";
import { createDenoChildProcesses } from "../../lib/adapters/deno/child_process.ts";
import {
  createDenoProcessTable,
  createProcessTable,
} from "../../lib/adapters/deno/process_table.ts";
import { createPsProcessTable } from "../../lib/adapters/deno/process_table_ps.ts";
import type {
  ProcessFacts,
  ProcessTable,
} from "../../lib/ports/process_table.ts";
import { FakeChildProcesses } from "../fakes/child_process.ts";
import { FakeProcessTable } from "../fakes/process_table.ts";

/** Somewhere processes can be started. */
interface Stage extends AsyncDisposable {
  readonly table: ProcessTable;
  /** Starts one with this parent's name and a child; answers both pids. */
  startPair(): Promise<{ readonly parent: number; readonly child: number }>;
  /** Starts one that has ended and is not asked how. */
  startZombie(): Promise<number>;
  /** One that has ended and was asked how. */
  startEnded(): Promise<number>;
}

class FakeStage implements Stage {
  readonly table = new FakeProcessTable();
  #pid = 100;

  startPair(): Promise<{ readonly parent: number; readonly child: number }> {
    const parent = this.#next();
    const child = this.#next();
    this.table.start(parent, { names: ["sh"], args: ["sh"] });
    this.table.start(child, { parentPid: parent, names: ["sleep"] });
    return Promise.resolve({ parent, child });
  }

  startZombie(): Promise<number> {
    const pid = this.#next();
    this.table.start(pid);
    this.table.makeZombie(pid);
    return Promise.resolve(pid);
  }

  startEnded(): Promise<number> {
    const pid = this.#next();
    this.table.start(pid);
    this.table.end(pid);
    return Promise.resolve(pid);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  #next(): number {
    return this.#pid++;
  }
}

class RealStage implements Stage {
  readonly table: ProcessTable;
  readonly #started: Deno.ChildProcess[] = [];

  constructor(table: ProcessTable) {
    this.table = table;
  }

  async startPair(): Promise<
    { readonly parent: number; readonly child: number }
  > {
    const { child, line } = await this.#start("sleep 60 & echo $!; wait");
    return { parent: child.pid, child: Number(line) };
  }

  async startZombie(): Promise<number> {
    // `exec` puts a program that never asks in place of the parent.
    const { child, line } = await this.#start(
      "sleep 60 & echo $!; exec sleep 61",
    );
    // Not before: the shell itself may ask for its dead.
    for (;;) {
      const parent = await alive(this.table, child.pid);
      if (parent.names.includes("sleep")) break;
    }
    const pid = Number(line);
    Deno.kill(pid, "SIGKILL");
    while ((await this.table.read(pid)).kind === "alive");
    return pid;
  }

  async startEnded(): Promise<number> {
    const { child } = await this.#start("echo done");
    await child.status;
    return child.pid;
  }

  async #start(
    script: string,
  ): Promise<{ readonly child: Deno.ChildProcess; readonly line: string }> {
    const child = new Deno.Command("/bin/sh", {
      args: ["-c", script],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    this.#started.push(child);
    const reader = child.stdout.getReader();
    const { value } = await reader.read();
    void reader.cancel();
    return { child, line: new TextDecoder().decode(value).trim() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#started) {
      const below = await this.table.readDescendants(child.pid);
      const rest = below.kind === "known" ? below.value : [];
      for (const one of rest) await this.table.signal(one, "SIGKILL");
      try {
        child.kill("SIGKILL");
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
      await child.status;
    }
  }
}

const children = createDenoChildProcesses();
const STAGES: Readonly<Record<string, () => Stage>> = {
  fake: () => new FakeStage(),
  deno: () => new RealStage(createDenoProcessTable(children)),
  ps: () =>
    new RealStage(createPsProcessTable(children, {
      kill: (pid, signal) => Deno.kill(pid, signal),
    })),
};

async function alive(table: ProcessTable, pid: number): Promise<ProcessFacts> {
  const reading = await table.read(pid);
  assert.equal(reading.kind, "alive", JSON.stringify(reading));
  assert.ok(reading.kind === "alive");
  return reading.facts;
}

for (const [name, stage] of Object.entries(STAGES)) {
  Deno.test(`ProcessTable over ${name}: a process has one token for life, and its parent`, async () => {
    // Kills: a token made of the moment of asking; parent and own pid mixed up.
    await using on = stage();
    const { parent, child } = await on.startPair();
    const first = await alive(on.table, child);
    // It is still the shell's copy until it becomes its program.
    let again = first;
    for (let look = 0; look < 500 && !again.names.includes("sleep"); look++) {
      again = await alive(on.table, child);
    }
    assert.ok(again.names.includes("sleep"), again.names.join());
    assert.deepEqual(first.startToken, again.startToken);
    assert.equal(first.pid, child);
    assert.equal(first.parentPid, parent);
  });

  Deno.test(`ProcessTable over ${name}: the dead are gone and the undead are zombies`, async () => {
    // Kills: a zombie taken for a holder of the GPU, which locks until its parent ends.
    await using on = stage();
    assert.deepEqual(await on.table.read(await on.startEnded()), {
      kind: "gone",
    });
    const zombie = await on.startZombie();
    assert.deepEqual(await on.table.read(zombie), { kind: "zombie" });
  });

  Deno.test(`ProcessTable over ${name}: only the process of that token is signalled`, async () => {
    // Kills: a signal to whoever has got a dead holder's number; one to a process that cannot be told apart.
    await using on = stage();
    const { parent, child } = await on.startPair();
    const { startToken } = await alive(on.table, child);
    const recycled = { ...startToken, value: `${startToken.value}0` };
    const other = { ...startToken, kind: "libproc" };
    const { table } = on;
    assert.equal(
      await table.signal({ pid: child, startToken: recycled }, "SIGKILL"),
      "gone",
    );
    assert.equal(
      await table.signal({ pid: child, startToken: other }, "SIGKILL"),
      "unproved",
    );
    await alive(table, child);
    assert.equal(
      await table.signal({ pid: child, startToken }, "SIGTERM"),
      "sent",
    );
    while ((await table.read(child)).kind === "alive");
    const zombie = await on.startZombie();
    assert.equal(
      await table.signal({ pid: zombie, startToken }, "SIGTERM"),
      "gone",
    );
    assert.notEqual(parent, child);
  });

  Deno.test(`ProcessTable over ${name}: descendants are found through their parents, with their tokens`, async () => {
    // Kills: children only of the first generation; zombies counted; the process itself counted.
    await using on = stage();
    const { parent, child } = await on.startPair();
    const { startToken } = await alive(on.table, child);
    const found = await on.table.readDescendants(parent);
    assert.deepEqual(found, {
      kind: "known",
      value: [{ pid: child, startToken }],
    });
    assert.deepEqual(await on.table.readDescendants(child), {
      kind: "known",
      value: [],
    });
  });
}

Deno.test("createProcessTable() knows nothing on a platform that it does not know, and signals nobody", async () => {
  // Kills: "gone" where nobody has looked.
  const kill = (): void => assert.fail("signalled");
  const table = createProcessTable(new FakeChildProcesses(), {
    platform: "plan9",
    now: () => Temporal.Instant.fromEpochMilliseconds(0),
    uptimeSec: () => 0,
    kill,
  });
  assert.equal((await table.read(1)).kind, "unknown");
  assert.equal((await table.readDescendants(1)).kind, "unknown");
  const identity = { pid: 1, startToken: { kind: "ps", value: "x" } };
  assert.equal(await table.signal(identity, "SIGKILL"), "unproved");
});
