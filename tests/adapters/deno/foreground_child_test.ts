import assert from "node:assert/strict";
import { createDenoForegroundChildren } from "../../../lib/adapters/deno/foreground_child.ts";
import { FileError, MetalGuardError } from "../../../lib/core/error.ts";

const foreground = createDenoForegroundChildren();

Deno.test("a child in our place keeps its exit code, its variables and its arguments as they are", async () => {
  // Kills: an argument that a shell reads; a variable that does not arrive.
  using child = foreground.start("/bin/sh", {
    args: [
      "-c",
      '[ "$1" = "a \\"b; exit 1" ] && exit "$CODE"',
      "sh",
      'a "b; exit 1',
    ],
    env: { CODE: "9" },
  });
  assert.deepEqual(await child.end, { exitCode: 9, signal: null });
  child.signal("SIGTERM");
});

Deno.test("a child in our place can be signalled, and says by what it ended", async () => {
  // Kills: 143 read as success.
  using child = foreground.start("/bin/sleep", { args: ["60"] });
  assert.ok(child.pid > 1);
  child.signal("SIGTERM");
  assert.deepEqual(await child.end, { exitCode: 143, signal: "SIGTERM" });
});

Deno.test("a signal that reaches us reaches the child and whoever asked to be told, until it is disposed of", async () => {
  // Kills: a guard that a HUP ends while its program runs on; listeners left behind.
  const told: string[] = [];
  {
    using child = foreground.start("/bin/sleep", {
      args: ["60"],
      onSignal: (signal) => told.push(signal),
    });
    Deno.kill(Deno.pid, "SIGHUP");
    assert.equal((await child.end).signal, "SIGHUP");
  }
  assert.deepEqual(told, ["SIGHUP"]);
});

Deno.test("a child that cannot be started says why, and leaves no listener behind", () => {
  // Kills: Ctrl-C that does nothing any more after a failed start.
  assert.throws(
    () => foreground.start("/bin/no-such-program", { args: [] }),
    (error) =>
      error instanceof MetalGuardError && error.code === "child-failed" &&
      error.cause instanceof FileError && error.cause.problem === "absent",
  );
});
