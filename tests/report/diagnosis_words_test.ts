import assert from "node:assert/strict";
import type { Doubt, Situation } from "../../lib/policy/diagnosis.ts";
import {
  abortWords,
  certaintyWords,
  countOf,
  doubtWords,
  happenedWords,
  headlineWords,
  incidentLine,
  SITUATION_WORDS,
  spanBetween,
} from "../../lib/report/diagnosis_words.ts";
import {
  abortAt,
  ASKED,
  diagnosisOf,
  gateOf,
  minutes,
  OPTIONS,
  panicAt,
  signature,
  viewOf,
} from "../fakes/diagnosis.ts";

const SITUATIONS = Object.keys(SITUATION_WORDS) as readonly Situation[];

Deno.test("each situation has a headline and a certainty of its own, short enough for a terminal", () => {
  // Kills: two situations that read alike; a headline that breaks in two.
  const heads = new Set<string>();
  for (const situation of SITUATIONS) {
    const view = viewOf({ diagnosis: diagnosisOf({ situation }) });
    const head = headlineWords(view);
    heads.add(head);
    assert.ok(head.length <= 64, head);
    assert.match(certaintyWords(view), /[.]$/);
  }
  assert.equal(heads.size, SITUATIONS.length);
});

Deno.test("each doubt is a sentence", () => {
  // Kills: a doubt that a program is told and a person is not.
  const doubts: readonly Doubt[] = [
    "empty_report",
    "bystander",
    "own_time",
    "no_report",
    "many_causes",
    "unnamed",
    "other_machine",
    "unreadable",
    "silent_panics",
  ];
  for (const doubt of doubts) {
    assert.match(doubtWords(doubt, viewOf()), /^[A-Z].*\.$/s);
  }
  assert.match(doubtWords("bystander", viewOf()), /python3\.13 \(pid 812\)/);
});

Deno.test("what happened is told with its time on a line of its own, its meaning and its report", () => {
  // Kills: a time broken in two; a panic without a known signature that tells nothing.
  assert.deepEqual(happenedWords(viewOf(), OPTIONS).split("\n"), [
    "A kernel panic, 30 min ago:",
    "Tue 24 Nov 2026, 02:30 (UTC).",
    "The driver is to blame.",
    "Signature lost_count: It lost count.",
    "Report: /r/a.panic",
  ]);
  const unknown = diagnosisOf({
    situation: "other_panic",
    incident: panicAt(-30, { signature: null }),
  });
  assert.equal(
    happenedWords(viewOf({ diagnosis: unknown }), OPTIONS).split("\n").length,
    3,
  );
});

Deno.test("a loop lists four panics before the newest and counts the rest", () => {
  // Kills: a page of forty panics; a distance counted from now in place of from the newest.
  const gpuPanics = [0, 1, 2, 3, 4, 5, 6].map((index) => ({
    at: minutes(-30 - 60 * index),
    record: panicAt(-30).record,
    signature: signature(),
  }));
  const text = happenedWords(
    viewOf({
      gate: gateOf({ gpuPanics }),
      diagnosis: diagnosisOf({ situation: "gpu_panic_loop" }),
    }),
    OPTIONS,
  );
  assert.match(text, /\n- 1 h before: lost_count\n- 2 h before/);
  assert.match(text, /\n- 4 h before: lost_count\n- and 2 more\n/);
});

Deno.test("foreign words cannot reach a terminal as they are", () => {
  // Kills: a process's name that moves the cursor.
  const evil = "\x1b[2J\u202eevil";
  const view = viewOf({
    diagnosis: diagnosisOf({
      incident: panicAt(-30, {}, { sourceFile: evil, process: evil }),
    }),
  });
  const text = [
    happenedWords(view, OPTIONS),
    doubtWords("bystander", view),
    abortWords(abortAt(-1, { process: evil }).record),
    incidentLine({
      kind: "suspect",
      at: ASKED,
      suspect: { at: ASKED, because: "no_end", what: evil, boot: null },
    }, ASKED),
  ].join("");
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f\u202e]/);
});

Deno.test("survived failures are told by their kind", () => {
  // Kills: a reset told as a program's death.
  const words = (["gpu_restart", "jetsam_kill", "process_abort"] as const)
    .map((kind) => abortWords(abortAt(-1, { kind }).record));
  assert.deepEqual(words, [
    "The GPU was reset under python3.13 (pid 4)",
    "python3.13 (pid 4) was ended for lack of memory",
    "python3.13 (pid 4) died",
  ]);
  assert.equal(
    incidentLine(abortAt(-1), ASKED),
    "1 min ago: python3.13 (pid 4) was ended for lack of memory, jetsam_kill",
  );
  assert.equal(spanBetween(minutes(-90), ASKED), "1 h 30 min");
  assert.deepEqual([countOf(1, "source"), countOf(2, "source")], [
    "1 source",
    "2 sources",
  ]);
});
