import assert from "node:assert/strict";
import type {
  Advisory,
  BlockedRelease,
} from "../../lib/core/release_advice.ts";
import { evaluateInstalled } from "../../lib/policy/installed_checks.ts";

function hit(
  issue: string,
  severity: Advisory["severity"],
): Parameters<typeof evaluateInstalled>[0]["advisories"][number] {
  return {
    version: "0.31.2",
    openCondition: null,
    doubtfulAlternatives: [],
    advisory: {
      issue,
      package: "mlx",
      affected: "==0.31.2",
      severity,
      url: "https://example.org",
      symptom: "It falls.",
      mitigation: "Hold it.",
    },
  };
}

const BLOCKED: BlockedRelease = {
  package: "mlx",
  version: "0.31.2",
  affected: "==0.31.2",
  severity: "high",
  errorClass: "x",
  signature: "y",
  firstObserved: "2026-01-01",
  reason: "It takes the machine down.",
  upstream: [],
  recommends: [],
};

Deno.test("evaluateInstalled() names each blocked release, and the rest in one line", () => {
  // Kills: a blocked release that drowns in advisories; a line for what is merely good to know.
  const findings = evaluateInstalled({
    interpreter: "/v env/bin/python",
    blocked: [{ release: BLOCKED, version: "0.31.2" }],
    advisories: [
      hit("a#1", "critical"),
      hit("a#2", "info"),
      hit("a#3", "medium"),
    ],
  });
  assert.deepEqual(findings.map(({ code, message }) => [code, message]), [
    [
      "release-blocked",
      "mlx 0.31.2 of /v env/bin/python must not be used: It takes the machine down.",
    ],
    [
      "release-advisory",
      "2 faults are on record of what /v env/bin/python has: a#1 (mlx 0.31.2), a#3 (mlx 0.31.2)",
    ],
  ]);
  assert.ok(
    findings.every(({ fix }) =>
      fix?.endsWith("\n$ metal-guard advisories --python '/v env/bin/python'")
    ),
  );
});

Deno.test("evaluateInstalled() has nothing to say of what is well", () => {
  // Kills: a doctor that exits 1 over a note.
  const interpreter = "/v/bin/python";
  assert.deepEqual(
    evaluateInstalled({
      interpreter,
      blocked: [],
      advisories: [hit("a#2", "info")],
    }),
    [],
  );
  const [one] = evaluateInstalled({
    interpreter,
    blocked: [],
    advisories: [hit("a#1", "medium")],
  });
  assert.match(one?.message ?? "", /^A fault is on record/);
});
