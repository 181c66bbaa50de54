import assert from "node:assert/strict";
import { createDenoGuardWatchers } from "../../../lib/adapters/deno/guard_watcher.ts";
import { gone, isAlive } from "../../torture/run_place.ts";

/** A program that ends when it is told to, or with this test. */
class Sleeper implements AsyncDisposable {
  readonly child = new Deno.Command("/bin/sleep", { args: ["600"] }).spawn();

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await this.child.status;
  }
}

Deno.test("a watcher that is told that all is well leaves everybody alone", async () => {
  // Kills: a program that is ended because its guard ended well.
  await using sleeper = new Sleeper();
  const watcher = createDenoGuardWatchers().start({ graceMs: 0 });
  await watcher.name([sleeper.child.pid]);
  await watcher[Symbol.asyncDispose]();
  await watcher.gone;
  assert.equal(await isAlive(sleeper.child.pid), true);
});

Deno.test("a guard's death ends the programs that it named last, and no other", async () => {
  // Kills: a program that lives on without a guard; one that was taken off the list and is ended all the same.
  await using named = new Sleeper();
  await using dropped = new Sleeper();
  const module = new URL(
    "../../../lib/adapters/deno/guard_watcher.ts",
    import.meta.url,
  ).href;
  const guard = new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      "--no-lock",
      "--cached-only",
      `import { createDenoGuardWatchers } from ${JSON.stringify(module)};
const watcher = createDenoGuardWatchers().start({ graceMs: 1000 });
await watcher.name([${dropped.child.pid}]);
await watcher.name([${named.child.pid}, 999999999]);
console.log("named");
setTimeout(() => {}, 600_000);`,
    ],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = guard.stdout.getReader();
  await reader.read();
  guard.kill("SIGKILL");
  await reader.cancel();
  await guard.status;
  await gone(named.child.pid);
  assert.equal(await isAlive(dropped.child.pid), true);
});
