import assert from "node:assert/strict";
import plugin, { rulePath } from "../../scripts/lint_plugin.ts";

/** `rule: text of the place` of each diagnostic. */
function run(path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, path, source).map((one) =>
    `${one.id.replace("metal-guard/", "")}: ${source.slice(...one.range)}`
  );
}

function inPolicy(source: string): string[] {
  return run("/home/a/lib/policy/x.ts", source);
}

Deno.test("pure-room finds each impure name, as a value and as a type", () => {
  // Kills: a list that lost a name; rules that look at calls only.
  const cases: [string, string][] = [
    ["const a = Deno.args;", "Deno"],
    ["const a = new Date();", "Date"],
    ["export function f(a: Date): void {}", "Date"],
    ["const a: Deno.Conn[] = [];", "Deno"],
    ["const a = performance.now();", "performance"],
    ["const a = crypto.randomUUID();", "crypto"],
    ["console.log(1);", "console"],
    ["await fetch('x');", "fetch"],
    ["setTimeout(() => {}, 1);", "setTimeout"],
    ["const a = { setInterval };", "setInterval"],
    ["const a = Math.random();", "Math"],
    ['const a = Math["random"]();', "Math"],
    ["const { random } = Math;", "Math"],
    ["const m = Math;", "Math"],
    ["const a = Math[b];", "Math"],
    ["const a = Temporal.Now.instant();", "Temporal"],
    ["const { Now } = Temporal;", "Temporal"],
    ["const a = AbortSignal.timeout(1);", "AbortSignal"],
    ["const a = globalThis.Deno;", "globalThis"],
    ["type A = typeof Deno;", "Deno"],
    ["declare const Deno: number; f(Deno);", "Deno"],
    ["interface Date { a: 1 } const a = Date.now();", "Date"],
    ["{ const Date = 1; } const a = Date.now();", "Date"],
    ["function f(Date: number): void {} const a = Date.now();", "Date"],
    ["export { Date as D };", "Date"],
  ];
  for (const [source, name] of cases) {
    assert.deepEqual(inPolicy(source), [`pure-room: ${name}`], source);
  }
});

Deno.test("pure-room leaves alone what only looks like an impure name", () => {
  // Kills: matching text instead of mentions of the global.
  const innocent = [
    "const a = x.date; const b = x.Date; const c = x?.performance.now();",
    "const a: Temporal.Instant = Temporal.Instant.from('x');",
    "const a = Math.max(1, 2);",
    "const a = { Date: 1, performance: 2, crypto() {} };",
    "interface A { Date: string; console(fetch: number): void }",
    "class A { Date = 1; fetch(): void {} get crypto(): 1 { return 1; } }",
    "function f(performance: number): number { return performance; }",
    "const f = ({ a: [Date = 1] }: X) => Date;",
    "try {} catch (console) { f(console); }",
    "import { Date } from './x.ts'; const a = Date;",
    "import { fetch as get } from './x.ts'; get();",
    "export { get as fetch } from './x.ts';",
    "export { fetch } from './x.ts';",
    "type F = (Date: number) => void; type T = [Date: string];",
    "type G<Date> = Date[];",
    "if (a) { const Date = 1; f(Date); }",
    "function self(): void { self(); }",
    "// new Date() and Deno.exit\nconst a = 'Deno.args';",
    "Date: for (;;) { break Date; }",
  ];
  for (const source of innocent) assert.deepEqual(inPolicy(source), [], source);
});

Deno.test("pure-room holds in core, parse, policy and report only", () => {
  // Kills: a path test that misses a folder, or that hits `lib/policy_x/`.
  const source = "const a = Deno.args;";
  for (const room of ["core", "parse", "policy", "report"]) {
    assert.equal(run(`/r/lib/${room}/x.ts`, source).length, 1, room);
    assert.equal(run(`C:\\r\\lib\\${room}\\x.ts`, source).length, 1, room);
  }
  for (const path of ["lib/adapters/deno/x.ts", "lib/policy_x/y.ts"]) {
    assert.deepEqual(run(`/r/${path}`, source), [], path);
  }
});

Deno.test("no-node-import finds every way to name a node: module in what ships", () => {
  // Kills: looking at `import` statements only.
  const ways = [
    'import { a } from "node:fs";',
    'import type { A } from "node:fs";',
    'export { a } from "node:fs";',
    'export * from "node:fs";',
    'const a = await import("node:fs");',
    'export type A = import("node:fs").Stats;',
    'import fs = require("node:fs");',
  ];
  for (const source of ways) {
    for (const path of ["lib/adapters/deno/x.ts", "main.ts", "mod.ts"]) {
      assert.deepEqual(
        run(`/r/${path}`, source),
        ['no-node-import: "node:fs"'],
        `${path}: ${source}`,
      );
    }
    for (const path of ["tests/lib_test.ts", "scripts/main_x.ts"]) {
      assert.deepEqual(run(`/r/${path}`, source), [], path);
    }
  }
});

Deno.test("literal-import wants a module's name in plain sight", () => {
  // Kills: an import that the import table cannot see.
  for (const argument of ["name", "`./${a}.ts`", '"./" + a']) {
    assert.deepEqual(run("/r/lib/cli/x.ts", `await import(${argument});`), [
      `literal-import: ${argument}`,
    ]);
  }
  assert.deepEqual(run("/r/lib/cli/x.ts", 'await import("./a.ts");'), []);
  assert.deepEqual(
    run("/r/lib/cli/x.ts", 'export type A = import("./a.ts").A;'),
    [],
  );
});

Deno.test("no-exit lets only main.ts and scripts end the process", () => {
  // Kills: an exit deep in the library, also by a roundabout way.
  const ways = [
    "Deno.exit(1);",
    'Deno["exit"](1);',
    "const { exit } = Deno;",
    "const d = Deno;",
    "globalThis.Deno.exit(1);",
  ];
  for (const source of ways) {
    const found = run("/r/lib/cli/run.ts", source);
    assert.equal(found.length, 1, source);
    assert.match(found[0] ?? "", /^no-exit: /);
    assert.deepEqual(run("/r/main.ts", source), []);
    assert.deepEqual(run("/r/scripts/x.ts", source), []);
  }
  for (
    const source of ["Deno.exitCode;", "a.exit(1);", "f(Deno.args);", "exit();"]
  ) {
    assert.deepEqual(run("/r/lib/cli/run.ts", source), [], source);
  }
});

Deno.test("rulePath() does not take the folder around the project for a part of it", () => {
  // Kills: a clone in /var/lib/ whose tests may not use node:assert.
  assert.equal(
    rulePath("/var/lib/mg/tests/a_test.ts", "/var/lib/mg/"),
    "tests/a_test.ts",
  );
  assert.equal(rulePath("C:\\mg\\lib\\a.ts", "/mg/"), "C:/mg/lib/a.ts");
});
