import assert from "node:assert/strict";
import { known, type Observed, unknown } from "../../lib/core/observed.ts";
import type { GoodSetup, WorkSetup } from "../../lib/core/work_setup.ts";
import {
  compareSetups,
  type SetupPair,
} from "../../lib/policy/setup_changes.ts";

const GOOD: GoodSetup = {
  endedAt: Temporal.Instant.from("2026-11-22T20:00:00Z"),
  osBuild: "25E253",
  driverVersion: "130.13",
  model: "org/m-4bit",
  versions: new Map([["python", "3.12"], ["mlx", "0.31.1"], [
    "mlx-lm",
    "0.29.1",
  ]]),
};

const NOW: WorkSetup = {
  osBuild: known("25E253"),
  driverVersion: known("130.13"),
  model: known("org/m-4bit"),
  versions: new Map<string, Observed<string | null>>([
    ["python", known("3.12")],
    ["mlx", known("0.31.1")],
    ["mlx-lm", known("0.29.1")],
    ["mlx-vlm", known(null)],
  ]),
};

function pair(
  what: string,
  before: Partial<GoodSetup>,
  now: Partial<WorkSetup>,
): SetupPair | undefined {
  return compareSetups({ ...GOOD, ...before }, { ...NOW, ...now })
    .find((one) => one.what === what);
}

Deno.test("compareSetups() finds nothing changed where nothing did, in a fixed order", () => {
  // Kills: a pair that is left out; a package that is installed neither then nor now shown as a change.
  const pairs = compareSetups(GOOD, NOW);
  assert.deepEqual(pairs.map((one) => one.what), [
    "os_build",
    "gpu_driver",
    "python",
    "mlx",
    "mlx-lm",
    "mlx-vlm",
    "model",
  ]);
  assert.deepEqual(new Set(pairs.map((one) => one.state)), new Set(["same"]));
});

/** Each thing that may change, and how it looks when it did. */
const CHANGES: readonly {
  readonly what: string;
  readonly now: Partial<WorkSetup>;
  readonly from: string | null;
  readonly to: string | null;
}[] = [
  {
    what: "os_build",
    now: { osBuild: known("25F84") },
    from: "25E253",
    to: "25F84",
  },
  {
    what: "gpu_driver",
    now: { driverVersion: known("130.15.2") },
    from: "130.13",
    to: "130.15.2",
  },
  {
    what: "python",
    now: { versions: new Map([["python", known("3.13")]]) },
    from: "3.12",
    to: "3.13",
  },
  {
    what: "mlx",
    now: { versions: new Map([["mlx", known("0.31.2")]]) },
    from: "0.31.1",
    to: "0.31.2",
  },
  {
    what: "mlx-lm",
    now: { versions: new Map([["mlx-lm", known(null)]]) },
    from: "0.29.1",
    to: null,
  },
  {
    what: "mlx-vlm",
    now: { versions: new Map([["mlx-vlm", known("0.7.10")]]) },
    from: null,
    to: "0.7.10",
  },
  {
    what: "model",
    now: { model: known("org/m-8bit") },
    from: "org/m-4bit",
    to: "org/m-8bit",
  },
];

for (const { what, now, from, to } of CHANGES) {
  Deno.test(`compareSetups() tells a change of ${what}`, () => {
    // Kills: a change that is not told, or told the wrong way round.
    assert.deepEqual(pair(what, {}, now), {
      what,
      state: "changed",
      before: from,
      now: to,
      because: null,
    });
  });

  Deno.test(`compareSetups() does not call ${what} unchanged where it cannot be told`, () => {
    // Kills: "unchanged" for what nobody could read, on either side.
    const blind = unknown<string>("this is linux");
    const unread = pair(what, {}, {
      osBuild: blind,
      driverVersion: blind,
      model: blind,
      versions: new Map([[what, blind]]),
    });
    assert.deepEqual([unread?.state, unread?.because], [
      "unknown",
      "this is linux",
    ]);
    const silent = pair(what, {
      osBuild: undefined,
      driverVersion: undefined,
      model: undefined,
      versions: new Map(),
    }, now);
    assert.deepEqual([silent?.state, silent?.before, silent?.now], [
      "unknown",
      undefined,
      to,
    ]);
  });
}

Deno.test("compareSetups() keeps a package that only the record knows", () => {
  // Kills: a package that was uninstalled and is not spoken of.
  const gone = pair("jax-mlx", {
    versions: new Map([["jax-mlx", "1.0"]]),
  }, {});
  assert.deepEqual([gone?.state, gone?.before, gone?.because], [
    "unknown",
    "1.0",
    "it was not looked for",
  ]);
});
