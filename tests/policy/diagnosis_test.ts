import assert from "node:assert/strict";
import {
  type Diagnosis,
  type DiagnosisFacts,
  evaluateDiagnosis,
} from "../../lib/policy/diagnosis.ts";
import type { NewestPanic } from "../../lib/policy/cooldown_verdict.ts";
import type { Suspect } from "../../lib/policy/suspects.ts";
import {
  abortAt,
  closedGate,
  gateOf,
  minutes,
  panicAt,
  signature,
} from "../fakes/diagnosis.ts";

const DAY = 24 * 60;

function judge(facts: Partial<DiagnosisFacts>): Diagnosis {
  return evaluateDiagnosis({
    gate: gateOf(),
    panics: [],
    suspects: [],
    aborts: [],
    isMac: true,
    ...facts,
  }, { lockoutCount24h: 2, lockoutCount72h: 3 });
}

function counted(...at: readonly number[]): readonly NewestPanic[] {
  return at.map((count) => {
    const { record } = panicAt(count);
    return { at: minutes(count), record, signature: signature() };
  });
}

function suspect(count: number, because: Suspect["because"]): Suspect {
  return { at: minutes(count), because, what: "RUN_START: m", boot: null };
}

Deno.test("what keeps GPU work away comes before anything newer", () => {
  // Kills: a kill for memory of an hour ago told in place of the panic that the gate waits for.
  const gate = closedGate();
  const panics = [
    panicAt(-100),
    panicAt(-10, { signature: signature({ stopsGate: false }) }),
  ];
  const told = judge({ gate, panics, aborts: [abortAt(-5)] });
  assert.equal(told.situation, "gpu_panic");
  assert.equal(told.incident?.at.equals(minutes(-100)), true);
  assert.deepEqual(told.others.map((one) => one.kind), ["abort", "panic"]);
});

Deno.test("a hold that a person set chooses nothing", () => {
  // Kills: an old panic told as the news because somebody set a hold.
  const gate = {
    ...closedGate(),
    causes: [{ kind: "sentinel" as const, until: minutes(9) }],
  };
  const told = judge({
    gate,
    panics: [panicAt(-3 * DAY)],
    aborts: [abortAt(-5)],
  });
  assert.equal(told.situation, "memory_kill");
});

Deno.test("what took the Mac down comes before what it survived, for exactly a day", () => {
  // Kills: `>` instead of `>=` at 24 h; a panic of last week that hides today's kill.
  const aborts = [abortAt(-5)];
  assert.equal(
    judge({ panics: [panicAt(-DAY)], aborts }).situation,
    "gpu_panic",
  );
  assert.equal(
    judge({ panics: [panicAt(-DAY - 1 / 60_000)], aborts }).situation,
    "memory_kill",
  );
});

Deno.test("panics are a loop from the gate's own counts on", () => {
  // Kills: a loop of one; a third panic in three days that is told as the first.
  const panics = [panicAt(-5)];
  for (
    const [at, word] of [
      [[-5], "gpu_panic"],
      [[-5, -DAY], "gpu_panic_loop"],
      [[-5, -DAY - 1], "gpu_panic"],
      [[-5, -DAY - 1, -2 * DAY], "gpu_panic_loop"],
    ] as const
  ) {
    const gate = gateOf({ gpuPanics: counted(...at) });
    assert.equal(judge({ panics, gate }).situation, word);
  }
});

Deno.test("a watchdog's report and the suspicion that rests on it are one thing", () => {
  // Kills: one crash told twice; a hang under GPU work told as a hang alone, and the other way round.
  const watchdog = signature({ stopsGate: false, isSuspect: true });
  const panics = [panicAt(-40, { signature: watchdog })];
  const alone = judge({ panics });
  assert.deepEqual([alone.situation, alone.certainty], ["watchdog", "unknown"]);
  const working = judge({ panics, suspects: [suspect(-40, "watchdog")] });
  assert.deepEqual(
    [working.situation, working.certainty, working.others.length],
    ["watchdog_with_gpu_work", "possible", 0],
  );
  const other = judge({ panics, suspects: [suspect(-41, "watchdog")] });
  assert.equal(other.others.length, 1);
});

Deno.test("how sure it is follows from who says so", () => {
  // Kills: "certain" for a guess; a guess about a report that names the driver.
  const unnamed = signature({ id: "iogpu_other" });
  const foreign = signature({ stopsGate: false });
  const cases: readonly [Partial<DiagnosisFacts>, string, string][] = [
    [{ panics: [panicAt(-1)] }, "gpu_panic", "certain"],
    [{ panics: [panicAt(-1, { signature: unnamed })] }, "gpu_panic", "likely"],
    [
      { panics: [panicAt(-1, { signature: foreign })] },
      "other_panic",
      "unknown",
    ],
    [{ panics: [panicAt(-1, { signature: null })] }, "other_panic", "unknown"],
    [{ suspects: [suspect(-1, "no_end")] }, "suspected_panic", "possible"],
    [{ aborts: [abortAt(-1)] }, "memory_kill", "certain"],
    [
      { aborts: [abortAt(-1, { kind: "gpu_restart" })] },
      "gpu_reset",
      "certain",
    ],
    [
      { aborts: [abortAt(-1, { kind: "process_abort" })] },
      "process_abort",
      "certain",
    ],
    [
      {
        aborts: [abortAt(-1, { kind: "process_abort", errorClass: "unknown" })],
      },
      "process_abort",
      "unknown",
    ],
    [{}, "nothing", "likely"],
    [{ isMac: false }, "nothing", "unknown"],
  ];
  for (const [facts, situation, certainty] of cases) {
    const told = judge(facts);
    assert.deepEqual([told.situation, told.certainty], [situation, certainty]);
  }
});

Deno.test("evidence that cannot be read is never nothing, and is a doubt beside anything", () => {
  // Kills: "nothing happened" where the folder may not be listed.
  const gate = gateOf({
    unreadableReports: [{ path: "/r", message: "no", fix: "$ x" }],
  });
  assert.equal(judge({ gate }).situation, "unreadable");
  const told = judge({ gate, aborts: [abortAt(-1)] });
  assert.deepEqual(told.doubts, ["unreadable"]);
});

Deno.test("doubts are those that fit, and no others", () => {
  // Kills: a bystander where the report names no task; a doubted clock that was right.
  assert.deepEqual(judge({ panics: [panicAt(-1)] }).doubts, ["bystander"]);
  const bare = panicAt(-1, { isTimeOwn: false }, { pid: null, process: null });
  assert.deepEqual(judge({ panics: [bare] }).doubts, ["own_time"]);
  const empty = panicAt(-1, { signature: null }, {
    pid: null,
    process: null,
    osBuild: null,
  });
  assert.deepEqual(judge({ panics: [empty] }).doubts, ["empty_report"]);
  assert.deepEqual(judge({ isMac: false }).doubts, ["other_machine"]);
  assert.deepEqual(judge({}).doubts, ["silent_panics"]);
  const told = judge({ suspects: [suspect(-1, "no_end")] });
  assert.deepEqual(told.doubts, ["no_report"]);
});
