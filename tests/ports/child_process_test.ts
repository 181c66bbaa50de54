import assert from "node:assert/strict";
import { createDenoChildProcesses } from "../../lib/adapters/deno/child_process.ts";
import { FileError, MetalGuardError } from "../../lib/core/error.ts";
import type { ChildProcesses } from "../../lib/ports/child_process.ts";
import { FakeChildProcesses, type FakeRun } from "../fakes/child_process.ts";

const SH = "/bin/sh";

/** What each script does in the real shell, told to the fake one. */
const SCRIPTS: Readonly<Record<string, FakeRun>> = {
  "echo out; echo err >&2; exit 7": {
    stdout: "out\n",
    stderr: "err\n",
    exitCode: 7,
  },
  "kill -TERM $$": { exitCode: 143, signal: "SIGTERM" },
  "exec sleep 60": { takesMs: 60_000 },
  "printf 'grüße'": { stdout: "grüße" },
  "exit 0": {},
};

const SUBJECTS: Readonly<Record<string, () => ChildProcesses>> = {
  fake: () =>
    new FakeChildProcesses()
      .put(SH, ({ args }) => SCRIPTS[args[1] ?? ""] ?? { exitCode: 2 })
      .put("/dev/null", "denied"),
  deno: () => createDenoChildProcesses(),
};

for (const [name, subject] of Object.entries(SUBJECTS)) {
  Deno.test(`ChildProcesses over ${name}: streams and exit code are told apart`, async () => {
    // Kills: stderr mixed into stdout; an exit code read as a boolean.
    const output = await subject().capture(SH, {
      args: ["-c", "echo out; echo err >&2; exit 7"],
      timeoutMs: 10_000,
    });
    assert.deepEqual(output, {
      stdout: "out\n",
      stderr: "err\n",
      exitCode: 7,
      signal: null,
      timedOut: false,
    });
  });

  Deno.test(`ChildProcesses over ${name}: a signal's death has its name and 128 + number`, async () => {
    // Kills: a killed program that looks like success.
    for (const how of ["capture", "passThrough"] as const) {
      const { exitCode, signal } = await subject()[how](SH, {
        args: ["-c", "kill -TERM $$"],
        timeoutMs: 10_000,
      });
      assert.deepEqual([exitCode, signal], [143, "SIGTERM"], how);
    }
  });

  Deno.test(`ChildProcesses over ${name}: a program that takes too long is killed`, async () => {
    // Kills: a timeout that is only reported while the program goes on.
    const output = await subject().capture(SH, {
      args: ["-c", "exec sleep 60"],
      timeoutMs: 50,
    });
    assert.deepEqual(output, {
      stdout: "",
      stderr: "",
      exitCode: 137,
      signal: "SIGKILL",
      timedOut: true,
    });
  });

  Deno.test(`ChildProcesses over ${name}: output is cut at the limit, never inside a character`, async () => {
    // Kills: a limit in characters; U+FFFD at the cut.
    for (
      const [maxBytes, expected] of [[3, "gr"], [4, "grü"], [
        99,
        "grüße",
      ]] as const
    ) {
      const output = await subject().capture(SH, {
        args: ["-c", "printf 'grüße'"],
        timeoutMs: 10_000,
        maxBytes,
      });
      assert.equal(output.stdout, expected);
    }
  });

  Deno.test(`ChildProcesses over ${name}: what cannot be started says why`, async () => {
    // Kills: 126 and 127 mixed up; an error of the platform that no layer can read.
    for (
      const [program, problem] of [
        ["/bin/no-such-program", "absent"],
        ["/dev/null", "denied"],
      ] as const
    ) {
      for (const how of ["capture", "passThrough"] as const) {
        await assert.rejects(
          subject()[how](program, { args: [], timeoutMs: 1_000 }),
          (error) =>
            error instanceof MetalGuardError && error.code === "child-failed" &&
            error.message.startsWith(`Cannot start ${program}: `) &&
            error.cause instanceof FileError && error.cause.problem === problem,
          `${how} ${program}`,
        );
      }
    }
  });
}
