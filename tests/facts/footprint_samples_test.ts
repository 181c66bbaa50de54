import assert from "node:assert/strict";
import { known, type Observed, unknown } from "../../lib/core/observed.ts";
import { FootprintSamples } from "../../lib/facts/footprint_samples.ts";
import type {
  FootprintOptions,
  FootprintSource,
} from "../../lib/ports/footprints.ts";

/** Footprints that remember how exact they had to be. */
class Reader {
  source: FootprintSource = "native";
  shortestMs = 200;
  reading: Observed<number> = known(5);
  readonly asked: (FootprintOptions | undefined)[] = [];
  read(
    _: readonly number[],
    options?: FootprintOptions,
  ): Promise<Observed<number>> {
    this.asked.push(options);
    return Promise.resolve(this.reading);
  }
  peakOf(): number {
    return 9;
  }
}

Deno.test("a sample is exact from the limit on, and no sooner than its source may be asked", async () => {
  // Kills: a program of 100 MiB a sample that is walked over each 50 ms; `cat` started 20 times a second.
  const reader = new Reader();
  const samples = new FootprintSamples(reader, 100);
  await samples.take([1]);
  await new FootprintSamples(reader, null).take([1]);
  assert.deepEqual(reader.asked, [
    { exactFromBytes: 100 },
    { exactFromBytes: Infinity },
  ]);
  assert.deepEqual([samples.pauseMs(199), samples.pauseMs(201)], [200, 201]);
});

Deno.test("the highest ever is one process's own, and ps is told once", async () => {
  // Kills: peaks of two processes added up; a warning with each sample; resident memory shown as a footprint.
  const reader = new Reader();
  const samples = new FootprintSamples(reader, null);
  const first = await samples.take([1]);
  assert.deepEqual(first.peak, { peakBytes: 9 });
  assert.equal(first.caution, undefined);
  reader.source = "ps";
  const second = await samples.take([1, 2]);
  assert.deepEqual(second.peak, {});
  assert.match(second.caution?.words ?? "", /by ps: what the GPU holds/);
  assert.equal((await samples.take([1])).caution, undefined);
});

Deno.test("blindness of two samples is told once, and again after it has passed", async () => {
  // Kills: a warning with each sample of a program that cannot be measured; one that is missed the second time.
  const reader = new Reader();
  const samples = new FootprintSamples(reader, null);
  const seen: (string | undefined)[] = [];
  const readings: readonly Observed<number>[] = [
    unknown("it just ends"),
    known(3),
    unknown("a"),
    unknown("a"),
    unknown("a"),
    known(3),
    unknown("b"),
    unknown("b"),
  ];
  for (const reading of readings) {
    reader.reading = reading;
    const { caution } = await samples.take([1]);
    seen.push(caution?.words);
  }
  const told = seen.flatMap((words, at) => words === undefined ? [] : [at]);
  assert.deepEqual(told, [3, 7]);
  assert.match(seen[3] ?? "", /^memory cannot be read: a$/);
  assert.equal(samples.lastBytes, undefined);
  reader.reading = known(7);
  await samples.take([1]);
  assert.equal(samples.lastBytes, 7);
});
