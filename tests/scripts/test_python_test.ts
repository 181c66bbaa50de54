import assert from "node:assert/strict";
import {
  besideFolder,
  prepareTestPython,
  type RunProgram,
  testPythonPath,
} from "../../scripts/test_python.ts";
import { pythonOfTests } from "../python_of_tests.ts";
import { TreeFixture } from "./tree_fixture.ts";

/** A project with requirements only, and a `run` that writes down what it was asked and answers as `isGood` says. */
function project(): {
  readonly tree: TreeFixture;
  readonly asked: string[];
  readonly run: (isGood: (args: readonly string[]) => boolean) => RunProgram;
} {
  const tree = new TreeFixture({
    "scripts/python/requirements.txt": "tool==1\n",
    "scripts/python/constraints.txt": "part==2\n",
  });
  const asked: string[] = [];
  const run =
    (isGood: (args: readonly string[]) => boolean): RunProgram =>
    (program, args) => {
      asked.push(`${program.replace(`${tree.root}/`, "")} ${args[1]}`);
      if (args[1] === "venv") {
        Deno.mkdirSync(`${tree.root}/.cache/python`, { recursive: true });
      }
      return isGood(args);
    };
  return { tree, asked, run };
}

Deno.test("prepareTestPython() makes it once, and again when what it is made of changes", () => {
  // Kills: 26 s and the network at each run; tests that go on with last month's MLX.
  const { tree, asked, run } = project();
  using _ = tree;
  const python = testPythonPath(tree.root);
  const make = ["python3 venv", ".cache/python/bin/python pip"];
  const check = ".cache/python/bin/python ";
  assert.equal(prepareTestPython(tree.root, run(() => true)), python);
  assert.deepEqual(asked.splice(0), make);
  assert.equal(prepareTestPython(tree.root, run(() => true)), python);
  assert.deepEqual(asked.splice(0), [check]);
  tree.write("scripts/python/constraints.txt", "part==3\n");
  prepareTestPython(tree.root, run(() => true));
  assert.deepEqual(asked.splice(0), make);
  prepareTestPython(tree.root, run((args) => args[0] !== "-c"));
  assert.deepEqual(asked, [check, ...make]);
});

Deno.test("prepareTestPython() never takes half an environment for a whole one", () => {
  // Kills: an interrupted pip after which every later run finds no mlx.
  const { tree, asked, run } = project();
  using _ = tree;
  const noPip = run((args) => args[1] !== "pip");
  assert.equal(prepareTestPython(tree.root, noPip), undefined);
  assert.equal(prepareTestPython(tree.root, noPip), undefined);
  assert.equal(asked.filter((line) => line.startsWith("python3")).length, 2);
});

Deno.test("prepareTestPython() puts what stands beside into a folder of its own, without its dependencies", () => {
  // Kills: the old mlx-lm in place of the new one, for every test.
  const { tree, run } = project();
  using _ = tree;
  const python = testPythonPath(tree.root);
  tree.write("scripts/python/beside.txt", "tool==0.9\n");
  const installs: string[][] = [];
  const note = run((args) => {
    if (args[1] === "pip") installs.push([...args]);
    return true;
  });
  assert.equal(prepareTestPython(tree.root, note), python);
  assert.equal(installs.length, 2);
  assert.ok(!installs[0]?.includes("--target"));
  assert.deepEqual(installs[1]?.slice(-4), [
    `${tree.root}/scripts/python/beside.txt`,
    "--no-deps",
    "--target",
    besideFolder(python),
  ]);
  assert.equal(besideFolder(python), `${tree.root}/.cache/python/beside`);
});

Deno.test("pythonOfTests() has the pinned MLX", async () => {
  // Kills: an environment that is there but was made for other versions.
  const output = await new Deno.Command(pythonOfTests(), {
    args: [
      "-c",
      "import importlib.metadata as m; print(m.version('mlx'), m.version('mlx-lm'))",
    ],
  }).output();
  const pins = Deno.readTextFileSync(
    new URL("../../scripts/python/requirements.txt", import.meta.url),
  );
  const [mlx, mlxLm] = new TextDecoder().decode(output.stdout).trim().split(
    " ",
  );
  assert.ok(pins.includes(`mlx[cpu]==${mlx}\n`), `mlx ${mlx}`);
  assert.ok(pins.includes(`mlx-lm==${mlxLm}\n`), `mlx-lm ${mlxLm}`);
});
