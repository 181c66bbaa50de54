import assert from "node:assert/strict";
import { known, type Observed, unknown } from "../../lib/core/observed.ts";
import {
  readWorkingSet,
  recordWorkingSet,
} from "../../lib/facts/working_set.ts";
import { STATE, World } from "../fakes/world.ts";

const PATH = `${STATE}/working-set.json`;

class Place {
  readonly world = new World();
  host: Observed<string> = known("this-mac");
  hostReads = 0;
  readonly ports = {
    store: this.world.store,
    clock: this.world.clock,
    owner: () => undefined,
    host: {
      readHost: (): Promise<Observed<string>> => {
        this.hostReads += 1;
        return Promise.resolve(this.host);
      },
    },
  };

  async limit(osBuild: Observed<string>): Promise<Observed<number>> {
    return (await readWorkingSet(this.ports, PATH, osBuild)).limitBytes;
  }
}

Deno.test("a limit holds for the machine and system build it was read on", async () => {
  // Kills: the limit of a 128 GiB Mac used on the 16 GiB one that shares the home, or after an update.
  const place = new Place();
  const reading = { osBuild: "25F84", limitBytes: 100 };
  await recordWorkingSet(place.ports, PATH, reading);
  assert.deepEqual(await place.limit(known("25F84")), known(100));
  assert.equal((await place.limit(known("25F80"))).kind, "unknown");
  assert.equal((await place.limit(unknown("no build"))).kind, "unknown");
  place.host = known("another-mac");
  assert.equal((await place.limit(known("25F84"))).kind, "unknown");
  await recordWorkingSet(place.ports, PATH, { ...reading, limitBytes: 7 });
  assert.deepEqual(await place.limit(known("25F84")), known(7));
  place.host = known("this-mac");
  assert.deepEqual(await place.limit(known("25F84")), known(100));
});

Deno.test("a newer limit takes the place of the older one, other fields stay", async () => {
  // Kills: the older of two entries that is found first; a field of a later version that is lost.
  const place = new Place();
  place.world.store.put(PATH, '{"entries": [], "note": "kept"}');
  for (const limitBytes of [1, 2]) {
    await recordWorkingSet(place.ports, PATH, { osBuild: "a", limitBytes });
  }
  assert.deepEqual(await place.limit(known("a")), known(2));
  const text = new TextDecoder().decode(place.world.store.readHead(PATH, 999));
  assert.match(text, /"note": "kept"/);
  assert.equal(place.world.store.stat(PATH).mode, 0o600);
});

Deno.test("without a cache neither the machine's identity nor a file is asked for", async () => {
  // Kills: an `ioreg` started by every status.
  const place = new Place();
  assert.equal((await place.limit(known("a"))).kind, "unknown");
  assert.equal(place.hostReads, 0);
  const nowhere = await readWorkingSet(place.ports, undefined, known("a"));
  assert.equal(nowhere.limitBytes.kind, "unknown");
  place.host = unknown("no identity");
  await recordWorkingSet(place.ports, PATH, { osBuild: "a", limitBytes: 1 });
  assert.throws(() => place.world.store.stat(PATH));
});

Deno.test("a cache that cannot be read is a finding, and is written anew", async () => {
  // Kills: a torn file that counts as a limit, or that nobody ever hears of.
  const place = new Place();
  for (const bad of ["{", '{"entries": [{"limit_bytes": 0}]}']) {
    place.world.store.put(PATH, bad);
    const { limitBytes, findings } = await readWorkingSet(
      place.ports,
      PATH,
      known("a"),
    );
    assert.equal(limitBytes.kind, "unknown");
    assert.equal(findings[0]?.code, "working-set-unreadable");
    assert.match(findings[0]?.fix ?? "", /^\$ rm .*working-set\.json$/m);
  }
  await recordWorkingSet(place.ports, PATH, { osBuild: "a", limitBytes: 5 });
  assert.deepEqual(await place.limit(known("a")), known(5));
});
