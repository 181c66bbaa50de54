import assert from "node:assert/strict";
import { Deadline } from "../../../lib/adapters/native/deadline.ts";

const NEVER = new Promise<never>(() => {});

Deno.test("Deadline gives what came in time, and undefined for what did not", async () => {
  // Kills: an answer that is lost to the timer; a hang that is waited for; an error that is swallowed.
  const deadline = new Deadline(20);
  assert.equal(await deadline.within(Promise.resolve(5)), 5);
  assert.equal(await deadline.within(NEVER), undefined);
  assert.equal(await deadline.within(Promise.resolve(6)), 6);
  await assert.rejects(
    deadline.within(Promise.reject(new RangeError("bad"))),
    RangeError,
  );
});

Deno.test("each who waits has the whole time, though they share one timer", async () => {
  // Kills: a question that is given up at once, because an earlier one has used the time up.
  const ms = 60;
  const deadline = new Deadline(ms);
  const first = deadline.within(NEVER);
  const half = new Deadline(ms / 2);
  await half.within(NEVER);
  const startMs = performance.now();
  assert.equal(await deadline.within(NEVER), undefined);
  assert.ok(performance.now() - startMs >= ms);
  assert.equal(await first, undefined);
});

Deno.test("a timer that nobody waits for keeps no program, and Node's timers are not loaded", () => {
  // Kills: a status that ends a second late; one that starts 10 ms late.
  const module = new URL(
    "../../../lib/adapters/native/deadline.ts",
    import.meta.url,
  );
  const code = `
    import { Deadline } from ${JSON.stringify(module.href)};
    const lazy = Object.getOwnPropertyDescriptor(globalThis, "setTimeout");
    Object.defineProperty(globalThis, "setTimeout", {
      get() { console.log("asked for setTimeout"); return lazy.get?.call(globalThis) ?? lazy.value; },
    });
    console.log(await new Deadline(600_000).within(Promise.resolve("in time")));`;
  const { stdout, success } = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", "--ext=ts", code],
    stdin: "null",
    stderr: "null",
  }).outputSync();
  assert.ok(success);
  assert.equal(new TextDecoder().decode(stdout), "in time\n");
});
