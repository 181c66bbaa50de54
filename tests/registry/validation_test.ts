/** Broken files stand in `tests/fixtures/registry/broken/`, one flaw each; `broken.json` says which, and on which line. */
import assert from "node:assert/strict";
import { createDenoFileStore } from "../../lib/adapters/deno/file_store.ts";
import type { RegistryProblem } from "../../lib/core/registry_problem.ts";
import { readRegistryFiles } from "../../lib/facts/registry_files.ts";
import { registryData } from "../../lib/registry/registry_data.ts";
import type { RegistryFile } from "../../lib/registry/source_text.ts";
import { validateRegistry } from "../../lib/registry/validation.ts";

const FIXTURES = new URL("../fixtures/registry/", import.meta.url).pathname;
const REGISTRY = new URL("../../registry/", import.meta.url).pathname;
const OPTIONS = { today: "2026-11-24", shipped: registryData() };

interface Expected {
  readonly file: string;
  readonly rule: string;
  readonly line: number;
}

const EXPECTED: readonly Expected[] = JSON.parse(
  Deno.readTextFileSync(`${FIXTURES}broken.json`),
);

function filesOf(path: string): readonly RegistryFile[] {
  const { files, problems } = readRegistryFiles(createDenoFileStore(), [path]);
  assert.deepEqual(problems, []);
  return files;
}

function problemsOf(
  files: readonly RegistryFile[],
): readonly RegistryProblem[] {
  return validateRegistry(files, OPTIONS).problems;
}

function text(value: string, path = "x.jsonc"): RegistryFile {
  return { path, bytes: new TextEncoder().encode(value) };
}

Deno.test("at least forty kinds of broken files are known here", () => {
  // Kills: fixtures that went away without anybody noticing.
  assert.ok(EXPECTED.length >= 60, String(EXPECTED.length));
  assert.ok(new Set(EXPECTED.map((one) => one.rule)).size >= 25);
});

for (const { file, rule, line } of EXPECTED) {
  Deno.test(`validateRegistry() finds the flaw of ${file}, and only that`, () => {
    // Kills: a flaw that passes, one that is told at another line, a fault told twice.
    const path = `${FIXTURES}broken/${file}`;
    const again = rule === "duplicate-id" && file.startsWith("example_")
      ? filesOf(`${FIXTURES}broken/again`)
      : [];
    const problems = problemsOf([...again, ...filesOf(path)]);
    assert.deepEqual(
      problems.map((one) => [one.file, one.rule, one.line]),
      [[path, rule, line]],
      JSON.stringify(problems),
    );
    const [problem] = problems;
    assert.ok(problem !== undefined && problem.column >= 1);
    assert.ok(problem.message.length > 10 && problem.fix.length > 10);
  });
}

Deno.test("good files of every kind have no problem", () => {
  // Kills: a false alarm that teaches people to ignore the command.
  const files = filesOf(`${FIXTURES}good`);
  assert.equal(files.length, 12);
  assert.deepEqual(problemsOf(files), []);
  for (const file of files) assert.deepEqual(problemsOf([file]), [], file.path);
});

Deno.test("the registry that ships has no problem, whole and file by file", () => {
  // Kills: an entry of ours that our own command refuses.
  const files = filesOf(REGISTRY.replace(/\/$/, ""));
  assert.ok(files.length >= 60);
  assert.deepEqual(problemsOf(files), []);
});

Deno.test("all problems of all files are told at once, in the order of their places", () => {
  // Kills: a validator that has to be run as often as there are faults.
  const files = filesOf(`${FIXTURES}broken`);
  const problems = problemsOf(files);
  const seen = new Set(problems.map((one) => one.file));
  for (const { file } of EXPECTED) {
    // What a list of the whole set leaves unsaid depends on the other lists of that set.
    if (file.startsWith("advisory_un")) continue;
    assert.ok(seen.has(`${FIXTURES}broken/${file}`), file);
  }
  const places = problems.map((one) =>
    `${one.file}:${String(one.line).padStart(5, "0")}`
  );
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a < b ? -1 : a > b ? 1 : 0),
  );
});

Deno.test("one file with several faults tells each", () => {
  // Kills: a check that stops at its first fault.
  const base = Deno.readTextFileSync(`${FIXTURES}good/example_tiny_4bit.jsonc`);
  const broken = base.replace('"2026-04-01"', '"2026-04-31"')
    .replace('"kernel_panic"', '"kernel_pan"')
    .replace('["M2", "M4"]', '["M4", "M2"]');
  const rules = problemsOf([text(broken, "example_tiny_4bit.jsonc")])
    .map((one) => one.rule);
  assert.deepEqual(rules.toSorted(), [
    "bad-date",
    "dead-class",
    "unsorted",
  ]);
});

Deno.test("a file of 10 MB is refused without being parsed", () => {
  // Kills: memory and minutes lost to a log that lies in the folder.
  const bytes = new Uint8Array(10 * 1024 * 1024).fill(0x5b);
  const before = performance.now();
  const problems = problemsOf([{ path: "huge.jsonc", bytes }]);
  assert.deepEqual(problems.map((one) => [one.rule, one.line]), [[
    "too-large",
    1,
  ]]);
  assert.ok(performance.now() - before < 500);
});

Deno.test("nesting that would exhaust the stack is a problem at its place", () => {
  // Kills: a stack overflow, which no caller expects.
  const deep = `{\n"a":\n${"[".repeat(100_000)}`;
  const [problem, ...rest] = problemsOf([text(deep)]);
  assert.deepEqual([problem?.rule, problem?.line, rest.length], [
    "too-deep",
    3,
    0,
  ]);
});

Deno.test("a day that has not begun everywhere is no future date; the one after it is", () => {
  // Kills: a report from Auckland that CI in UTC refuses.
  const base = Deno.readTextFileSync(`${FIXTURES}good/example_tiny_4bit.jsonc`);
  const on = (day: string): readonly string[] =>
    problemsOf([
      text(base.replace('"2026-04-01"', `"${day}"`), "example_tiny_4bit.jsonc"),
    ])
      .map((one) => one.rule);
  assert.deepEqual(on("2026-11-25"), []);
  assert.deepEqual(on("2026-11-26"), ["future-date"]);
});

Deno.test("only sound files give models and lists", () => {
  // Kills: half an entry that is merged because its other half was fine.
  const good = filesOf(`${FIXTURES}good/example_tiny_4bit.jsonc`);
  const bad = filesOf(`${FIXTURES}broken/example_future_date.jsonc`);
  const { models, lists } = validateRegistry([
    ...good,
    ...bad,
    ...filesOf(`${FIXTURES}good/workloads.jsonc`),
  ], OPTIONS);
  assert.deepEqual(models.map((entry) => entry.id), ["example/tiny-4bit"]);
  assert.deepEqual([...lists.keys()], ["workloads"]);
});
