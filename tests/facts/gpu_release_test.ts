import assert from "node:assert/strict";
import { known, type Observed, unknown } from "../../lib/core/observed.ts";
import { waitForGpuRelease } from "../../lib/facts/gpu_release.ts";
import { FakeClock } from "../fakes/clock.ts";

const ENDED: ReadonlySet<number> = new Set([311]);

async function sleepsWith(
  readGpuPids: (() => Promise<Observed<readonly number[]>>) | undefined,
  longestMs = 8_000,
): Promise<readonly number[]> {
  const clock = new FakeClock("2026-01-01T12:00:00Z");
  clock.autoAdvance = true;
  const ports = readGpuPids === undefined ? { clock } : { clock, readGpuPids };
  await waitForGpuRelease(ports, ENDED, longestMs);
  return clock.slept;
}

Deno.test("waitForGpuRelease() ends with the client of the process that ended, not with others", async () => {
  // Kills: a load into memory that the dead holder still has; eight seconds for a GPU that is free.
  let looks = 0;
  const slept = await sleepsWith(() => {
    looks += 1;
    return Promise.resolve(known(looks < 4 ? [412, 311] : [412]));
  });
  assert.deepEqual(slept, [250, 250, 250]);
  assert.deepEqual(await sleepsWith(() => Promise.resolve(known([]))), []);
});

Deno.test("waitForGpuRelease() fails closed: where nobody knows, the whole time is waited", async () => {
  // Kills: no wait at all on a machine whose IORegistry cannot be read.
  const gone = (): Promise<Observed<readonly number[]>> =>
    Promise.resolve(unknown("no list"));
  for (const nobody of [undefined, gone]) {
    assert.deepEqual(await sleepsWith(nobody), [8_000]);
  }
});

Deno.test("waitForGpuRelease() does not wait for ever for a client that stays", async () => {
  // Kills: a lock that is never had because the kernel keeps a dead process's client.
  const stays = (): Promise<Observed<readonly number[]>> =>
    Promise.resolve(known([311]));
  const slept = await sleepsWith(stays, 1_100);
  assert.deepEqual(slept, [250, 250, 250, 250, 100]);
  assert.deepEqual(await sleepsWith(stays, 0), []);
});
