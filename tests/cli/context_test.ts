import assert from "node:assert/strict";
import {
  type CliContext,
  command,
  outputStyle,
  printJson,
} from "../../lib/cli/context.ts";
import { SAFE_PYTHON_POLICY } from "../../lib/compose.ts";
import { FileError } from "../../lib/core/error.ts";
import { FakeTerminal } from "../fakes/cli.ts";
import { fakeEnv } from "../fakes/env.ts";
import { World } from "../fakes/world.ts";

function context(
  env: Record<string, string> = {},
  terminal = new FakeTerminal(true),
): CliContext & { readonly ends: number[] } {
  const world = new World();
  const ends: number[] = [];
  return {
    process: terminal,
    ports: { ...world, env: fakeEnv(env) },
    guard: world.guard(),
    terminal,
    errorClasses: () => [],
    safePythonPolicy: SAFE_PYTHON_POLICY,
    version: "0",
    finish: (code) => {
      ends.push(code);
    },
    ends,
  };
}

function badge(env: Record<string, string>, isTerminal = true): string {
  return outputStyle(context(env, new FakeTerminal(isTerminal)))
    .badge("good", "GO");
}

Deno.test("colour and emoji follow the terminal and the usual variables", () => {
  // Kills: colour in a pipe; emoji where the locale cannot show it; NO_COLOR that is overruled.
  const utf8 = { LANG: "en_US.UTF-8" };
  assert.match(badge(utf8), /^🟢 \p{Cc}/u);
  assert.match(badge({ LANG: "C" }), /^\p{Cc}/u);
  assert.match(badge({ ...utf8, LC_ALL: "C" }), /^\p{Cc}/u);
  assert.match(badge({ ...utf8, TERM: "linux" }), /^\p{Cc}/u);
  assert.equal(badge(utf8, false), "GO");
  assert.equal(badge({ ...utf8, TERM: "dumb" }), "GO");
  assert.equal(badge({ ...utf8, NO_COLOR: "1", CLICOLOR_FORCE: "1" }), "GO");
  assert.match(badge({ ...utf8, NO_COLOR: "" }), /^🟢 \p{Cc}/u);
  assert.match(badge({ ...utf8, CLICOLOR_FORCE: "1" }, false), /^\p{Cc}/u);
  assert.equal(badge({ CLICOLOR_FORCE: "0" }, false), "GO");
});

Deno.test("printJson() keeps each character of a name and lets the terminal obey none", () => {
  // Kills: a C1 control out of a file name, which JSON does not escape.
  const terminal = new FakeTerminal();
  const name = "/r/\u001b[2J\u009b2J\u007f\u202e\u2028é😀";
  printJson(context({}, terminal), { name });
  assert.deepEqual(JSON.parse(terminal.out), { name });
  assert.doesNotMatch(
    terminal.out.replaceAll("\n", ""),
    /[\p{Cc}\u2028-\u202e]/u,
  );
  assert.match(terminal.out, /\\u009b2J.*é😀/);
});

Deno.test("an error becomes one line on standard error and its exit code", async () => {
  // Kills: a stack trace; words on stdout, which break `| jq`; a control character out of a path.
  const failing = (error: unknown, failedCode?: number): Promise<number[]> => {
    const one = context({}, terminal);
    return command(
      () => Promise.reject(error),
      failedCode === undefined ? {} : { failedCode },
    ).call(one, {}).then(() => one.ends);
  };
  const terminal = new FakeTerminal();
  const denied = new FileError("denied", "/x", "Cannot read /x\u001b[2J\n!");
  assert.deepEqual(await failing(denied), [1]);
  assert.deepEqual(await failing(denied, 3), [3]);
  assert.deepEqual(await failing(new TypeError("ours"), 3), [70]);
  assert.equal(terminal.out, "");
  assert.deepEqual(terminal.err.split("\n"), [
    "metal-guard: Cannot read /x [2J !",
    "metal-guard: Cannot read /x [2J !",
    "metal-guard: ours",
    "",
  ]);
});

Deno.test("a body's answer is the exit code", async () => {
  // Kills: a gate that says WAIT and exits 0.
  const one = context();
  await command(() => Promise.resolve(2)).call(one, {});
  assert.deepEqual(one.ends, [2]);
});
