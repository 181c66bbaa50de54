import assert from "node:assert/strict";
import { known, unknown } from "../../lib/core/observed.ts";
import { diagnosisJson } from "../../lib/report/diagnosis_json.ts";
import {
  abortAt,
  ASKED,
  diagnosisOf,
  OPTIONS,
  panicAt,
  viewOf,
} from "../fakes/diagnosis.ts";

const MORE = { ...OPTIONS, version: "1.2.3", exitCode: 1 };

Deno.test("diagnosisJson() has the same keys whatever is known", () => {
  // Kills: a program that finds a key on one machine and not on another.
  const full = diagnosisJson(
    viewOf({ diagnosis: diagnosisOf({ others: [abortAt(-1), panicAt(-2)] }) }),
    MORE,
  );
  const empty = diagnosisJson(
    viewOf({
      diagnosis: diagnosisOf({ situation: "nothing", incident: null }),
      running: null,
      python: known({ interpreter: "/p", version: "3.12", kind: "venv" }),
    }),
    MORE,
  );
  assert.deepEqual(Object.keys(full), Object.keys(empty));
  for (const part of ["what_happened", "what_was_running", "what_changed"]) {
    assert.deepEqual(
      Object.keys(Object(full[part])),
      Object.keys(Object(empty[part])),
    );
  }
  assert.deepEqual(JSON.parse(JSON.stringify(full)), full);
});

Deno.test("diagnosisJson() tells what is unknown as null with its reason", () => {
  // Kills: an empty list for what could not be read.
  const json = diagnosisJson(viewOf({ running: unknown("no log") }), MORE);
  const running = Object(json["what_was_running"]);
  assert.deepEqual([running.work, running.unknown_because], [null, "no log"]);
  const changed = Object(json["what_changed"]);
  assert.deepEqual([changed.pairs, changed.unknown_because], [
    null,
    "no record",
  ]);
});

Deno.test("diagnosisJson() tells each kind of incident", () => {
  // Kills: a suspect without what is suspected.
  const kinds = [
    panicAt(-1),
    abortAt(-1),
    {
      kind: "suspect" as const,
      at: ASKED,
      suspect: {
        at: ASKED,
        because: "no_end" as const,
        what: "RUN_START: m",
        boot: "0A1B2C3D",
      },
    },
  ].map((incident) =>
    Object(
      diagnosisJson(
        viewOf({ diagnosis: diagnosisOf({ incident }) }),
        MORE,
      )["what_happened"],
    ).incident
  );
  assert.deepEqual(kinds.map(({ kind }) => kind), [
    "panic",
    "jetsam_kill",
    "suspect",
  ]);
  assert.equal(kinds[2].what, "RUN_START: m");
});
