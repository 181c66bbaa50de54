import assert from "node:assert/strict";
import { runIn } from "../../fakes/cli.ts";
import { World } from "../../fakes/world.ts";

Deno.test("each shell gets a script that asks the program itself", async () => {
  // Kills: a list of commands in a script, which is old with the next command.
  for (const shell of ["bash", "zsh", "fish"]) {
    const { code, out } = await runIn(new World(), ["completions", shell]);
    assert.equal(code, 0);
    assert.match(out, /metal-guard __complete/);
    assert.match(out, new RegExp(`^#.*(?:${shell}|compdef)`));
  }
});

Deno.test("the bash script is bash, and completes", async () => {
  // Kills: a script that bash refuses, or that proposes nothing.
  const { out } = await runIn(new World(), ["completions", "bash"]);
  const { stdout, stderr } = await new Deno.Command("bash", {
    args: [
      "--norc",
      "-c",
      `metal-guard() { printf '%s\\n' "panics" "$#:$2"; }\n${out}
COMP_WORDS=(metal-guard pa); COMP_CWORD=1; _metal_guard; printf '%s|' "\${COMPREPLY[@]}"`,
    ],
  }).output();
  assert.equal(new TextDecoder().decode(stderr), "");
  assert.equal(new TextDecoder().decode(stdout), "panics|2:pa|");
});
