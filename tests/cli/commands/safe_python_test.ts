import assert from "node:assert/strict";
import { runCli } from "../../../lib/cli/run.ts";
import { FakeChildProcesses } from "../../fakes/child_process.ts";
import { FakeClock } from "../../fakes/clock.ts";
import { fakeEnv } from "../../fakes/env.ts";
import { MemoryFileStore } from "../../fakes/file_store.ts";
import { FakeLog } from "../../fakes/log.ts";
import { known } from "../../../lib/core/observed.ts";
import { FakeForegroundChildren } from "../../fakes/foreground_child.ts";
import { FakeProcessTable } from "../../fakes/process_table.ts";
import { FakeSystemFacts } from "../../fakes/system_facts.ts";

/** One machine in memory with a python; `reports` is its only report folder. */
class Machine {
  readonly store = new MemoryFileStore();
  readonly children = new FakeChildProcesses();
  readonly #clock = new FakeClock();
  stdout = "";
  stderr = "";

  constructor(reportsMode = 0o700) {
    this.store.putFolder("/home");
    this.store.putFolder("/reports", { mode: reportsMode });
    this.store.put("/bin/python3", "", { mode: 0o755 });
    this.children.put("/bin/python3", { exitCode: 42 });
  }

  run(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<number> {
    const { store, children } = this;
    return runCli(args, {
      ports: {
        clock: this.#clock,
        store,
        children,
        table: new FakeProcessTable(),
        host: { readHost: () => Promise.resolve(known("this-host")) },
        foreground: new FakeForegroundChildren(),
        env: fakeEnv({
          HOME: "/home",
          PATH: "/bin",
          METALGUARD_REPORT_DIRS: "/reports",
          ...env,
        }),
        log: new FakeLog(),
        system: new FakeSystemFacts(),
        links: () => undefined,
      },
      terminal: {
        stdout: {
          write: (text) => {
            this.stdout += text;
          },
          isTerminal: false,
        },
        stderr: {
          write: (text) => {
            this.stderr += text;
          },
          isTerminal: false,
        },
      },
    });
  }
}

const PROGRAM = ["-u", "-c", "import mlx", "--json", "--help"];

Deno.test("safe-python passes python's own arguments and status through when the gate is open", async () => {
  // Kills: a command-line scanner that takes `--json` or `--help` out of python's arguments.
  const machine = new Machine();
  assert.equal(await machine.run(["safe-python", ...PROGRAM]), 42);
  assert.deepEqual(machine.children.starts[0]?.args, PROGRAM);
  assert.deepEqual([machine.stdout, machine.stderr], ["", ""]);
});

Deno.test("safe-python asks the same gate as panic-gate", async () => {
  // Kills: a wrapper that runs behind a hold; the explanation on stdout; a check that starts python.
  const machine = new Machine();
  assert.equal(await machine.run(["hold"]), 0);
  machine.stdout = "";
  assert.equal(await machine.run(["safe-python", ...PROGRAM]), 10);
  assert.equal(await machine.run(["safe-python", "--check"]), 10);
  assert.deepEqual(machine.children.starts, []);
  assert.equal(machine.stdout, "");
  assert.match(machine.stderr, /hold[^]*safe-python: blocked/i);
});

Deno.test("safe-python fails open with a warning when the gate is broken", async () => {
  // Kills: evidence that cannot be read taken for a closed gate, or for an open one in silence.
  const machine = new Machine(0);
  assert.equal(await machine.run(["safe-python", "--check"]), 11);
  assert.equal(await machine.run(["safe-python", ...PROGRAM]), 42);
  assert.match(machine.stderr, /WARNING: the panic gate is broken/);
});

Deno.test("safe-python obeys MLX_SAFE_PYTHON_BIN and MLX_SAFE_PYTHON_FORCE", async () => {
  // Kills: knobs that do not reach the command.
  const machine = new Machine();
  await machine.run(["hold"]);
  const args = ["safe-python", ...PROGRAM];
  assert.equal(await machine.run(args, { MLX_SAFE_PYTHON_FORCE: "1" }), 42);
  assert.equal(
    await machine.run(args, { MLX_SAFE_PYTHON_BIN: "/absent" }),
    127,
  );
});
