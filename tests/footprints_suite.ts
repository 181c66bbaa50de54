import assert from "node:assert/strict";
import type { Footprints } from "../lib/ports/footprints.ts";

/** One way to read footprints, with two processes that live and one pid that nobody has. */
export interface FootprintSubject {
  /** Name for the tests. */
  readonly name: string;
  /** Opens it; disposed of after each test. */
  readonly open: () => Disposable & {
    readonly footprints: Footprints;
    readonly living: readonly [number, number];
    readonly ended: number;
  };
}

/** What holds of every {@linkcode Footprints}; one call a subject. */
export function testFootprints({ name, open }: FootprintSubject): void {
  Deno.test(`Footprints over ${name}: a living process takes something, two take more, each counts once`, async () => {
    // Kills: KiB taken for bytes; one of two left out; a pid that is named twice counted twice.
    using on = open();
    const [a, b] = on.living;
    const one = await on.footprints.read([a]);
    const both = await on.footprints.read([a, b, a]);
    assert.ok(one.kind === "known" && one.value > 100_000, JSON.stringify(one));
    assert.ok(both.kind === "known" && both.value > one.value / 2);
    const twice = await on.footprints.read([a, a]);
    assert.ok(twice.kind === "known" && twice.value < one.value * 1.5);
  });

  Deno.test(`Footprints over ${name}: one that has ended counts nothing, and nobody is unknown`, async () => {
    // Kills: a sum that fails because one of many has ended; "0 bytes" for a program that was not there.
    using on = open();
    const [a] = on.living;
    assert.equal((await on.footprints.read([a, on.ended])).kind, "known");
    for (const pids of [[on.ended], []]) {
      const reading = await on.footprints.read(pids);
      assert.ok(reading.kind === "unknown" && reading.because !== "");
    }
  });

  Deno.test(`Footprints over ${name}: it says who reads, and how often that may be asked`, async () => {
    // Kills: a program that is started every 50 ms to measure another one.
    using on = open();
    await on.footprints.read(on.living);
    const { source, shortestMs = 0 } = on.footprints;
    const least = source === "ps" ? 500 : source === "cat" ? 250 : 50;
    assert.ok(shortestMs >= least, `${source} ${shortestMs}`);
  });
}
