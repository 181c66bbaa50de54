import assert from "node:assert/strict";
import { createDenoChildProcesses } from "../../lib/adapters/deno/child_process.ts";
import { probeBy, type ProbeCommand } from "../../lib/layers/server_probe.ts";

const TIMES = { intervalMs: 1, timeoutMs: 5_000, firstAfterMs: 1 };

function ask(
  how: ProbeCommand["how"],
  timeoutMs = TIMES.timeoutMs,
): Promise<boolean> {
  return probeBy({ ...TIMES, timeoutMs, how }, createDenoChildProcesses())
    .isAlive();
}

Deno.test("a shell's words are given to it exactly as typed, and exit 0 alone is alive", async () => {
  // Kills: words that are quoted, split or looked at (SAFETY R3).
  const shell = (words: string): Promise<boolean> =>
    ask({ kind: "shell", words });
  assert.equal(await shell("test 'a b' = \"a b\" && true"), true);
  assert.equal(await shell("exit 1"), false);
  assert.equal(await shell("no-such-program-here"), false);
});

Deno.test("server_probe fails closed: one that hangs is dead", async () => {
  // Kills: a guard that hangs with its server.
  assert.equal(await ask({ kind: "shell", words: "sleep 60" }, 100), false);
});

/** A `curl` of our own in front of the system's, which writes down what it was given and answers `answer`. */
async function askWithCurl(
  answer: string,
  key: string | undefined,
): Promise<{ readonly isAlive: boolean; readonly seen: string }> {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(
      `${folder}/curl`,
      `#!/bin/sh\nprintf '%s\\n' "$@" >${folder}/seen\ncat >>${folder}/seen\necho "key=$METALGUARD_PROBE_KEY" >>${folder}/seen\nprintf '%s' '${answer}'\n`,
      { mode: 0o755 },
    );
    const children = createDenoChildProcesses();
    const isAlive = await probeBy({
      ...TIMES,
      how: { kind: "openai", url: "http://127.0.0.1:1/v1", key },
    }, {
      ...children,
      capture: (program, options) =>
        children.capture(program, {
          ...options,
          env: {
            ...options.env,
            PATH: `${folder}:${Deno.env.get("PATH") ?? ""}`,
          },
        }),
    }).isAlive();
    return { isAlive, seen: Deno.readTextFileSync(`${folder}/seen`) };
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("one token of a completion is asked for, and only a completion is an answer", async () => {
  // Kills: a /health page, or an error with status 200, that counts as work.
  const { isAlive, seen } = await askWithCurl(
    '{"choices": [{"text": "a"}]}',
    undefined,
  );
  assert.equal(isAlive, true);
  assert.match(seen, /"max_tokens":1/);
  assert.match(seen, /^http:\/\/127\.0\.0\.1:1\/v1$/m);
  assert.equal(
    (await askWithCurl('{"status": "ok"}', undefined)).isAlive,
    false,
  );
  assert.equal(
    (await askWithCurl('{"choices": []}', undefined)).isAlive,
    false,
  );
});

Deno.test("a key reaches curl by its standard input only", async () => {
  // Kills: a key in the list of processes, or in curl's environment (SAFETY P3).
  const { seen } = await askWithCurl("{}", "s3cret");
  const [args = "", rest = ""] = seen.split("header =");
  assert.ok(!args.includes("s3cret"));
  assert.match(rest, /Bearer s3cret/);
  assert.match(rest, /^key=$/m);
});
