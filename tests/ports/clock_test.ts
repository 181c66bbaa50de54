import assert from "node:assert/strict";
import { createDenoClock } from "../../lib/adapters/deno/clock.ts";
import type { Clock } from "../../lib/ports/clock.ts";
import { FakeClock } from "../fakes/clock.ts";

/** A clock and what makes its time pass. */
interface Subject {
  readonly clock: Clock;
  readonly pass: (ms: number) => Promise<void>;
}

const SUBJECTS: Readonly<Record<string, () => Subject>> = {
  fake: () => {
    const clock = new FakeClock();
    return { clock, pass: (ms) => clock.advance(ms) };
  },
  deno: () => ({ clock: createDenoClock(), pass: () => Promise.resolve() }),
};

Deno.test("Clock over deno: an idle sleep lets the program end, another one does not", async () => {
  // Kills: a heartbeat that keeps a finished program running for ever.
  const clock = new URL("../../lib/adapters/deno/clock.ts", import.meta.url);
  const run = async (isIdle: boolean): Promise<number> => {
    const startMs = performance.now();
    const { code } = await new Deno.Command(Deno.execPath(), {
      args: [
        "eval",
        "--no-lock",
        "--cached-only",
        `import { createDenoClock } from ${JSON.stringify(clock.href)};
createDenoClock().sleep(${
          isIdle ? 60_000 : 300
        }, undefined, { isIdle: ${isIdle} });`,
      ],
      stderr: "null",
    }).output();
    assert.equal(code, 0);
    return performance.now() - startMs;
  };
  assert.ok(await run(true) < 30_000);
  assert.ok(await run(false) >= 300);
});

for (const [name, subject] of Object.entries(SUBJECTS)) {
  Deno.test(`Clock over ${name}: a sleep takes no less than was asked for`, async () => {
    // Kills: seconds taken for milliseconds; a sleep that ends at once.
    const { clock, pass } = subject();
    const startMs = clock.monotonicMs();
    const sleep = clock.sleep(3);
    await pass(3);
    await sleep;
    assert.ok(clock.monotonicMs() - startMs >= 3);
  });

  Deno.test(`Clock over ${name}: a sleep ends with the signal's reason`, async () => {
    // Kills: an abort that is only looked at before the sleep, so that SIGTERM waits for hours.
    const { clock } = subject();
    const reason = new Error("enough");
    const during = new AbortController();
    const sleep = clock.sleep(3_600_000, during.signal);
    during.abort(reason);
    await assert.rejects(sleep, reason);
    await assert.rejects(
      clock.sleep(3_600_000, AbortSignal.abort(reason)),
      reason,
    );
  });

  Deno.test(`Clock over ${name}: sleeps of nothing end, and no listener stays behind`, async () => {
    // Kills: NaN and negative spans that never end; a listener for each tick of a loop that runs for weeks.
    const { clock, pass } = subject();
    for (const ms of [0, -1, NaN]) await clock.sleep(ms);
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>): void => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>): void => {
      listeners--;
      remove(...args);
    };
    const sleep = clock.sleep(1, signal);
    assert.equal(listeners, 1);
    await pass(1);
    await sleep;
    assert.equal(listeners, 0);
  });

  Deno.test(`Clock over ${name}: the zone is one that Temporal knows`, () => {
    // Kills: an abbreviation such as CET, which loses the rules of summer time.
    const { clock } = subject();
    const local = clock.now().toZonedDateTimeISO(clock.timeZone());
    assert.equal(
      local.epochMilliseconds,
      local.toInstant().epochMilliseconds,
    );
  });
}
