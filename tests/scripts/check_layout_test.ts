import assert from "node:assert/strict";
import {
  checkLayout,
  exportsOnlyTypes,
  mirrorsOf,
  testNames,
} from "../../scripts/check_layout.ts";
import { TreeFixture } from "./tree_fixture.ts";

const LAYERS = `export const LAYERS = [{ name: "mode", fails: "closed" }];\n`;
const TEST = `Deno.test("x", () => {});\n`;

function goodTree(): TreeFixture {
  return new TreeFixture({
    "lib/core/layers.ts": LAYERS,
    "tests/core/layers_test.ts": TEST,
    "lib/layers/mode.ts": "export const mode = 1;\n",
    "tests/layers/mode_test.ts":
      `Deno.test("mode fails closed without a reading", () => {});\n`,
    "lib/ports/clock.ts": "export interface Clock {}\n",
    "lib/adapters/deno/clock.ts": "export const clock = 1;\n",
    "tests/ports/clock_test.ts": TEST,
  });
}

async function messages(tree: TreeFixture): Promise<string[]> {
  return (await checkLayout(tree.root)).problems.map((one) =>
    `${one.path}: ${one.message}`
  );
}

Deno.test("checkLayout() finds nothing in a tree that keeps the rules", async () => {
  // Kills: a check that asks for a mirror of an interface, or for two tests of one adapter.
  using tree = goodTree();
  assert.deepEqual(await messages(tree), []);
});

Deno.test("checkLayout() wants a test beside each file, with a test in it", async () => {
  // Kills: a new file without test; an empty test file.
  using tree = goodTree();
  tree.write("lib/parse/a.ts", "export const a = 1;\n");
  tree.write("lib/parse/deep/b.ts", "export const b = 1;\n");
  tree.write("tests/parse/deep/b_test.ts", "// nothing yet\n");
  tree.write("lib/adapters/deno/env.ts", "export const env = 1;\n");
  assert.deepEqual(await messages(tree), [
    "lib/adapters/deno/env.ts: no test: tests/ports/env_test.ts and tests/adapters/deno/env_test.ts are missing",
    "lib/parse/a.ts: no test: tests/parse/a_test.ts is missing",
    "tests/parse/deep/b_test.ts: it holds no Deno.test",
  ]);
});

Deno.test("checkLayout() lets 400 lines through and no more, 600 in C", async () => {
  // Kills: counting the line break at the end as a line; `>=`.
  using tree = goodTree();
  tree.write("tests/helper.ts", "//\n".repeat(400));
  tree.write("ffi/src/a.m", "//\n".repeat(600));
  assert.deepEqual(await messages(tree), []);
  tree.write("tests/helper.ts", "//\n".repeat(401));
  tree.write("ffi/src/a.m", "//\n".repeat(601));
  assert.deepEqual(await messages(tree), [
    "ffi/src/a.m: 601 lines, at most 600 are allowed",
    "tests/helper.ts: 401 lines, at most 400 are allowed",
  ]);
});

Deno.test("checkLayout() wants a file and a named fail direction for each layer", async () => {
  // Kills: a row without layer; a test that names another direction than its row.
  for (
    const [fails, wanted] of [
      ["open", "fails open"],
      ["closed", "fails closed"],
      ["reports", "reports"],
    ]
  ) {
    using tree = goodTree();
    tree.write(
      "lib/core/layers.ts",
      `export const LAYERS = [{ name: "gate", fails: "${fails}" }];\n`,
    );
    const missing =
      `tests/layers/gate_test.ts: no test's name says that layer "gate" ${wanted}`;
    assert.deepEqual(await messages(tree), [
      'lib/layers/gate.ts: layer "gate" of LAYERS has no file',
      missing,
    ]);
    tree.write("lib/layers/gate.ts", "export const gate = 1;\n");
    tree.write(
      "tests/layers/gate_test.ts",
      `// ${wanted}\nDeno.test("gate fails somehow", () => {});\n`,
    );
    assert.deepEqual(await messages(tree), [missing]);
    tree.write(
      "tests/layers/gate_test.ts",
      `Deno.test(\n  "gate ${wanted} when the folder is unreadable",\n  () => {},\n);\n`,
    );
    assert.deepEqual(await messages(tree), []);
  }
});

Deno.test("checkLayout() does not pass a folder without sources or a table without rows", async () => {
  // Kills: a wrong argument that proves nothing and looks green.
  using empty = new TreeFixture({ "README.md": "" });
  assert.deepEqual(await messages(empty), ["lib: no source file found"]);
  using rowless = goodTree();
  rowless.write("lib/core/layers.ts", "export const LAYERS = [];\n");
  assert.deepEqual(await messages(rowless), [
    "lib/core/layers.ts: LAYERS has no row",
  ]);
});

Deno.test("exportsOnlyTypes() knows code from types", () => {
  // Kills: a file of code that escapes its test through one exported type.
  for (
    const text of [
      "export interface A {}\n",
      'import type { B } from "./b.ts";\nexport type A = B;\n',
      'export { type A, type B } from "./b.ts";\n',
      'export type { A } from "./b.ts";\n',
    ]
  ) assert.equal(exportsOnlyTypes(text), true, text);
  for (
    const text of [
      "",
      "start();\n",
      "export interface A {}\nexport const a = 1;\n",
      "export interface A {}\nexport async function a() {}\n",
      'export { type A, b } from "./b.ts";\n',
      'export * from "./b.ts";\n',
      "export default 1;\n",
    ]
  ) assert.equal(exportsOnlyTypes(text), false, text);
});

Deno.test("mirrorsOf() and testNames() read paths and names", () => {
  assert.deepEqual(mirrorsOf("lib/config.ts"), ["tests/config_test.ts"]);
  assert.deepEqual(mirrorsOf("lib/cli/commands/ack.ts"), [
    "tests/cli/commands/ack_test.ts",
  ]);
  assert.deepEqual(
    testNames(
      'Deno.test("a", f); Deno.test({ name: "b" }); t.step(`c`, f); test("d")',
    ),
    ["a", "b", "c"],
  );
});
