import assert from "node:assert/strict";
import {
  createDenoLog,
  type DenoLogOptions,
} from "../../../lib/adapters/deno/log.ts";

function said(options: DenoLogOptions, message: string): string[] {
  const lines: string[] = [];
  const log = createDenoLog({ ...options, write: (line) => lines.push(line) });
  log.info(message);
  log.warn(message);
  return lines;
}

Deno.test("a message is one line without anything a terminal obeys", () => {
  // Kills: a process name out of a report that moves the cursor or forges a second line.
  assert.deepEqual(said({}, "a\u001b[2J\nb\u009b1m\u202ec"), [
    "metal-guard: a [2J b 1m c\n",
    "metal-guard: warning: a [2J b 1m c\n",
  ]);
});

Deno.test("what is not wanted is not written", () => {
  // Kills: --quiet that still talks.
  assert.deepEqual(said({ least: "warn" }, "x"), ["metal-guard: warning: x\n"]);
  assert.deepEqual(said({ least: "nothing" }, "x"), []);
});

Deno.test("messages go to standard error, and a closed one changes nothing", async () => {
  // Kills: text on stdout, which breaks every `--json | jq`; a verdict that turns into a crash by `2>&-` or `| head`.
  const module = new URL("../../../lib/adapters/deno/log.ts", import.meta.url);
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(
      file,
      `import { createDenoLog } from ${JSON.stringify(module.href)};
       createDenoLog().warn("careful");`,
    );
    for (
      const [redirection, stderr] of [["", "metal-guard: warning: careful\n"], [
        "2>&-",
        "",
      ]] as const
    ) {
      const output = await new Deno.Command("/bin/sh", {
        args: [
          "-c",
          `exec "$0" run --quiet --no-config --no-check --no-prompt "$1" ${redirection}`,
          Deno.execPath(),
          file,
        ],
      }).output();
      assert.equal(output.code, 0);
      assert.equal(new TextDecoder().decode(output.stdout), "");
      assert.equal(new TextDecoder().decode(output.stderr), stderr);
    }
  } finally {
    await Deno.remove(file);
  }
});
