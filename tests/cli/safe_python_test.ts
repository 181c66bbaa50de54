import assert from "node:assert/strict";
import { runSafePython } from "../../lib/cli/safe_python.ts";
import { SAFE_PYTHON_POLICY } from "../../lib/policy/safe_python.ts";
import {
  FakeChildProcesses,
  type FakeRun,
  type FakeStart,
} from "../fakes/child_process.ts";
import { fakeEnv } from "../fakes/env.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";

interface Setup {
  readonly files?: Readonly<Record<string, string>>;
  readonly folders?: readonly string[];
  readonly links?: Readonly<Record<string, string>>;
  readonly path?: string;
  readonly gate?: () => Promise<{ exitCode: number; text: string }>;
  readonly program?: string;
  readonly forced?: boolean;
  readonly ownProgram?: string;
  readonly end?: FakeRun | "denied" | (() => never);
}

interface Seen {
  readonly exitCode: number;
  readonly started: readonly FakeStart[];
  readonly warned: readonly string[];
  readonly asked: number;
}

async function run(
  args: readonly string[],
  setup: Setup = {},
): Promise<Seen> {
  const files = new MemoryFileStore();
  const children = new FakeChildProcesses();
  for (const folder of setup.folders ?? []) files.putFolder(folder);
  for (const [path, target] of Object.entries(setup.links ?? {})) {
    files.putLink(path, target);
  }
  const programs = setup.files ?? { "/bin/python3": "" };
  for (const [path, text] of Object.entries(programs)) {
    files.put(path, text, { mode: 0o755 });
    children.put(path, setup.end ?? {});
  }
  const warned: string[] = [];
  let asked = 0;
  const exitCode = await runSafePython(args, {
    checkGate: () => {
      asked += 1;
      return (setup.gate ?? gateOf(0))();
    },
    children,
    env: fakeEnv({ PATH: setup.path ?? "/bin" }),
    config: {
      safePythonProgram: setup.program,
      safePythonForced: setup.forced ?? false,
    },
    files,
    policy: SAFE_PYTHON_POLICY,
    ...(setup.ownProgram === undefined ? {} : { ownProgram: setup.ownProgram }),
    warn: (text) => {
      warned.push(text);
    },
  });
  return { exitCode, started: children.starts, warned, asked };
}

function gateOf(
  exitCode: number,
  text = "the gate's words\n",
): () => Promise<{ exitCode: number; text: string }> {
  return () => Promise.resolve({ exitCode, text });
}

const RISKY = ["-c", "import mlx", "a  b", "", "--check"];

Deno.test("runSafePython() starts python in silence behind an open gate and keeps its status", async () => {
  // Kills: words on every start; changed variables; a status of our own; `--check` taken from python's arguments.
  const end = { exitCode: 137, signal: "SIGKILL" };
  const seen = await run(RISKY, { end });
  assert.equal(seen.exitCode, 137);
  assert.deepEqual(seen.warned, []);
  assert.deepEqual(seen.started, [
    { how: "passThrough", program: "/bin/python3", args: RISKY, env: {} },
  ]);
});

Deno.test("runSafePython() starts nothing behind a closed gate and passes its words on", async () => {
  // Kills: python started all the same; the explanation lost.
  const seen = await run(RISKY, { gate: gateOf(2) });
  assert.equal(seen.exitCode, 10);
  assert.deepEqual(seen.started, []);
  assert.equal(seen.warned[0], "the gate's words");
  assert.match(seen.warned[1] ?? "", /^safe-python: blocked: /);
});

Deno.test("runSafePython() fails open, loudly and with the two variables, when the gate is broken", async () => {
  // Kills: a crash of the gate that stops python; a silent fail-open; variables forgotten.
  const gates = [
    gateOf(1),
    gateOf(3),
    () => Promise.reject(new Error("the gate's words")),
    () => {
      throw new Error("the gate's words");
    },
  ];
  for (const gate of gates) {
    const seen = await run(RISKY, { gate });
    assert.equal(seen.exitCode, 0);
    assert.equal(seen.warned[0], "the gate's words");
    assert.match(seen.warned[1] ?? "", /WARNING: the panic gate is broken/);
    assert.deepEqual(seen.started[0]?.args, RISKY);
    assert.deepEqual(seen.started[0]?.env, SAFE_PYTHON_POLICY.restrictedEnv);
  }
});

Deno.test("runSafePython() does not ask when it is forced or when the arguments are harmless", async () => {
  // Kills: a force that a closed gate still stops; a pip that pays for the gate.
  const forced = await run(RISKY, { forced: true, gate: gateOf(2) });
  assert.deepEqual([forced.exitCode, forced.asked], [0, 0]);
  assert.match(forced.warned.join(), /WARNING: MLX_SAFE_PYTHON_FORCE=1/);
  assert.deepEqual(
    forced.started[0]?.env,
    SAFE_PYTHON_POLICY.restrictedEnv,
  );
  const pip = await run(["-m", "pip"], { forced: true, gate: gateOf(2) });
  assert.deepEqual([pip.exitCode, pip.asked], [0, 0]);
  assert.deepEqual(pip.warned, []);
  assert.deepEqual(pip.started[0]?.env, {});
});

Deno.test("runSafePython() --check runs nothing and answers 0, 10 or 11", async () => {
  // Kills: python started by a question; 11 for a forced run; `--check` handed on to python.
  const cases: readonly (readonly [number, readonly string[], Setup])[] = [
    [0, ["--check", "-c", "1"], { gate: gateOf(0) }],
    [10, ["--check", "-c", "1"], { gate: gateOf(2) }],
    [11, ["--check", "-c", "1"], { gate: gateOf(3) }],
    [10, ["--check"], { gate: gateOf(2) }],
    [10, ["--check", "--check"], { gate: gateOf(2) }],
    [0, ["--check", "-m", "pip"], { gate: gateOf(2) }],
    [0, ["--check", "-c", "1"], { gate: gateOf(2), forced: true }],
    [127, ["--check", "-m", "pip"], { files: {} }],
  ];
  for (const [exitCode, args, setup] of cases) {
    const seen = await run(args, setup);
    assert.equal(seen.exitCode, exitCode, JSON.stringify([args, setup]));
    assert.deepEqual(seen.started, []);
  }
});

const SCRIPT_HEAD = "#!/bin/bash\n# mlx-safe-python: starts python";

Deno.test("runSafePython() finds the python that execvp would find, but neither folders nor itself", async () => {
  // Kills: python before python3; a folder named python3; our own program or script taken for python.
  const cases: readonly (readonly [string | undefined, Setup])[] = [
    ["/b/python3", {
      path: "/a:/b",
      files: { "/a/python": "", "/b/python3": "" },
    }],
    ["/b/python", { path: "/a:/b", files: { "/b/python": "" } }],
    ["/b/python3", {
      path: "/a:/b",
      folders: ["/a/python3"],
      files: { "/b/python3": "" },
    }],
    ["/b/python3", {
      path: "/a:/b",
      files: { "/x/metal-guard": "", "/b/python3": "" },
      links: { "/a/python3": "/x/metal-guard" },
      ownProgram: "/x/metal-guard",
    }],
    ["/b/python3", {
      path: "/b",
      files: { "/b/python3": "" },
      ownProgram: "/removed/metal-guard",
    }],
    ["/b/python3", {
      path: "/a:/b",
      files: { "/a/python3": SCRIPT_HEAD, "/b/python3": "" },
    }],
    ["/my venv/python", {
      program: "/my venv/python",
      files: { "/my venv/python": "" },
    }],
    ["/b/pypy3", {
      path: "/a:/b",
      program: "pypy3",
      files: { "/b/pypy3": "" },
    }],
    [undefined, {
      program: "/a/python3",
      files: { "/a/python3": SCRIPT_HEAD },
    }],
    [undefined, { program: "/absent", files: { "/bin/python3": "" } }],
    [undefined, { program: "pypy3", files: { "/bin/python3": "" } }],
    [undefined, { path: "", files: { "/bin/python3": "" } }],
  ];
  for (const [program, setup] of cases) {
    const seen = await run(["-V"], setup);
    assert.equal(seen.started[0]?.program, program, JSON.stringify(setup));
    assert.equal(seen.exitCode, program === undefined ? 127 : 0);
    assert.equal(seen.asked, 0);
  }
});

Deno.test("runSafePython() says which python it missed, without control characters", async () => {
  // Kills: a name from the environment that moves the cursor of a terminal.
  const named = await run(["-V"], { program: "/x/\x1b[2J", files: {} });
  assert.deepEqual(named.warned, [
    "safe-python: MLX_SAFE_PYTHON_BIN names no python that can be started: '/x/ [2J'",
  ]);
  const any = await run(["-V"], { files: {} });
  assert.deepEqual(any.warned, [
    "safe-python: there is no python3 and no python on PATH",
  ]);
});

Deno.test("runSafePython() answers 127 when python cannot be started, and hides no other error", async () => {
  // Kills: a stack trace for a python without its x bit; a bug of ours sold as a missing python.
  const failed = await run(["-V"], { end: "denied" });
  assert.equal(failed.exitCode, 127);
  assert.match(failed.warned.join(), /^safe-python: .*\/bin\/python3/);
  await assert.rejects(
    run(["-V"], {
      end: () => {
        throw new TypeError("bug");
      },
    }),
    TypeError,
  );
});
