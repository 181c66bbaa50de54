import assert from "node:assert/strict";
import { known, unknown } from "../../lib/core/observed.ts";
import { evaluateJobs, type JobFacts } from "../../lib/policy/job_checks.ts";

const LOGS = "/Users/ada/Library/Logs/metal-guard";

function job(parts: Partial<JobFacts> = {}): JobFacts {
  const { label = "com.metal-guard.run.qwen" } = parts;
  return {
    label,
    target: `gui/501/${label}`,
    path: `/Users/ada/Library/LaunchAgents/${label}.plist`,
    missing: [],
    run: known({ kind: "running", pid: 812 }),
    ...parts,
  };
}

function codes(one: JobFacts): readonly string[] {
  return evaluateJobs([one], LOGS).map(({ code }) => code);
}

function idle(lastExitCode: number | undefined): JobFacts["run"] {
  return known({ kind: "idle", lastExitCode });
}

Deno.test("a job that does what it should is nothing to look at", () => {
  // Kills: a doctor that cries over a job that waits for the gate, or over one of which launchd cannot be asked.
  const gate = "com.metal-guard.gate";
  for (
    const well of [
      job(),
      job({ run: idle(0) }),
      job({ run: idle(75) }),
      job({ run: idle(undefined) }),
      job({ label: gate, run: idle(2) }),
      job({ run: unknown("not a Mac") }),
    ]
  ) assert.deepEqual(codes(well), []);
  assert.deepEqual(codes(job({ run: idle(2) })), ["job-failed"]);
  assert.deepEqual(codes(job({ label: gate, run: idle(3) })), ["job-failed"]);
});

Deno.test("each fault has its way out, as a command to paste", () => {
  // Kills: a fix with the wrong label, domain or log; a path with a blank that the shell takes for two.
  const path = "/Users/ada b/Library/LaunchAgents/com.metal-guard.gate.plist";
  const label = "com.metal-guard.gate";
  const fixes = evaluateJobs([
    job({ label, path, run: known({ kind: "not-loaded" }) }),
    job({ label: "com.metal-guard.status-writer", path: null }),
    job({ run: idle(-9) }),
    job({ run: unknown("asleep"), missing: ["/v/bin/x"] }),
  ], LOGS).map(({ fix }) => fix?.split("\n").slice(1));
  assert.deepEqual(fixes, [
    [`$ launchctl bootstrap gui/501 '${path}'`],
    [
      "$ metal-guard launchd install status-writer --apply",
      "$ launchctl bootout gui/501/com.metal-guard.status-writer",
    ],
    [`$ tail -n 50 ${LOGS}/com.metal-guard.run.qwen.log`],
    ["$ metal-guard launchd uninstall run --name qwen --apply"],
  ]);
  const [noLog] = evaluateJobs([job({ run: idle(1) })], undefined);
  assert.match(noLog?.fix ?? "", /\$ launchctl print gui\/501\/com/);
});

Deno.test("a file's name cannot write a command into the way out", () => {
  // Kills: a property list called "x; rm -rf ~" whose fix somebody pastes.
  const label = "com.metal-guard.run.x; rm -rf ~\u001b[2J";
  const text = JSON.stringify(evaluateJobs([
    job({ label, run: idle(1) }),
    job({ label, missing: ["/gone"] }),
    job({ label, run: known({ kind: "not-loaded" }) }),
  ], LOGS));
  for (const [command] of text.matchAll(/\$ [^"]*/g)) {
    assert.match(command, /'[^']*x; rm -rf ~[^']*'/);
  }
  assert.doesNotMatch(text, /\\u001b/);
});
