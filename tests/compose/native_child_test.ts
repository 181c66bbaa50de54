import assert from "node:assert/strict";
import { answerTask } from "../../lib/compose/native_child.ts";

const FILE = new URL("../../lib/compose/native_child.ts", import.meta.url);

async function start(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly stdout: string }> {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--allow-read",
      "--allow-ffi",
      FILE.pathname,
      ...args,
    ],
    stdin: "null",
  }).output();
  return { code, stdout: new TextDecoder().decode(stdout) };
}

Deno.test("answerTask() answers the two tasks and nothing else", async () => {
  // Kills: any word that opens any library.
  for (const args of [[], ["trial"], ["metal"], ["open", "/x"]]) {
    assert.equal(await answerTask(args), undefined, args.join(" "));
  }
  assert.match(await answerTask(["metal", "/nowhere/x"]) ?? "", /cannot be/);
});

Deno.test("started as a program it prints one line of JSON for what is asked, and nothing else", async () => {
  // Kills: a package without a program, whose dylib is never tried and so never used.
  const asked = await start("__native", "trial", "/nowhere/x.dylib");
  assert.equal(asked.code, 0);
  assert.match(
    JSON.parse(asked.stdout).because,
    /^\/nowhere\/x\.dylib cannot be opened/,
  );
  assert.equal(asked.stdout.trim().split("\n").length, 1);
  assert.deepEqual(await start("__native", "other", "/x"), {
    code: 0,
    stdout: "",
  });
});
