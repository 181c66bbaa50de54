import assert from "node:assert/strict";
import { Place, SCRIPT } from "./safe_python_place.ts";

Deno.test("mlx-safe-python takes python3, then python, or what MLX_SAFE_PYTHON_BIN names", async () => {
  // Kills: python before python3; a name that is not looked up; a path with spaces; a fall-back behind a bad name.
  using place = new Place();
  const gate = { METALGUARD_BIN: place.gate(0) };
  for (const folder of ["a", "b", "my venv"]) {
    Deno.mkdirSync(`${place.root}/${folder}`);
  }
  const stub = '#!/bin/sh\necho "$0"\n';
  place.program("a/python", stub);
  place.program("b/python3", stub);
  place.program("b/pypy", stub);
  place.program("my venv/python", stub);
  Deno.symlinkSync("python", `${place.root}/my venv/linked`);
  place.program("a/not-executable", stub, 0o644);
  place.program("a/pypy", stub, 0o644);
  const path = `${place.root}/a:${place.root}/b`;
  const cases:
    readonly (readonly [Record<string, string>, string | undefined])[] = [
      [{}, "b/python3"],
      [{ PATH: `${place.root}/a` }, "a/python"],
      [{ MLX_SAFE_PYTHON_BIN: "" }, "b/python3"],
      [{ MLX_SAFE_PYTHON_BIN: "pypy" }, "b/pypy"],
      [
        { MLX_SAFE_PYTHON_BIN: `${place.root}/my venv/python` },
        "my venv/python",
      ],
      // By the link's own name: resolved, python would not know its venv.
      [
        { MLX_SAFE_PYTHON_BIN: `${place.root}/my venv/linked` },
        "my venv/linked",
      ],
      [{ MLX_SAFE_PYTHON_BIN: `${place.root}/a/not-executable` }, undefined],
      [{ MLX_SAFE_PYTHON_BIN: `${place.root}/absent` }, undefined],
      [{ MLX_SAFE_PYTHON_BIN: place.root }, undefined],
      [{ MLX_SAFE_PYTHON_BIN: "absent" }, undefined],
      [{ MLX_SAFE_PYTHON_BIN: SCRIPT }, undefined],
      [{ PATH: `${place.root}/my venv/absent` }, undefined],
      [{ PATH: "" }, undefined],
    ];
  for (const [env, name] of cases) {
    const run = await place.run(["x"], {
      env: { PATH: path, ...gate, ...env },
    });
    const text = JSON.stringify(env);
    assert.equal(run.code, name === undefined ? 127 : 0, text);
    assert.equal(
      run.stdout,
      name === undefined ? "" : `${place.root}/${name}\n`,
      text,
    );
    assert.equal(run.stderr === "", name !== undefined, text);
  }
});

Deno.test("mlx-safe-python installed as python3 never takes itself for python, nor for a gate", async () => {
  // Kills: a script that starts itself for ever, as a link, a copy, two copies, its own gate, or by way of one.
  using place = new Place();
  const folders = ["link", "copy", "other"].map((name) =>
    `${place.root}/${name}`
  );
  folders.forEach((folder) => Deno.mkdirSync(folder));
  Deno.symlinkSync(SCRIPT, `${place.root}/link/python3`);
  for (const name of ["copy", "other"]) {
    place.program(
      `${name}/python3`,
      Deno.readTextFileSync(SCRIPT) + `# ${name}\n`,
    );
  }
  const shims = folders.join(":");
  const gate = { METALGUARD_BIN: place.gate(0) };
  const program = ["-c", "import sys; print('ran')"];
  for (const folder of folders) {
    const found = await place.run(program, {
      program: `${folder}/python3`,
      env: { ...gate, PATH: `${shims}:${place.bin}` },
    });
    assert.deepEqual(found, { code: 0, stdout: "ran\n", stderr: "" });
    const none = await place.run(program, {
      program: `${folder}/python3`,
      env: { ...gate, PATH: shims },
    });
    assert.equal(none.code, 127);
  }
  const own = await place.run(program, { env: { METALGUARD_BIN: SCRIPT } });
  assert.match(own.stderr, /WARNING: .*\(METALGUARD_BIN names no program\)/);

  const viaShim = place.program(
    "gate-in-python",
    "#!/usr/bin/env python3\nimport sys\nsys.exit(2)\n",
  );
  const asked = await place.run(program, {
    env: { METALGUARD_BIN: viaShim, PATH: `${shims}:${place.bin}` },
  });
  assert.deepEqual([asked.code, asked.stdout], [10, ""]);
});

Deno.test("mlx-safe-python shows what a gate said without control characters, and not without end", async () => {
  // Kills: escape sequences of a foreign program that reach the terminal; 60,000 characters on it.
  using place = new Place();
  const gate = place.program(
    "colours",
    "#!/bin/sh\nprintf 'a\\033[31mb\\007c\\r\\n\\n\\tÜ \\302\\233x\\n%60000s' ''\nexit 2\n",
  );
  const run = await place.run(["-c", "1"], {
    env: { METALGUARD_BIN: gate, LC_ALL: "C.UTF-8" },
  });
  assert.equal(run.code, 10);
  assert.match(
    run.stderr,
    /^a\[31mbc\n\nÜ x\n {8000,8192}\nmlx-safe-python: blocked/,
  );
  // deno-lint-ignore no-control-regex -- they are what is looked for
  assert.doesNotMatch(run.stderr, /[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
});

Deno.test("python reads its own arguments as mlx-safe-python does", async () => {
  // Kills: arguments let through as pip's of which python would make a program of the user's.
  using place = new Place();
  const home = `${place.root}/modules`;
  Deno.mkdirSync(home);
  Deno.writeTextFileSync(`${home}/pip.py`, "print('harmless')\n");
  Deno.writeTextFileSync(`${home}/other.py`, "print('other')\n");
  const env = {
    METALGUARD_BIN: place.program("closed", "#!/bin/sh\nexit 2\n"),
    PYTHONPATH: home,
  };
  const harmless = [
    ["-m", "pip"],
    ["-smpip"],
    ["-sBum", "pip", "-c", "print('other')"],
    [
      "-Xdev",
      "-Wignore",
      "-W",
      "error::UserWarning",
      "-qOOm",
      "pip",
      "-m",
      "other",
    ],
  ];
  for (const args of harmless) {
    const run = await place.run(args, { env, stdin: "print('other')" });
    assert.equal(run.stdout, "harmless\n", JSON.stringify(args));
  }
  for (
    const args of [["-V", "-m", "other"], ["-h", "other.py"], [
      "-s?",
      "-c",
      "print('other')",
    ]]
  ) {
    const run = await place.run(args, { env, stdin: "print('other')" });
    assert.match(run.stdout, /^(?:Python 3|usage: )/, JSON.stringify(args));
    assert.doesNotMatch(run.stdout, /^other$/m);
  }
});
