import assert from "node:assert/strict";
import type { Orphan } from "../../lib/policy/orphans.ts";
import {
  orphansJson,
  orphansText,
  type OrphansView,
} from "../../lib/report/orphans.ts";
import { textStyle } from "../../lib/report/text_style.ts";

const ORPHAN: Orphan = {
  modelId: "mlx-community/other",
  preTime: Temporal.Instant.from("2026-11-23T03:23:58Z"),
  preLocalTime: "2026-11-23 03:23:58",
  ageMs: 800_940,
  pid: 7,
  ownPid: 7,
  readyToken: null,
  boot: null,
};
const VIEW: OrphansView = {
  thresholdMs: 90_000,
  orphans: [ORPHAN],
  kills: undefined,
};
const OPTIONS = { style: textStyle({ color: false, emoji: false }) };

Deno.test("orphansJson() is the Python tool's object", () => {
  // Kills: an age in milliseconds, a time with a space, a key of ours in a program's way.
  assert.deepEqual(orphansJson(VIEW), {
    threshold_sec: 90,
    orphans: [{
      model_id: "mlx-community/other",
      pre_ts: "2026-11-23T03:23:58",
      age_sec: 800.9,
      pid: 7,
    }],
  });
});

Deno.test("what --kill did is told for each, with why one was spared", () => {
  // Kills: a spared process that looks ended.
  const kills = (["killed", "gone", "spared"] as const).map((outcome) => ({
    orphan: { ...ORPHAN },
    outcome,
    because: outcome === "spared" ? "it is not ours" : null,
  }));
  const view = { ...VIEW, orphans: kills.map((kill) => kill.orphan), kills };
  const text = orphansText(view, OPTIONS);
  for (
    const words of [
      "ended by SIGKILL",
      "is gone already",
      "left alone: it is not ours",
    ]
  ) {
    assert.ok(text.includes(words), words);
  }
  assert.ok(!text.includes("--kill"));
  const json = orphansJson(view);
  assert.deepEqual(JSON.parse(JSON.stringify(json["kills"]))[2], {
    model_id: "mlx-community/other",
    pid: 7,
    outcome: "spared",
    because: "it is not ours",
  });
});

Deno.test("a model's name cannot move the cursor of whoever reads it", () => {
  // Kills: an escape sequence out of a log on a terminal.
  const orphan = { ...ORPHAN, modelId: "\x1b[2Jm", pid: null };
  const text = orphansText({ ...VIEW, orphans: [orphan] }, OPTIONS);
  assert.ok(!text.includes("\x1b"));
  assert.match(text, /pid unknown/);
  assert.match(text, /orphan-scan --kill\n$/);
});

Deno.test("no orphan is one line", () => {
  // Kills: advice to end nobody.
  assert.equal(
    orphansText({ ...VIEW, orphans: [] }, OPTIONS),
    "No worker without an end is older than 90 s.\n",
  );
});
