import assert from "node:assert/strict";
import type {
  Advisory,
  BlockedRelease,
} from "../../lib/core/release_advice.ts";
import { isVersionIn } from "../../lib/parse/version_range.ts";
import {
  type AdvisoryVerdict,
  evaluateAdvisories,
  type VersionsByPackage,
} from "../../lib/policy/advisories.ts";

const BASE: Advisory = {
  issue: "o/r#1",
  package: "mlx",
  affected: "<=0.31.2",
  severity: "high",
  url: "https://example.org/1",
  symptom: "it fails",
  mitigation: "do not",
};

const BLOCKED: BlockedRelease = {
  package: "mlx",
  version: "0.31.2",
  affected: "==0.31.2",
  severity: "critical",
  errorClass: "process_abort",
  signature: "SIGSEGV",
  reason: "it dies",
  firstObserved: "2026-04-27",
  upstream: ["https://example.org/2"],
  recommends: [],
};

function judge(
  versions: VersionsByPackage,
  advisories: readonly Advisory[],
): AdvisoryVerdict {
  return evaluateAdvisories(versions, {
    advisories,
    blocked: [BLOCKED],
    models: [{ id: "mlx-community/Pixtral-12B-4bit", tier: "abort" }],
    isIn: isVersionIn,
  });
}

function issues(verdict: AdvisoryVerdict): readonly string[] {
  return verdict.advisories.map(({ advisory }) => advisory.issue);
}

Deno.test("evaluateAdvisories() stands on the edge of the specifier", () => {
  // Kills: `<` for `<=`; another package's version judged.
  assert.deepEqual(issues(judge({ mlx: "0.31.2" }, [BASE])), ["o/r#1"]);
  assert.deepEqual(issues(judge({ mlx: "0.31.3" }, [BASE])), []);
  assert.deepEqual(issues(judge({ "mlx-lm": "0.31.2" }, [BASE])), []);
});

Deno.test("evaluateAdvisories() fails open on what it does not know, and says so of what is no version", () => {
  // Kills: an exception for a version that somebody invented; "clear" without a word.
  const verdict = judge({ mlx: "main", "mlx-lm": null }, [BASE]);
  assert.deepEqual(verdict.advisories, []);
  assert.deepEqual(verdict.blocked, []);
  assert.deepEqual(verdict.findings.map(({ code }) => code), [
    "version-unreadable",
  ]);
  assert.deepEqual(judge({ mlx: undefined }, [BASE]).findings, []);
});

Deno.test("a condition on another package counts as met while its version is unknown, and is told", () => {
  // Kills: an advisory that stays silent because transformers was not looked for; one that cries where it is absent.
  const one: Advisory = { ...BASE, requires: { transformers: "==5.5.*" } };
  const open = (
    transformers: string | null | undefined,
  ): string | undefined => {
    const [hit] = judge({ mlx: "0.31.2", transformers }, [one]).advisories;
    return hit === undefined ? undefined : hit.openCondition ?? "met";
  };
  assert.equal(open(undefined), "transformers ==5.5.*");
  assert.equal(open("nonsense"), "transformers ==5.5.*");
  assert.equal(open("5.5.1"), "met");
  assert.equal(open("5.6.0"), undefined);
  assert.equal(open(null), undefined);
});

Deno.test("evaluateAdvisories() puts the gravest first, then by package and issue", () => {
  // Kills: a critical fault below the fold.
  const list: readonly Advisory[] = [
    { ...BASE, issue: "z/z#1", severity: "info" },
    { ...BASE, issue: "b/b#2" },
    { ...BASE, issue: "a/a#1" },
    { ...BASE, issue: "c/c#3", severity: "critical" },
    { ...BASE, issue: "d/d#4", severity: "medium" },
  ];
  assert.deepEqual(issues(judge({ mlx: "0.31.2" }, list)), [
    "c/c#3",
    "a/a#1",
    "b/b#2",
    "d/d#4",
    "z/z#1",
  ]);
});

Deno.test("evaluateAdvisories() finds blocked releases and models that are recommended and reported", () => {
  // Kills: a model to "use instead" that has an entry of its own, without a word.
  const one: Advisory = {
    ...BASE,
    alternatives: ["pixtral-12b-4bit", "gemma-4-e4b-it-4bit"],
  };
  const verdict = judge({ mlx: "0.31.2" }, [one]);
  assert.equal(verdict.blocked[0]?.version, "0.31.2");
  assert.deepEqual(verdict.advisories[0]?.doubtfulAlternatives, [{
    model: "pixtral-12b-4bit",
    entryId: "mlx-community/Pixtral-12B-4bit",
    tier: "abort",
  }]);
  assert.deepEqual(judge({ mlx: "0.31.1" }, []).blocked, []);
});
