import assert from "node:assert/strict";
import type { AdvisoryHit } from "../../lib/policy/advisories.ts";
import type { AdvisorySeverity } from "../../lib/core/release_advice.ts";
import { findAdvisories } from "../../lib/layers/advisories.ts";
import { runNotes } from "../../lib/report/run_advice.ts";
import { World } from "../fakes/world.ts";

function advisory(severity: AdvisorySeverity): AdvisoryHit {
  return {
    version: "0.31.2",
    openCondition: null,
    doubtfulAlternatives: [],
    advisory: {
      issue: "a/b#1",
      package: "mlx",
      affected: "*",
      severity,
      url: `https://x/${severity}`,
      symptom: "it breaks",
      mitigation: "mend it",
    },
  };
}

Deno.test("runNotes() says what is grave in a line each, counts what is less, and leaves out what is good to know", () => {
  // Kills: thirty lines before each start, which nobody reads; a grave fault among them that is only counted.
  const notes = runNotes(null, {
    blocked: [],
    findings: [],
    advisories: (["critical", "high", "medium", "medium", "info"] as const)
      .map(advisory),
  }, "/v v/bin/python");
  assert.deepEqual(notes.map((note) => note.lines), [
    ["mlx 0.31.2 (critical): it breaks https://x/critical"],
    ["mlx 0.31.2 (high): it breaks https://x/high"],
    [
      "2 lesser known faults of what is installed",
      "$ metal-guard advisories --python '/v v/bin/python'",
    ],
  ]);
  assert.deepEqual(runNotes(null, null, "/v"), []);
});

Deno.test("runNotes() names a release that must not be used", () => {
  // Kills: mlx 0.31.2, which dies in clear_cache(), started without a word.
  const [note] = runNotes(null, findAdvisories({ mlx: "0.31.2" }), "/v");
  assert.match(
    note?.lines[0] ?? "",
    /^mlx 0\.31\.2 must not be used \(critical\)/,
  );
});

Deno.test("runNotes() keeps the model out of what is written into the report", async () => {
  // Kills: a report that is handed on and names an argument of the command (SPEC 10).
  const { registry } = new World().guard();
  for (
    const [model, presumed] of [
      ["mlx-community/gemma-4-31b-it-8bit", false],
      ["someone/gemma-4-31b-it-8bit", true],
    ] as const
  ) {
    const [note] = runNotes(await registry.check(model), null, "");
    assert.ok(note !== undefined && note.lines[0].includes(model));
    assert.ok(!note.recorded.includes("gemma"));
    assert.equal(note.recorded.includes("presumed"), presumed);
  }
  assert.deepEqual(
    runNotes(await registry.check("org/unheard-of"), null, ""),
    [],
  );
});
