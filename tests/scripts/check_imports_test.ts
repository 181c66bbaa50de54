import assert from "node:assert/strict";
import { checkImports } from "../../scripts/check_imports.ts";
import { checkFastPath } from "../../scripts/fast_path.ts";
import { judgeImport, roomOf } from "../../scripts/import_table.ts";
import { decodeGraph } from "../../scripts/module_graph.ts";
import { TreeFixture } from "./tree_fixture.ts";

function goodTree(): TreeFixture {
  return new TreeFixture({
    "deno.json": "{}\n",
    "main.ts": 'import { run } from "./lib/cli/run.ts";\nrun();\n',
    "lib/cli/run.ts":
      'export function run(): void {\n  void import("./commands/panic_gate.ts");\n  void import("./commands/slow.ts");\n}\n',
    "lib/cli/commands/panic_gate.ts":
      'import { a } from "../../core/a.ts";\nexport const gate = a;\n',
    "lib/cli/commands/slow.ts": "export const slow = 1;\n",
    "lib/core/a.ts": "export const a = 1;\nexport type A = 1;\n",
    "lib/policy/p.ts":
      'import { a } from "../core/a.ts";\nexport const p = a;\nexport type P = 1;\n',
    "lib/report/r.ts":
      'import type { P } from "../policy/p.ts";\nexport const r: P = 1;\n',
  });
}

async function messages(tree: TreeFixture): Promise<string[]> {
  return (await checkImports(tree.root)).problems.map((one) =>
    `${one.path}:${one.line}: ${one.message}`
  );
}

Deno.test("checkImports() finds nothing in a tree that keeps the table", async () => {
  // Kills: dynamic imports of slow commands that count as the fast path.
  using tree = goodTree();
  assert.deepEqual(await messages(tree), []);
});

Deno.test("checkImports() names file and line of an import against the table", async () => {
  // Kills: a table that is not looked at; values taken where only types may be; layers that meet.
  using tree = goodTree();
  tree.write("lib/core/b.ts", '\nimport { p } from "../policy/p.ts";\np;\n');
  tree.write("lib/report/s.ts", 'export { p } from "../policy/p.ts";\n');
  tree.write("lib/layers/x.ts", 'export type { Y } from "./y.ts";\n');
  tree.write("lib/layers/y.ts", "export type Y = 1;\n");
  tree.write("lib/stray/z.ts", "export const z = 1;\n");
  assert.deepEqual(await messages(tree), [
    "lib/core/b.ts:2: core may not import policy",
    "lib/layers/x.ts:1: files of layers may not import each other",
    "lib/report/s.ts:1: report may import only types from policy",
    "lib/stray/z.ts:undefined: this file is in no room of the import table",
  ]);
});

Deno.test("checkImports() finds node: modules, unknown packages and broken paths", async () => {
  // Kills: an import that leads outside the project and is passed over.
  using tree = goodTree();
  tree.write("lib/core/b.ts", 'import "node:fs";\n');
  tree.write("lib/core/c.ts", 'import "./gone.ts";\n');
  tree.write("lib/core/d.ts", 'import "leftpad";\n');
  tree.write("lib/core/e.ts", 'import "../../tests/x.ts";\n');
  tree.write("tests/x.ts", "");
  assert.deepEqual(await messages(tree), [
    'lib/core/b.ts:1: "node:fs" costs start-up time',
    'lib/core/c.ts:1: "./gone.ts" leads nowhere',
    'lib/core/d.ts:1: "leftpad" leads nowhere',
    "lib/core/e.ts:1: tests/x.ts is in no room of the import table",
  ]);
});

Deno.test("checkImports() finds what is impure by name, and a comment that hides it", async () => {
  // Kills: purity that a lint comment switches off.
  using tree = goodTree();
  tree.write(
    "lib/parse/a.ts",
    "export const a = 1;\n\nexport const b = Date;\n",
  );
  tree.write(
    "lib/parse/b.ts",
    "// deno-lint-ignore-file\nexport const b = Deno;\n",
  );
  tree.write(
    "lib/parse/c.ts",
    "// deno-lint-ignore metal-guard/pure-room\nexport const c = fetch;\n",
  );
  tree.write(
    "lib/cli/b.ts",
    "export const load = (a: string) => import(a);\nDeno.exit(1);\n",
  );
  const found = await messages(tree);
  assert.deepEqual(found.toSorted(), [
    "lib/cli/b.ts:1: name the module in a plain string, so that check_imports.ts can see it",
    "lib/cli/b.ts:2: only main.ts may end the process: return an exit code or throw",
    "lib/parse/a.ts:3: `Date` is impure: take a Temporal.Instant as an argument",
    "lib/parse/b.ts:undefined: a comment switches off a rule that holds without exception",
    "lib/parse/c.ts:undefined: a comment switches off a rule that holds without exception",
  ]);
});

Deno.test("checkImports() follows the gate's own lazy parts, by way of static imports", async () => {
  // Kills: a fast path that ends at the first dynamic import of the command itself.
  using tree = goodTree();
  tree.write(
    "lib/cli/commands/panic_gate.ts",
    'export const gate = () => import("../part.ts");\n',
  );
  tree.write("lib/cli/part.ts", 'export * from "./deep.ts";\n');
  tree.write("lib/cli/deep.ts", 'export * from "node:path";\n');
  const found = (await messages(tree)).filter((one) => one.includes("fast"));
  assert.deepEqual(found, [
    "lib/cli/deep.ts:1: node:path is on the fast path (loaded by lib/cli/commands/panic_gate.ts → lib/cli/part.ts → lib/cli/deep.ts)",
  ]);
});

Deno.test("checkImports() does not pass when the gate or the sources are missing", async () => {
  // Kills: a renamed command whose fast path is no longer looked at.
  using tree = goodTree();
  Deno.removeSync(`${tree.root}/lib/cli/commands/panic_gate.ts`);
  assert.match(
    (await messages(tree)).join("\n"),
    /panic_gate\.ts:undefined: the gate's command is not here/,
  );
  using empty = new TreeFixture({ "README.md": "" });
  assert.deepEqual(await messages(empty), [
    "lib:undefined: no source file found",
  ]);
});

Deno.test("checkFastPath() looks into packages for modules of Node, and keeps heavy ones off", () => {
  // Kills: a light-looking package that loads node:fs behind our back.
  using tree = new TreeFixture({
    "main.ts": "",
    "npm/light/index.js": "export const a = 1;\n",
    "npm/light/lib/deep.cjs": 'const fs = require("fs");\n',
  });
  const from = `file://${tree.root}/main.ts`;
  function problemsOf(name: string): string[] {
    const graph = decodeGraph({
      modules: [{
        specifier: from,
        dependencies: [{
          specifier: name,
          code: {
            specifier: `npm:${name}@1.0.0`,
            span: { start: { line: 6 } },
          },
        }],
      }],
      npmPackages: {
        [`${name}@1.0.0`]: { name, localPath: `${tree.root}/npm/light` },
      },
    });
    return checkFastPath(tree.root, graph).map((one) =>
      `${one.line}: ${one.message}`
    );
  }
  assert.deepEqual(problemsOf("light"), [
    '7: light is on the fast path (loaded by main.ts) and light@1.0.0 loads "fs"',
  ]);
  assert.deepEqual(problemsOf("jsonc-parser"), [
    "7: jsonc-parser is on the fast path (loaded by main.ts)",
  ]);
  tree.write("npm/light/lib/deep.cjs", "exports.a = 1;\n");
  assert.deepEqual(problemsOf("light"), []);
});

Deno.test("roomOf() and judgeImport() know the table", () => {
  assert.equal(roomOf("lib/adapters/deno/clock.ts"), "adapters/deno");
  assert.equal(roomOf("lib/adapters/other/clock.ts"), undefined);
  assert.equal(roomOf("lib/compose.ts"), "compose");
  assert.equal(roomOf("lib/constructor/x.ts"), undefined);
  assert.equal(roomOf("tests/x.ts"), undefined);
  const cases: [string, string, boolean, boolean][] = [
    ["lib/layers/a.ts", "lib/facts/b.ts", false, true],
    ["lib/layers/a.ts", "lib/compose.ts", true, false],
    ["lib/ports/a.ts", "lib/core/b.ts", true, true],
    ["lib/ports/a.ts", "lib/core/b.ts", false, true],
    ["lib/ports/a.ts", "lib/parse/b.ts", true, false],
    ["lib/registry/a.ts", "registry/registry.json", false, true],
    ["lib/policy/a.ts", "registry/registry.json", false, false],
    ["lib/adapters/native/a.ts", "ffi/symbols.ts", false, true],
    ["lib/adapters/deno/a.ts", "ffi/symbols.ts", false, false],
    ["lib/compose.ts", "lib/cli/run.ts", true, false],
  ];
  for (const [from, to, types, allowed] of cases) {
    assert.equal(
      judgeImport(from, to, types) === undefined,
      allowed,
      `${from} → ${to}`,
    );
  }
});
