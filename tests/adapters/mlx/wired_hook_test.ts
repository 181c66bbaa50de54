import assert from "node:assert/strict";
import { WIRED_HOOK } from "../../../lib/adapters/mlx/wired_hook.ts";

/** Runs a text in `python3` with the hook in its place, beside packages that are made up. */
function run(
  words: readonly string[],
  { policy = "off", others = {} }: {
    readonly policy?: string;
    readonly others?: Readonly<Record<string, string>>;
  } = {},
): {
  readonly stdout: string;
  readonly stderr: string;
  readonly marks: string;
} {
  const folder = Deno.makeTempDirSync();
  try {
    const write = (path: string, text: string): void => {
      const parent = path.slice(0, path.lastIndexOf("/"));
      Deno.mkdirSync(`${folder}/${parent}`, { recursive: true });
      Deno.writeTextFileSync(`${folder}/${path}`, text);
    };
    write("hook/sitecustomize.py", WIRED_HOOK);
    write("site/mlx/__init__.py", "");
    write(
      "site/mlx/core.py",
      "asked = []\ndef set_wired_limit(limit):\n    'real'\n    asked.append(limit)\n    return 77\nclass metal: set_wired_limit = staticmethod(set_wired_limit)\n",
    );
    for (const [path, text] of Object.entries(others)) write(path, text);
    const { stdout, stderr } = new Deno.Command("python3", {
      args: [...words],
      cwd: folder,
      env: {
        PYTHONPATH: `${folder}/hook:${folder}/site`,
        PYTHONDONTWRITEBYTECODE: "1",
        ["METALGUARD_WIRED_LIMIT"]: policy,
        ["METALGUARD_WIRED_MARKS"]: `${folder}/marks`,
      },
    }).outputSync();
    const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
    let marks = "";
    try {
      marks = Deno.readTextFileSync(`${folder}/marks`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    return {
      stdout: text(stdout),
      stderr: text(stderr),
      marks: marks.replaceAll(/^\d+ /gm, ""),
    };
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

const ASK =
  "import mlx.core as mx; print(mx.set_wired_limit(5), mx.metal.set_wired_limit(6), mx.asked, mx.set_wired_limit.__doc__, type(mx.__loader__).__name__, type(mx.__spec__.loader).__name__)";

Deno.test("the hook keeps MLX from wiring memory, once it is loaded, and nothing else changes", () => {
  // Kills: MLX imported by a program that wants none; a module that shows a loader of ours; a path with our folder in it.
  const off = run(["-c", ASK]);
  assert.equal(off.stderr, "");
  assert.equal(
    off.stdout,
    "0 0 [] real SourceFileLoader SourceFileLoader\n",
  );
  assert.equal(off.marks, "loaded\nin-force\n");
  const fixed = run(["-c", ASK], { policy: "1024" });
  assert.match(fixed.stdout, /^1024 1024 \[1024\] /);
  const without = run([
    "-c",
    "import sys; print([p for p in sys.path if 'hook' in p], [m for m in sys.modules if m.startswith('mlx')])",
  ]);
  assert.equal(without.stdout, "[] []\n");
  assert.equal(without.marks, "loaded\n");
  const looked = run([
    "-c",
    `from importlib.util import find_spec; find_spec("mlx.core"); ${ASK}`,
  ]);
  assert.match(looked.stdout, /^0 0 \[\] /, "a look beforehand");
});

Deno.test("a sitecustomize that was there is run as if there was no hook", () => {
  // Kills: a corporate proxy's or a coverage tool's start-up that is lost.
  const others = {
    "site/sitecustomize.py":
      "import mlx.core\nimport sys\nsys.theirs = __file__\nassert __name__ == 'sitecustomize'\n",
  };
  const there = run([
    "-c",
    `import sys, sitecustomize; print(sys.theirs == sitecustomize.__file__, 'site/' in sys.theirs); ${ASK}`,
  ], { others });
  assert.equal(there.stderr, "");
  assert.match(there.stdout, /^True True\n0 0 \[\] /);
  const broken = run(["-c", ASK], {
    others: { "site/sitecustomize.py": "raise ValueError('theirs')\n" },
  });
  assert.match(broken.stderr, /Error in sitecustomize/);
  assert.match(broken.stderr, /ValueError: theirs/);
  assert.match(broken.stdout, /^0 0 \[\] /);
});

Deno.test("a Python that loads no start-up file leaves no mark", () => {
  // Kills: "in force" where nothing is.
  for (const flag of ["-I", "-S", "-E"]) {
    assert.equal(run([flag, "-c", "print(1)"]).marks, "", flag);
  }
  assert.equal(run(["-c", ASK], { policy: "'; rm" }).marks, "", "no policy");
});

Deno.test("an MLX that knows no wired limit, or cannot be changed, is told", () => {
  // Kills: a program that does not start because MLX's next release renames a function.
  const bare = { "site/mlx/core.py": "" };
  assert.equal(
    run(["-c", "import mlx.core"], { others: bare }).marks,
    "loaded\nabsent\n",
  );
  const wild = {
    "site/mlx/core.py":
      "def set_wired_limit(limit):\n    raise ValueError(limit)\n",
  };
  const failed = run(["-c", "import mlx.core; print(1)"], {
    policy: "1024",
    others: wild,
  });
  assert.equal(failed.marks, "loaded\nfailed\n");
  assert.equal(failed.stdout, "1\n");
});
