import assert from "node:assert/strict";
import { finding } from "../../lib/core/finding.ts";
import { diagnosisText } from "../../lib/report/diagnosis.ts";
import {
  abortAt,
  closedGate,
  diagnosisOf,
  OPTIONS,
  panicAt,
  viewOf,
} from "../fakes/diagnosis.ts";

const ORDER = [
  "What happened",
  "How sure",
  "What was running",
  "What changed since it last went well",
  "What to do now",
];

Deno.test("the page answers its five questions in their order, whatever happened", () => {
  // Kills: a question that is left out where nothing is known; advice before what happened.
  for (
    const view of [
      viewOf(),
      viewOf({ gate: closedGate(), findings: [finding("x", "a note")] }),
      viewOf({
        diagnosis: diagnosisOf({ situation: "nothing", incident: null }),
        running: null,
      }),
    ]
  ) {
    const lines = diagnosisText(view, OPTIONS).split("\n");
    assert.deepEqual(lines.filter((line) => ORDER.includes(line)), ORDER);
  }
});

Deno.test("the page shows the gate's own words, and how long it waits", () => {
  // Kills: a second judgement of what holds, which one day says something else.
  const text = diagnosisText(viewOf({ gate: closedGate() }), OPTIONS);
  assert.match(text, /The gate waits: the GPU driver took this Mac down/);
  assert.match(text, /Until Tue 24 Nov 2026, 04:30 \(UTC\), in 1 h 30 min\./);
  assert.match(text, /\(0\.5 h < 2 h\)/);
  assert.match(text, /^ {5}\$ metal-guard panic-gate --wait$/m);
});

Deno.test("every command stands whole on a line of its own, and no line is wider than a terminal", () => {
  // Kills: a command broken in two; words after a command that a shell would take for its arguments.
  const long = `/${"long/".repeat(30)}r.panic`;
  const text = diagnosisText(
    viewOf({
      gate: closedGate(),
      diagnosis: diagnosisOf({
        situation: "other_panic",
        incident: panicAt(-9, { signature: null }, { sourceFile: long }),
      }),
    }),
    OPTIONS,
  );
  assert.ok(text.includes(`\n     $ head -c 2000 ${long}\n`));
  for (const line of text.split("\n")) {
    if (!line.includes("/long/")) assert.ok(line.length <= 78, line);
    assert.equal(line, line.trimEnd());
  }
});

Deno.test("other things that happened are listed, and those beyond the fifth counted", () => {
  // Kills: a page of a hundred aborts; a panic of the loop told twice.
  const others = Array.from({ length: 7 }, (_, index) => abortAt(-60 - index));
  const text = diagnosisText(
    viewOf({ diagnosis: diagnosisOf({ others }) }),
    OPTIONS,
  );
  assert.equal(text.match(/^ {2}- 1 h.* ago: python3\.13/gm)?.length, 5);
  assert.match(text, /^ {2}- and 2 more$/m);
  const loop = diagnosisText(
    viewOf({
      diagnosis: diagnosisOf({
        situation: "gpu_panic_loop",
        others: [panicAt(-90)],
      }),
    }),
    OPTIONS,
  );
  assert.doesNotMatch(loop, /Also in the last/);
});
