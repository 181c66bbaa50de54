import assert from "node:assert/strict";
import {
  registryShowJson,
  registryShowText,
} from "../../lib/report/registry_show.ts";
import { textStyle } from "../../lib/report/text_style.ts";
import { fakeEntry } from "../fakes/registry.ts";

const STYLE = textStyle({ color: false, emoji: false });
const VIEW = {
  entry: fakeEntry({
    reproductions: [{
      source: "https://example.org/2",
      hardware: "Mac mini M4",
      date: "2026-03-02",
      timeToPanic: "2 min",
      workload: "serving",
    }],
    reports: [{
      url: "https://example.org/1",
      class: "process_abort",
      hardware: "M4 Max",
      macos: "26.4",
      osBuild: "25E246",
      workaround: "a\u001b[2Jnother backend",
    }],
    variantPolicy: { confirmed: "exact_id_only", presumed: ["other builds"] },
  }),
  classes: [
    {
      name: "process_abort",
      costs: "process",
      plainWords: "It ended.",
      nextStep: "Go on.",
    },
    {
      name: "gpu_hang",
      costs: "process",
      plainWords: "It hung.",
      nextStep: "Go on.",
    },
  ],
  unlinked: [{ indexId: 7, class: "gpu_hang", hardware: "M1" }],
} as const;

Deno.test("show gives every report with its address, presumed variants apart, and what counts for nothing as that", () => {
  // Kills: a claim without a link; hearsay among the reports.
  const text = registryShowText(VIEW, { style: STYLE });
  assert.match(text, /^ABORT {2}owner\/tiny-4bit\n/);
  assert.match(
    text,
    /Report {6}process_abort; M4 Max; macOS 26\.4 25E246; said to help: a\s+\[2Jnother\s+backend\n {12}https:\/\/example\.org\/1/,
  );
  assert.match(
    text,
    /Reproduced {2}2026-03-02; Mac mini M4; 2 min; serving\n {12}https:\/\/example\.org\/2/,
  );
  assert.match(text, /Presumed, not confirmed: other\s+builds/);
  assert.match(
    text,
    /Unlinked {4}No address is known for this one, so it counts for nothing/,
  );
  assert.match(text, /macOS builds: 25E246/);
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(text, /\u001b/);
});

Deno.test("show --json is the entry, with words for the classes it has", () => {
  // Kills: a program that has to look words up elsewhere.
  const json = registryShowJson(VIEW);
  assert.equal(json["id"], "owner/tiny-4bit");
  assert.deepEqual(json["classWords"], [VIEW.classes[0]]);
  assert.deepEqual(json["unlinkedReports"], VIEW.unlinked);
});
