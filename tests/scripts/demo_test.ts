import assert from "node:assert/strict";
import { runDemo } from "../../scripts/demo.ts";
import { DEMO_STEPS } from "../../scripts/demo_steps.ts";

const PROJECT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

Deno.test("the demo shows what it says with the real program, and leaves nothing behind", async () => {
  // Kills: a README that sends strangers to a demo which fails, or which looks into their own home.
  const temporary = await Deno.makeTempDir();
  try {
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--allow-read",
        "--allow-write",
        "--allow-run",
        "--allow-env",
        "scripts/demo.ts",
      ],
      cwd: PROJECT,
      env: { TMPDIR: temporary },
    }).output();
    const text = new TextDecoder().decode(stdout);
    assert.equal(code, 0, text);
    assert.equal(text.includes("UNEXPECTED"), false);
    for (const { title } of DEMO_STEPS) assert.ok(text.includes(title), title);
    for (const exit of [0, 1, 2]) {
      assert.ok(text.includes(`exit code ${exit}`), String(exit));
    }
    assert.match(text, /What you have seen\n( {3}- .+\n){6,7}$/);
    assert.deepEqual([...Deno.readDirSync(temporary)], []);
  } finally {
    await Deno.remove(temporary, { recursive: true });
  }
});

Deno.test("the demo tells the steps that a program fails, and goes on", () => {
  // Kills: a demo that passes whatever the program does.
  const spoken: string[] = [];
  const failed = runDemo({
    words: [
      Deno.execPath(),
      "eval",
      "--no-config",
      "console.log('GO', Deno.args[0])",
    ],
    env: { DENO_DIR: Deno.env.get("DENO_DIR") ?? "" },
  }, (text) => spoken.push(text));
  const text = spoken.join("");
  // Only the calm Mac and the ack are content with "GO" and 0.
  assert.equal(failed.includes(DEMO_STEPS[0]?.title ?? ""), false);
  assert.equal(failed.includes(DEMO_STEPS[1]?.title ?? ""), true);
  assert.equal(failed.includes(DEMO_STEPS.at(-1)?.title ?? ""), true);
  assert.match(text, /UNEXPECTED: exit code 2 was expected/);
});
