import assert from "node:assert/strict";
import { TreeFixture } from "./tree_fixture.ts";

const SCRIPT = new URL("../../scripts/run_tests.ts", import.meta.url).href;

interface Run {
  readonly code: number;
  readonly text: string;
  readonly lastLine: string | undefined;
}

async function runTests(
  tests: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<Run> {
  using tree = new TreeFixture({ "deno.json": "{}", "tests/.keep": "" });
  for (const [name, text] of Object.entries(tests)) {
    tree.write(`tests/${name}`, text);
  }
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", SCRIPT, ...args],
    cwd: tree.root,
    env: { FORCE_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(output.stdout);
  return {
    code: output.code,
    text,
    lastLine: text.trimEnd().split("\n").at(-1),
  };
}

Deno.test("run_tests.ts ends with the plain count and 0 when all is well", async () => {
  // Kills: colour in the line that programs read; a home of the user's own.
  const { code, lastLine } = await runTests({
    "a_test.ts": `
Deno.test("a", async (t) => {
  await t.step("home is new", () => {
    const home = Deno.env.get("HOME") ?? "";
    if (!home.includes("metal-guard-tests-")) throw new Error(home);
    if ([...Deno.readDirSync(home)].length > 0) throw new Error("not empty");
  });
});
`,
  });
  assert.equal(lastLine, "2 passed, 0 failed");
  assert.equal(code, 0);
});

Deno.test("run_tests.ts fails for a failed, an ignored, a broken and a missing test", async () => {
  // Kills: exit 0 with an ignored test, without any test, or with a module that does not compile.
  const good = 'Deno.test("g", () => {});\n';
  const cases: [Record<string, string>, string][] = [
    [
      {
        "a_test.ts": `${good}Deno.test("b", () => { throw new Error("x"); });`,
      },
      "1 passed, 1 failed",
    ],
    [
      { "a_test.ts": `${good}Deno.test.ignore("i", () => {});` },
      "1 passed, 1 failed",
    ],
    [
      { "a_test.ts": good, "b_test.ts": 'throw new Error("module");' },
      "1 passed, 1 failed",
    ],
    [{ "a_test.ts": 'const a: number = "a";' }, "0 passed, 1 failed"],
    [{}, "0 passed, 1 failed"],
    [{ "a_test.ts": "export {};" }, "0 passed, 0 failed"],
  ];
  for (const [tests, line] of cases) {
    const { code, lastLine, text } = await runTests(tests);
    assert.equal(lastLine, line, text);
    assert.equal(code, 1, text);
  }
});

Deno.test("run_tests.ts gives tests no network and runs only what it is asked to", async () => {
  // Kills: a test that reaches out; arguments that are passed over.
  const { lastLine, text } = await runTests({
    "a_test.ts": `
Deno.test("net", () => {
  if (Deno.permissions.querySync({ name: "net" }).state === "granted") {
    throw new Error("net is open");
  }
});
`,
    "b_test.ts": 'Deno.test("not asked for", () => { throw new Error("b"); });',
  }, ["tests/a_test.ts"]);
  assert.equal(lastLine, "1 passed, 0 failed", text);
});
