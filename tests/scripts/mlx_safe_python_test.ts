import assert from "node:assert/strict";
import { passesWithoutGate } from "../../lib/policy/safe_python.ts";
import { Place, SCRIPT } from "./safe_python_place.ts";

const PRINT_ENV =
  "import json, os; print(json.dumps({k: v for k, v in os.environ.items() if k not in ('_', 'SHLVL', 'LC_CTYPE')}))";

/** What remains of a gate would be a child of python's. */
const ASK_CHILDREN =
  "exec('try: print(os.waitpid(-1, os.WNOHANG))\\nexcept ChildProcessError: print(\"no child\")')";

async function envOf(
  place: Place,
  env: Readonly<Record<string, string>>,
): Promise<{ added: unknown; stderr: string; code: number }> {
  const run = await place.run(["-c", PRINT_ENV], { env });
  const names = new Set(["PATH", "HOME", "PWD", "OLDPWD", ...Object.keys(env)]);
  const added = Object.entries(JSON.parse(run.stdout))
    .filter(([name]) => !names.has(name) && !name.startsWith("__")).sort();
  return { added, stderr: run.stderr, code: run.code };
}

const RESTRICTED = [
  ["PYTHONNOUSERSITE", "1"],
  ["PYTORCH_ENABLE_MPS_FALLBACK", "0"],
];

Deno.test("mlx-safe-python leaves python's exit status and output alone behind an open gate", async () => {
  // Kills: a status of our own for a python that ran; words on every start; the gate's words on stdout.
  using place = new Place();
  const env = { METALGUARD_BIN: place.gate(0) };
  for (const code of [0, 1, 2, 10, 11, 127, 255]) {
    const run = await place.run(
      ["-c", `import sys; print('out'); sys.exit(${code})`],
      { env },
    );
    assert.deepEqual(run, { code, stdout: "out\n", stderr: "" });
  }
  assert.deepEqual(await envOf(place, env), { added: [], stderr: "", code: 0 });
});

Deno.test("mlx-safe-python passes arguments, standard input and open files on unchanged", async () => {
  // Kills: `$*`; word splitting; a gate that eats python's input; a file descriptor of the caller's that we close.
  using place = new Place();
  const env = { METALGUARD_BIN: place.gate(0) };
  const args = [
    "a  b",
    "",
    "'\"`$HOME",
    "*",
    "line\nbreak",
    "--check",
    "-n",
    "\\t",
  ];
  const read =
    "import json, sys; print(json.dumps([sys.argv[1:], sys.stdin.read()]))";
  const run = await place.run(["-c", read, ...args], { env, stdin: "in\nput" });
  assert.deepEqual(JSON.parse(run.stdout), [args, "in\nput"]);

  const program = await place.run([], { env, stdin: "print('from stdin')" });
  assert.equal(program.stdout, "from stdin\n");

  const open = await place.run(
    ["-c", '"$0" -c "import os; print(os.read(3, 9))" 3<"$1"', SCRIPT, SCRIPT],
    { env, program: "/bin/bash" },
  );
  assert.equal(open.stdout, "b'#!/bin/ba'\n");
});

Deno.test("mlx-safe-python is replaced by python: same process, same signals, no child left over", async () => {
  // Kills: python as a child, whose signals we would have to pass on; a gate's zombie that python inherits.
  using place = new Place();
  const env = { METALGUARD_BIN: place.gate(0) };
  async function inBash(command: string, python: string): Promise<string> {
    const run = await place.run(["-c", command, SCRIPT, python], {
      env,
      program: "/bin/bash",
    });
    return run.stdout;
  }
  assert.equal(
    await inBash(
      '"$0" -c "$1"; echo "$?"',
      "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    ),
    "137\n",
  );
  const [shell, python, rest] = (await inBash(
    'echo "$$"; exec "$0" -c "$1"',
    `import os; print(os.getpid()); ${ASK_CHILDREN}`,
  )).split("\n");
  assert.equal(python, shell);
  assert.equal(rest, "no child");
});

Deno.test("mlx-safe-python starts nothing behind a closed gate", async () => {
  // Kills: python started all the same; the explanation on stdout or lost.
  using place = new Place();
  const run = await place.run(["-c", "print('ran')"], {
    env: { METALGUARD_BIN: place.gate(2) },
  });
  assert.deepEqual([run.code, run.stdout], [10, ""]);
  assert.match(run.stderr, /^the gate's words\nmlx-safe-python: blocked: /);
  assert.deepEqual(place.asked(), ["panic-gate"]);
});

Deno.test("mlx-safe-python fails open, with a warning and two variables, when the gate is broken", async () => {
  // Kills: `>= 2` as blocked; a silent fail-open; a missing METALGUARD_BIN that falls back to another gate.
  using place = new Place();
  place.gate(2, "bin/metal-guard");
  const killed = place.program("killed", "#!/bin/sh\nkill -9 $$\n");
  const endless = place.program("endless", "#!/bin/sh\nexec /usr/bin/yes\n");
  // Cut at the limit of 65,536 characters its last line would be a 0.
  const long = place.program(
    "long",
    "#!/bin/sh\nprintf '%65534s\\n0 and more' ''\nexit 0\n",
  );
  const interpreter = place.program("interpreter", "#!/absent\n");
  const closed = place.program("closed", "#!/bin/sh\nexit 0\n", 0o644);
  const gates = [
    ...[1, 3, 64, 127].map((code) => place.gate(code, `gate${code}`)),
    killed,
    interpreter,
    closed,
    `${place.root}/absent`,
    "absent-name",
    place.root,
  ];
  for (const gate of [...gates, endless, long]) {
    const env = { METALGUARD_BIN: gate, PATH: `${place.bin}:/usr/bin:/bin` };
    const seen = await envOf(place, env);
    assert.deepEqual(seen.added, RESTRICTED, gate);
    assert.match(seen.stderr, /WARNING: the panic gate is broken/, gate);
    assert.equal(seen.code, 0);
  }
});

Deno.test("mlx-safe-python waits no longer than its limit for a gate that hangs, and ends it", async () => {
  // Kills: a hanging gate, or a child of one that keeps its output open, that holds python up for ever; a gate
  // that outlives the wait, or becomes python's child; the half of an answer taken for one.
  using place = new Place();
  const text = Deno.readTextFileSync(SCRIPT);
  const hasty = text.replace("GATE_SECONDS=30\n", "GATE_SECONDS=1\n");
  assert.notEqual(hasty, text);
  const program = place.program("hasty", hasty);
  const pidFile = `${place.root}/pid`;
  const gate = place.program(
    "hangs",
    `#!/bin/bash\nprintf '0\\n0'\nread -r -t 60 <>'${place.root}/never' &\necho "$$ $!" >'${pidFile}'\nwait\n`,
  );
  await new Deno.Command("mkfifo", { args: [`${place.root}/never`] }).output();
  const run = await place.run(["-c", `import os; ${ASK_CHILDREN}`], {
    program,
    env: { METALGUARD_BIN: gate },
  });
  assert.deepEqual([run.code, run.stdout], [0, "no child\n"]);
  assert.match(run.stderr, /WARNING: .*\(no whole answer within 1 s\)/);
  const [pid = "", child] = Deno.readTextFileSync(pidFile).trim().split(" ");
  const alive = await new Deno.Command("ps", {
    args: ["-o", "stat=", "-p", pid],
  }).output();
  Deno.kill(Number(child), "SIGKILL");
  assert.match(new TextDecoder().decode(alive.stdout), /^(Z.*)?\s*$/);
});

Deno.test("mlx-safe-python believes a gate that has answered, though a child of it lives on", async () => {
  // Kills: waiting for the end of the gate's output instead of its answer.
  using place = new Place();
  await new Deno.Command("mkfifo", { args: [`${place.root}/never`] }).output();
  const gate = place.program(
    "leaves-child",
    `#!/bin/bash\nread -r -t 60 <>'${place.root}/never' &\necho "$!" >'${place.root}/pid'\nexit 2\n`,
  );
  const run = await place.run(["-c", "print('ran')"], {
    env: { METALGUARD_BIN: gate },
  });
  Deno.kill(Number(Deno.readTextFileSync(`${place.root}/pid`)), "SIGKILL");
  assert.deepEqual([run.code, run.stdout], [10, ""]);
});

Deno.test("mlx-safe-python asks METALGUARD_BIN, else metal-guard, else the Python gate", async () => {
  // Kills: a gate asked with other arguments, or in another order; the Python gate asked with another python.
  using place = new Place();
  const program = ["-c", "print('ran')"];
  const none = await envOf(place, { MLX_SAFE_PYTHON_MODULE: "" });
  assert.deepEqual(none.added, RESTRICTED);
  assert.match(none.stderr, /metal_guard_cli\n[^]*WARNING/);

  Deno.writeTextFileSync(
    `${place.root}/closed_gate.py`,
    "import sys\nprint('python gate:', sys.argv[1:])\nsys.exit(2)\n",
  );
  const env = { MLX_SAFE_PYTHON_MODULE: "closed_gate", PYTHONPATH: place.root };
  const python = await place.run(program, { env });
  assert.deepEqual([python.code, python.stdout], [10, ""]);
  assert.match(python.stderr, /^python gate: \['panic-gate'\]\n/);

  place.gate(0, "bin/metal-guard");
  const path = `${place.bin}:/usr/bin:/bin`;
  const onPath = await place.run(program, { env: { ...env, PATH: path } });
  assert.deepEqual(onPath, { code: 0, stdout: "ran\n", stderr: "" });

  place.gate(2, "bin/other-gate");
  const named = await place.run(program, {
    env: { ...env, PATH: path, METALGUARD_BIN: "other-gate" },
  });
  assert.equal(named.code, 10);
  assert.deepEqual(place.asked(), ["panic-gate", "panic-gate"]);
});

Deno.test("mlx-safe-python with MLX_SAFE_PYTHON_FORCE=1 asks nobody, warns and sets two variables", async () => {
  // Kills: a force that a closed gate still stops; `0` taken for yes.
  using place = new Place();
  const env = { METALGUARD_BIN: place.gate(2), MLX_SAFE_PYTHON_FORCE: "1" };
  const forced = await envOf(place, env);
  assert.deepEqual(forced.added, RESTRICTED);
  assert.match(forced.stderr, /^mlx-safe-python: WARNING: .*FORCE=1/);
  assert.deepEqual(place.asked(), []);
  const off = await place.run(["-c", "1"], {
    env: { ...env, MLX_SAFE_PYTHON_FORCE: "0" },
  });
  assert.equal(off.code, 10);
});

Deno.test("mlx-safe-python --check runs nothing and answers 0, 10, 11 or 127", async () => {
  // Kills: python started by a question; 0 for a broken gate; `--check` handed on.
  using place = new Place();
  const ran = `${place.root}/ran`;
  const args = ["--check", "-c", `open(${JSON.stringify(ran)}, 'w')`];
  for (const [gate, code] of [[0, 0], [2, 10], [3, 11]] as const) {
    const env = { METALGUARD_BIN: place.gate(gate) };
    assert.equal((await place.run(args, { env })).code, code);
    assert.equal((await place.run(["--check"], { env })).code, code);
  }
  const absent = { MLX_SAFE_PYTHON_BIN: "absent" };
  assert.equal((await place.run(args, { env: absent })).code, 127);
  assert.throws(() => Deno.statSync(ran), Deno.errors.NotFound);
});

Deno.test("mlx-safe-python lets the same arguments through as metal-guard safe-python", async () => {
  // Kills: one of the two that is looser; a quoting slip that only some words reveal.
  using place = new Place();
  const env = {
    METALGUARD_BIN: place.program("closed", "#!/bin/sh\nexit 2\n"),
  };
  const words = [
    ...["-m", "-c", "-mpip", "-Im", "-Ic", "-W", "-X", "-Wignore", "-Xdev"],
    ...["-i", "-IEsuB", "-V", "-h", "--", "-", "", "pip", "pip3.12", "pip3."],
    ...["dev", "presite=mlx", "error::a.B", "*", "-?", "--help"],
  ];
  const combinations = words.flatMap((a) => [
    [a, "-m", "pip"],
    ["-W", a, "-m", "pip"],
    ["-X", a, "-m", "pip"],
    ...words.map((b) => [a, b]),
  ]);
  let passed = 0;
  for (const args of combinations) {
    const { code } = await place.run(["--check", ...args], { env });
    const passes = passesWithoutGate(args);
    assert.equal(code, passes ? 0 : 10, JSON.stringify(args));
    passed += Number(passes);
  }
  assert.ok(passed > 50 && passed < combinations.length - 50);
});
