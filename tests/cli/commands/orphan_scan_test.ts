import assert from "node:assert/strict";
import {
  type OrphanSource,
  scanOrphans,
} from "../../../lib/cli/commands/orphan_scan.ts";
import type { Orphan } from "../../../lib/policy/orphans.ts";
import { fakeContext } from "../../fakes/cli_context.ts";

const ORPHAN: Orphan = {
  modelId: "m",
  preTime: Temporal.Instant.from("2026-11-23T11:55:00Z"),
  preLocalTime: "2026-11-23 11:55:00",
  ageMs: 300_000,
  pid: 7,
  ownPid: 7,
  readyToken: null,
  boot: null,
};

class Source implements OrphanSource {
  readonly thresholdMs = 90_000;
  readonly calls: string[] = [];
  readonly #orphans: readonly Orphan[];

  constructor(orphans: readonly Orphan[]) {
    this.#orphans = orphans;
  }

  scan(options: { readonly thresholdMs: number }): Promise<readonly Orphan[]> {
    this.calls.push(`scan ${options.thresholdMs}`);
    return Promise.resolve(this.#orphans);
  }

  kill(orphans: readonly Orphan[]): ReturnType<OrphanSource["kill"]> {
    this.calls.push(`kill ${orphans.length}`);
    return Promise.resolve(orphans.map((orphan) => ({
      orphan,
      outcome: "killed",
      because: null,
    })));
  }
}

Deno.test("orphan-scan ends with 1 when there is one, 0 when there is none, and only looks", async () => {
  // Kills: a cron job that never notices; a scan that ends processes unasked.
  const flags = { json: false, kill: false };
  const found = new Source([ORPHAN]);
  assert.equal(await scanOrphans(fakeContext(), found, flags), 1);
  assert.deepEqual(found.calls, ["scan 90000"]);
  assert.equal(await scanOrphans(fakeContext(), new Source([]), flags), 0);
});

Deno.test("--threshold-sec wins, also as 0, and is told in the JSON", async () => {
  // Kills: 0 taken for "not given"; seconds taken for milliseconds.
  const source = new Source([ORPHAN]);
  const context = fakeContext();
  const flags = { json: true, kill: false, thresholdSec: 0 };
  await scanOrphans(context, source, flags);
  assert.deepEqual(source.calls, ["scan 0"]);
  assert.deepEqual(JSON.parse(context.terminal.out), {
    threshold_sec: 0,
    orphans: [{
      model_id: "m",
      pre_ts: "2026-11-23T11:55:00",
      age_sec: 300,
      pid: 7,
    }],
  });
});

Deno.test("--kill acts on what was found, and still ends with 1", async () => {
  // Kills: an orphan that nobody hears of because it was ended.
  const source = new Source([ORPHAN]);
  const context = fakeContext();
  assert.equal(
    await scanOrphans(context, source, { json: false, kill: true }),
    1,
  );
  assert.deepEqual(source.calls, ["scan 90000", "kill 1"]);
  assert.match(context.terminal.out, /ended by SIGKILL/);
});
