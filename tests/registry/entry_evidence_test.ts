import assert from "node:assert/strict";
import type { CommunityReport } from "../../lib/core/registry_entry.ts";
import { evidenceOf, threadOf } from "../../lib/registry/entry_evidence.ts";

const ONE: CommunityReport = {
  url: "https://example.org/1",
  class: "gpu_hang",
};
const REPRODUCTION = {
  source: "https://example.org/1",
  hardware: "M4",
  date: "2026-03-01",
  workload: "serving",
};

Deno.test("evidenceOf() counts sources, not comments, and only failures of this very model", () => {
  // Kills: one thread with ten comments that weighs as ten; an explanation that counts as a report.
  const { independentReports } = evidenceOf({
    reports: [
      ONE,
      { ...ONE, url: "https://example.org/1#issuecomment-2" },
      { url: "https://example.org/2" },
      { ...ONE, url: "https://example.org/3", model: "another/model" },
    ],
  });
  assert.equal(independentReports, 1);
  assert.equal(threadOf("https://example.org/1#a\nb"), "https://example.org/1");
});

Deno.test("evidenceOf() is high from two sources or two reproductions on, medium for one that names machine and build", () => {
  // Kills: a rumour that is shown like a controlled test.
  const confidence = (
    reports: readonly CommunityReport[],
    reproductions = 0,
  ): string =>
    evidenceOf({
      reports,
      reproductions: Array.from({ length: reproductions }, () => REPRODUCTION),
    }).confidence;
  const two = { ...ONE, url: "https://example.org/2" };
  assert.equal(confidence([ONE]), "low");
  assert.equal(
    confidence([{ ...ONE, hardware: "M4", osBuild: "25F84" }]),
    "medium",
  );
  assert.equal(confidence([{ ...ONE, osBuild: "25F84" }]), "low");
  assert.equal(confidence([ONE, two]), "high");
  assert.equal(confidence([], 1), "low");
  assert.equal(confidence([], 2), "high");
});

Deno.test("evidenceOf() names versions once, sorted", () => {
  // Kills: a list that changes with the order of the reports.
  const { osBuilds, iogpuFamilies, wiredPolicies } = evidenceOf({
    reports: [
      { ...ONE, osBuild: "25F84", iogpuFamily: "130.15.2" },
      { ...ONE, osBuild: "25E253", wiredPolicy: "off" },
      { ...ONE, osBuild: "25F84" },
    ],
  });
  assert.deepEqual(osBuilds, ["25E253", "25F84"]);
  assert.deepEqual(iogpuFamilies, ["130.15.2"]);
  assert.deepEqual(wiredPolicies, ["off"]);
});
