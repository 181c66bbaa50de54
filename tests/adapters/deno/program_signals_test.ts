import assert from "node:assert/strict";
import { createDenoProgramSignals } from "../../../lib/adapters/deno/program_signals.ts";

Deno.test("TERM, HUP and WINCH are heard, and end nothing", async () => {
  // Kills: a signal that ends the program in the middle of a write. INT is the test runner's own; a real terminal sends it
  // in tests/torture/status_watch_test.ts.
  // A listener alone does not keep a program running.
  const awake = setInterval(() => {}, 10_000);
  for (const name of ["SIGTERM", "SIGHUP"] as const) {
    using stop = createDenoProgramSignals().listen();
    assert.equal(stop.signal.aborted, false);
    const heard = new Promise((resolve) =>
      stop.signal.addEventListener("abort", resolve)
    );
    Deno.kill(Deno.pid, name);
    await heard;
    assert.equal(stop.signal.aborted, true);
  }
  let resized = (): void => {};
  const seen = new Promise<void>((resolve) => {
    resized = resolve;
  });
  using stop = createDenoProgramSignals().listen({ onResize: () => resized() });
  Deno.kill(Deno.pid, "SIGWINCH");
  await seen;
  assert.equal(stop.signal.aborted, false);
  clearInterval(awake);
});
