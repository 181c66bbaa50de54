import assert from "node:assert/strict";
import { known, unknown } from "../../lib/core/observed.ts";
import type { RunningWork } from "../../lib/policy/running_before.ts";
import type { SetupPair } from "../../lib/policy/setup_changes.ts";
import {
  changedWords,
  runningWords,
} from "../../lib/report/diagnosis_background.ts";
import type {
  ChangeNote,
  DiagnosisView,
} from "../../lib/report/diagnosis_view.ts";
import {
  diagnosisOf,
  minutes,
  OPTIONS,
  panicAt,
  signature,
  viewOf,
} from "../fakes/diagnosis.ts";

function work(changes: Partial<RunningWork> = {}): RunningWork {
  return {
    source: "breadcrumb",
    what: "org/m",
    model: "org/m",
    activity: "generate",
    pid: 812,
    since: minutes(-50),
    proof: "boot",
    figures: ["ctx=8192"],
    ...changes,
  };
}

function running(...all: readonly RunningWork[]): DiagnosisView["running"] {
  return known({ work: all, model: null, certainty: "sure", lastCrumbs: [] });
}

function pair(what: string, changes: Partial<SetupPair> = {}): SetupPair {
  return {
    what,
    state: "same",
    before: "1",
    now: "1",
    because: null,
    ...changes,
  };
}

function changes(note: Partial<ChangeNote>): DiagnosisView["changes"] {
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
    pairs: [],
    blockedBefore: [],
    ...note,
  });
}

Deno.test("what was running says since when, and how that is known", () => {
  // Kills: a guess by the clock that reads like a proof.
  const line = (one: RunningWork): string =>
    runningWords(viewOf({ running: running(one) }));
  assert.equal(
    line(work()),
    "org/m (pid 812): generate, ctx=8192, since 20 min before; known of this boot, from the breadcrumbs.",
  );
  assert.match(
    line(work({ proof: "time", source: "cadence" })),
    /known by its time alone, from the times of loads\.$/,
  );
  assert.doesNotMatch(line(work({ since: minutes(-30) })), /since/);
});

Deno.test("what was running lists four and counts the rest; nothing written down is not nothing running", () => {
  // Kills: "nothing was running" for work that no guard saw.
  const many = runningWords(
    viewOf({ running: running(...Array.from({ length: 6 }, () => work())) }),
  );
  assert.deepEqual([many.split("\n").length, many.split("\n")[4]], [
    5,
    "And 2 more.",
  ]);
  assert.match(
    runningWords(viewOf()),
    /^Not known: nothing was written down.*\n\$ metal-guard run -- CMD$/s,
  );
  assert.match(runningWords(viewOf({ running: unknown("no log") })), /no log/);
});

Deno.test("what changed puts changes first, then what is the same, then what cannot be told", () => {
  // Kills: "nothing has changed" where half of it is not known and the other half is not looked at.
  const text = changedWords(
    viewOf({
      changes: changes({
        pairs: [
          pair("os_build", { state: "changed", before: "A", now: "B" }),
          pair("mlx", { state: "changed", before: null, now: "2" }),
          pair("mlx-lm"),
          pair("mlx-vlm", { before: null, now: null }),
          pair("gpu_driver", { state: "unknown", because: "linux" }),
          pair("model", { state: "unknown", because: "linux" }),
        ],
      }),
    }),
    OPTIONS,
  );
  assert.deepEqual(text.split("\n").slice(2), [
    "macOS build   A -> B",
    "mlx           not installed -> 2",
    "Same: mlx-lm 1.",
    "Not known: GPU driver, model (linux).",
  ]);
  const same = changedWords(
    viewOf({ changes: changes({ pairs: [pair("mlx")] }) }),
    OPTIONS,
  );
  assert.match(same, /\nNothing that is known has changed\.\nSame: mlx 1\.$/);
});

Deno.test("a good run after the failure, and one from the future, are told as what they are", () => {
  // Kills: "since it last went well" about a run that came later.
  const after = changedWords(
    viewOf({ changes: changes({ isAfter: true }) }),
    OPTIONS,
  );
  assert.match(after, /came after this/);
  const ahead = changedWords(
    viewOf({ changes: changes({ isDated: false }) }),
    OPTIONS,
  );
  assert.match(ahead, /dated ahead of this clock/);
});

Deno.test("the driver's row says fixed of nothing: reports are no, silence is no proof", () => {
  // Kills: "fixed" because nobody wrote a report; another class's reports taken for this panic's.
  const incident = panicAt(-30, { signature: signature() });
  const row = (name: string): DiagnosisView["driver"] => ({
    version: "130.15.2",
    osBuild: "25F84",
    source: "report",
    row: {
      driver: "130.15.2",
      build: "25F84",
      macos: "26.5.2",
      panics: [{ class: name, reports: 2, unlinked: 1, urls: ["https://x"] }],
    },
  });
  const words = (driver: DiagnosisView["driver"]): string =>
    changedWords(
      viewOf({ driver, diagnosis: diagnosisOf({ incident }) }),
      OPTIONS,
    );
  assert.match(
    words(row("iogpu_lost_count")),
    /No: 2 reports and 1 without an address of this very panic\. https:\/\/x$/,
  );
  assert.match(words(row("other")), /does not say that it is fixed\.$/);
  assert.match(
    words({ version: null, osBuild: "25Z9", source: "machine", row: null }),
    /\(macOS build 25Z9\) Nobody reported/,
  );
});
