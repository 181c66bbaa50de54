import assert from "node:assert/strict";
import { known } from "../../lib/core/observed.ts";
import type { BlockedRelease } from "../../lib/core/release_advice.ts";
import type { SetupPair } from "../../lib/policy/setup_changes.ts";
import {
  type DiagnosisStep,
  diagnosisSteps,
} from "../../lib/report/diagnosis_steps.ts";
import type {
  ChangeNote,
  DiagnosisView,
} from "../../lib/report/diagnosis_view.ts";
import { SITUATION_WORDS } from "../../lib/report/diagnosis_words.ts";
import type { Situation } from "../../lib/policy/diagnosis.ts";
import {
  abortAt,
  closedGate,
  diagnosisOf,
  gateOf,
  minutes,
  OPTIONS,
  panicAt,
  viewOf,
} from "../fakes/diagnosis.ts";

function steps(view: Partial<DiagnosisView>): readonly DiagnosisStep[] {
  return diagnosisSteps(viewOf(view), OPTIONS.classes);
}

function commands(view: Partial<DiagnosisView>): readonly string[] {
  return steps(view).flatMap((step) => step.commands);
}

function changed(
  pairs: readonly Partial<SetupPair>[],
  note: Partial<ChangeNote> = {},
): DiagnosisView["changes"] {
  return known({
    good: {
      endedAt: minutes(-1_500),
      osBuild: undefined,
      driverVersion: undefined,
      model: undefined,
      versions: new Map(),
    },
    isDated: true,
    isAfter: false,
    blockedBefore: [],
    pairs: pairs.map((pair) => ({
      what: "mlx",
      state: "changed",
      before: "0.31.1",
      now: "0.31.2",
      because: null,
      ...pair,
    })),
    ...note,
  });
}

const PYTHON: DiagnosisView["python"] = known({
  interpreter: "/v v/bin/python3",
  version: "3.12",
  kind: "venv",
});

const BLOCKED: BlockedRelease = {
  package: "mlx",
  version: "0.31.2",
  affected: "==0.31.2",
  severity: "critical",
  errorClass: "process_abort",
  signature: "x",
  reason: "it crashes",
  firstObserved: "2026-04-27",
  upstream: [],
  recommends: [
    { package: "mlx", version: "0.31.0", knownIssues: ["one"] },
    { package: "mlx", version: "0.31.4", orLater: true, knownIssues: [] },
  ],
};

Deno.test("there is something to do in every situation", () => {
  // Kills: a page that ends with a heading and nothing below it.
  for (
    const situation of Object.keys(SITUATION_WORDS) as readonly Situation[]
  ) {
    const incident = situation === "memory_kill" || situation === "gpu_reset" ||
        situation === "process_abort"
      ? abortAt(-1, { errorClass: "unknown" })
      : situation === "nothing"
      ? null
      : panicAt(-1);
    const gate = situation === "unreadable"
      ? gateOf({ howToClear: ["Look at it:\n$ ls -ld /r"] })
      : gateOf();
    const found = steps({
      gate,
      diagnosis: diagnosisOf({ situation, incident }),
    });
    assert.ok(found.length > 0, situation);
  }
});

Deno.test("evidence comes first, the gate's ways out last and in its words", () => {
  // Kills: reports that are gone before anybody kept them; another way out than the gate tells.
  const found = steps({ gate: closedGate() });
  assert.match(found[0]?.commands[0] ?? "", /^metal-guard postmortem /);
  assert.deepEqual(found.at(-1), {
    words: "Wait for it:",
    commands: ["metal-guard panic-gate --wait"],
  });
});

Deno.test("the way back is one line to paste, and never to what must not be used", () => {
  // Kills: a step back into the release that is blocked; a step forward beside the step back.
  assert.deepEqual(
    commands({ python: PYTHON, changes: changed([{}]) }).slice(3),
    ["'/v v/bin/python3' -m pip install mlx==0.31.1"],
  );
  const blocked = [{ release: BLOCKED, version: "0.31.2" }];
  assert.equal(
    commands({ python: PYTHON, changes: changed([{}]), blocked }).length,
    4,
  );
  assert.deepEqual(
    commands({
      python: PYTHON,
      blocked,
      changes: changed([{}], { blockedBefore: blocked }),
    }).slice(3),
    ["'/v v/bin/python3' -m pip install 'mlx>=0.31.4'"],
  );
  const uv = known({
    interpreter: "/v/python",
    version: "3",
    kind: "uv" as const,
  });
  assert.deepEqual(
    commands({ python: uv, changes: changed([{}]) }).slice(3),
    ["uv pip install --python /v/python mlx==0.31.1"],
  );
});

Deno.test("nobody is sent back by a run that came after, or to what is no package or no version", () => {
  // Kills: `pip install os_build==25F84`; a record's text handed to a shell.
  const none = (changes: DiagnosisView["changes"]): void =>
    assert.equal(commands({ python: PYTHON, changes }).length, 3);
  none(changed([{}], { isAfter: true }));
  none(
    changed([{ what: "os_build" }, { what: "gpu_driver" }, { what: "python" }]),
  );
  none(changed([{ before: "1; rm -rf ~" }, { what: "mlx; id" }]));
  none(changed([{ before: null }, { state: "unknown" }]));
});

Deno.test("the model that ran well is named where another one failed", () => {
  // Kills: somebody who is told to take a smaller model, and not that one ran yesterday.
  const found = steps({
    changes: changed([{ what: "model", before: "org/good", now: "org/bad" }]),
  });
  assert.ok(found.some(({ words }) => words.includes("org/good")));
});
