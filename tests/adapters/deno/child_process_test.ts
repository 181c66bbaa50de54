import assert from "node:assert/strict";
import { createDenoChildProcesses } from "../../../lib/adapters/deno/child_process.ts";

const children = createDenoChildProcesses();

Deno.test("capture() gives arguments as they are, to no shell", async () => {
  // Kills: a model name with `$(…)` in it that is run.
  const args = ["-c", 'printf "%s|" "$@"', "x", "$(id)", "a b", "*"];
  const output = await children.capture("/bin/sh", { args, timeoutMs: 10_000 });
  assert.equal(output.stdout, "$(id)|a b|*|");
});

Deno.test("capture() adds variables to ours, and takes away what is undefined", async () => {
  // Kills: a child without PATH; `undefined` handed down as a text.
  Deno.env.set("METALGUARD_TEST_OURS", "ours");
  try {
    const script =
      'echo "${METALGUARD_TEST_OURS-unset} ${ADDED-unset} ${PATH:+path}"';
    const run = async (
      env?: Record<string, string | undefined>,
    ): Promise<string> =>
      (await children.capture("/bin/sh", {
        args: ["-c", script],
        timeoutMs: 10_000,
        ...(env === undefined ? {} : { env }),
      })).stdout.trim();
    assert.equal(await run(), "ours unset path");
    assert.equal(await run({ ADDED: "x y" }), "ours x y path");
    assert.equal(
      await run({ ADDED: "x", METALGUARD_TEST_OURS: undefined }),
      "unset x path",
    );
  } finally {
    Deno.env.delete("METALGUARD_TEST_OURS");
  }
});

Deno.test("capture() ends although a grandchild holds the pipes open", async () => {
  // Kills: waiting for the end of a stream instead of the end of the program.
  const startMs = performance.now();
  const output = await children.capture("/bin/sh", {
    args: ["-c", "sleep 30 & echo $!"],
    timeoutMs: 20_000,
  });
  assert.equal(output.exitCode, 0);
  assert.equal(output.timedOut, false);
  assert.ok(performance.now() - startMs < 15_000);
  Deno.kill(Number(output.stdout), "SIGKILL");
});

Deno.test("capture() gives no input, and does not let a flood of output hang", async () => {
  // Kills: a program that waits for a terminal for ever; a full pipe.
  const output = await children.capture("/bin/sh", {
    args: ["-c", "cat; head -c 3000000 /dev/zero | tr '\\0' x"],
    timeoutMs: 20_000,
    maxBytes: 100,
  });
  assert.equal(output.stdout, "x".repeat(100));
  assert.equal(output.exitCode, 0);
});

/** Runs `script` by passThrough in a process of its own, and does `act` once it has said `ready`. */
async function passedThrough(
  script: string,
  act: (guard: Deno.ChildProcess) => void,
): Promise<{ readonly said: string; readonly code: number }> {
  const module = new URL(
    "../../../lib/adapters/deno/child_process.ts",
    import.meta.url,
  );
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(
      file,
      `import { createDenoChildProcesses } from ${JSON.stringify(module.href)};
       const end = await createDenoChildProcesses()
         .passThrough("/bin/sh", { args: ["-c", Deno.args[0] ?? ""] });
       console.log(JSON.stringify(end));
       Deno.exit(end.exitCode);`,
    );
    const guard = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-config", "--no-check", file, script],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    let said = "";
    for await (
      const text of guard.stdout.pipeThrough(new TextDecoderStream())
    ) {
      const wasReady = said.includes("ready");
      said += text;
      if (!wasReady && said.includes("ready")) act(guard);
    }
    return { said, code: (await guard.status).code };
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("passThrough() passes each signal on, waits, and keeps the exit code", async () => {
  // Kills: a guard that dies of the signal and leaves its child alone; one that answers 0 for a child that said 9.
  for (const signal of ["INT", "TERM", "HUP", "QUIT"] as const) {
    const { said, code } = await passedThrough(
      `trap 'echo got ${signal}; exit 9' ${signal}; echo ready; for i in $(seq 200); do sleep 0.05; done`,
      (guard) => guard.kill(`SIG${signal}`),
    );
    assert.match(said, new RegExp(`got ${signal}`));
    assert.match(said, /{"exitCode":9,"signal":null}/);
    assert.equal(code, 9);
  }
});

Deno.test("passThrough() names the signal that ended the child", async () => {
  // Kills: a killed Python that looks as if it had ended by itself.
  const { said, code } = await passedThrough(
    "echo ready; kill -KILL $$",
    () => undefined,
  );
  assert.match(said, /{"exitCode":137,"signal":"SIGKILL"}/);
  assert.equal(code, 137);
});
