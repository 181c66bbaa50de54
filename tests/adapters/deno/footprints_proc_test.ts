import assert from "node:assert/strict";
import { createProcFootprints } from "../../../lib/adapters/deno/footprints_proc.ts";
import { KIB, MIB } from "../../../lib/core/bytes.ts";
import type { FootprintOptions } from "../../../lib/ports/footprints.ts";
import { FakeKernelFiles } from "../../fakes/kernel_files.ts";

/** Processes and a clock. */
class Place {
  readonly files = new FakeKernelFiles();
  nowMs = 0;
  readonly footprints = createProcFootprints(this.files, () => this.nowMs);

  async bytes(
    pids: readonly number[],
    options: FootprintOptions = { exactFromBytes: Infinity },
  ): Promise<number | undefined> {
    const reading = await this.footprints.read(pids, options);
    return reading.kind === "known" ? reading.value : undefined;
  }
}

/** Pages of a MiB. */
const PAGES = MIB / 4_096;

Deno.test("between two walks a footprint is carried on by what became resident", async () => {
  // Kills: a walk over every page each 50 ms, which costs a core; growth that is seen a second late.
  const place = new Place();
  place.files.put(1, 100 * PAGES, 60 * KIB);
  assert.equal(await place.bytes([1]), 60 * MIB);
  place.nowMs = 999;
  place.files.put(1, 110 * PAGES, 61 * KIB);
  assert.equal(await place.bytes([1]), 70 * MIB);
  place.files.put(1, 1 * PAGES, 1 * KIB);
  assert.equal(await place.bytes([1]), 0);
  assert.equal(place.files.looked.length, 1);
  place.nowMs = 1_000;
  assert.equal(await place.bytes([1]), 1 * MIB);
  assert.equal(place.files.looked.length, 2);
});

Deno.test("what something is decided by is exact, and so is everything where nothing else is asked", async () => {
  // Kills: a program ended for pages that it shares with another one.
  const place = new Place();
  place.files.put(1, 100 * PAGES, 60 * KIB);
  await place.bytes([1]);
  place.files.put(1, 150 * PAGES, 62 * KIB);
  const limit = 110 * MIB;
  assert.equal(await place.bytes([1], { exactFromBytes: limit + 1 }), limit);
  assert.equal(await place.bytes([1], { exactFromBytes: limit }), 62 * MIB);
  place.files.put(1, 150 * PAGES, 63 * KIB);
  assert.equal(await place.bytes([1], {}), 63 * MIB);
});

Deno.test("a process more or less is a reason to walk: shared pages fall to those who are left", async () => {
  // Kills: the half of a parent's memory that is forgotten when its forked child ends.
  const place = new Place();
  place.files.put(1, 100 * PAGES, 50 * KIB).put(2, 100 * PAGES, 50 * KIB);
  assert.equal(await place.bytes([1, 2, 2]), 100 * MIB);
  place.files.put(1, 100 * PAGES, 100 * KIB);
  assert.equal(await place.bytes([1]), 100 * MIB);
  place.files.put(3, 10 * PAGES, 10 * KIB);
  assert.equal(await place.bytes([1, 3]), 110 * MIB);
});

Deno.test("one that does not show its memory makes the sum unknown, one that has ended does not", async () => {
  // Kills: another user's process that counts nothing; a sum that fails because one of many has ended.
  const place = new Place();
  place.files.put(1, PAGES, KIB).put(2, PAGES);
  assert.equal(await place.bytes([1, 2]), undefined);
  place.files.texts.delete("/proc/2/stat");
  assert.equal(await place.bytes([1, 2]), MIB);
  // A zombie has nothing in it.
  place.files.put(3, 0);
  assert.equal(await place.bytes([1, 3]), MIB);
  assert.equal(await place.bytes([3]), undefined);
  assert.equal(await place.bytes([]), undefined);
});
