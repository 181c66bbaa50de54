import assert from "node:assert/strict";

const ADAPTER = new URL(
  "../../../lib/adapters/deno/terminal.ts",
  import.meta.url,
).href;

/** Runs a piece of a program that has `terminal`, in a shell with redirections of its own. */
async function shell(
  program: string,
  redirect: string,
): Promise<{ readonly code: number; readonly out: string }> {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(
      file,
      `import { createDenoTerminal } from ${JSON.stringify(ADAPTER)};
       const terminal = createDenoTerminal();
       ${program}`,
    );
    const { code, stdout } = await new Deno.Command("bash", {
      args: [
        "-c",
        `set -o pipefail; "$0" run --no-lock "$1" ${redirect}`,
        Deno.execPath(),
        file,
      ],
      stderr: "null",
    }).output();
    return { code, out: new TextDecoder().decode(stdout) };
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("all of a long text is written, to the stream it is for", async () => {
  // Kills: one write that the pipe takes in part; machine output on standard error.
  const program = `terminal.stdout.write("é".repeat(1_000_000) + "end\\n");
    terminal.stderr.write("noise\\n");`;
  const { code, out } = await shell(program, "2>/dev/null");
  assert.equal(code, 0);
  assert.equal(out.length, 1_000_004);
  assert.ok(out.endsWith("éend\n"));
});

Deno.test("a reader that has gone away, or a closed stream, is no error", async () => {
  // Kills: `panics | head -1` that ends with a stack trace, and with 1 in a script with pipefail.
  const many = `for (let i = 0; i < 2_000; i++) {
      terminal.stdout.write("x".repeat(1_000) + "\\n");
    }
    Deno.exit(7);`;
  const headed = await shell(many, "2>/dev/null | head -c 1");
  assert.deepEqual([headed.code, headed.out], [7, "x"]);
  const closed = await shell(
    `terminal.stdout.write("x"); terminal.stderr.write("y"); Deno.exit(7);`,
    ">&- 2>&-",
  );
  assert.equal(closed.code, 7);
});

Deno.test("a pipe is no terminal", async () => {
  // Kills: colour in a file.
  const { out } = await shell(
    `terminal.stdout.write(String(terminal.stdout.isTerminal));`,
    "",
  );
  assert.equal(out, "false");
});
