import assert from "node:assert/strict";

const MODULE = new URL("../../../lib/adapters/deno/env.ts", import.meta.url);

Deno.test("a value that is no text counts as unset, a withheld one is an error", async () => {
  // Kills: a start that dies of one broken byte; a state folder that is looked for in the wrong place in silence.
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(
      file,
      `import { createDenoEnv } from ${JSON.stringify(MODULE.href)};
       const read = createDenoEnv();
       try { console.log(String(read("BROKEN"))); } catch (e) { console.log(e.name); }`,
    );
    for (
      const [flag, expected] of [["--allow-env", "undefined"], [
        "--deny-env",
        "NotCapable",
      ]]
    ) {
      const output = await new Deno.Command("/bin/sh", {
        args: [
          "-c",
          `BROKEN=$(printf 'a\\377b') exec "$0" "$@"`,
          Deno.execPath(),
          "run",
          "--no-config",
          "--no-prompt",
          flag ?? "",
          file,
        ],
      }).output();
      assert.equal(
        new TextDecoder().decode(output.stdout).trim(),
        expected,
        new TextDecoder().decode(output.stderr),
      );
    }
  } finally {
    await Deno.remove(file);
  }
});
