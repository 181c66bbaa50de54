import assert from "node:assert/strict";
import { finding } from "../../lib/core/finding.ts";
import {
  entryJson,
  registryListJson,
  registryListText,
} from "../../lib/report/registry_list.ts";
import { textStyle } from "../../lib/report/text_style.ts";
import { fakeEntry } from "../fakes/registry.ts";

const STYLE = textStyle({ color: false, emoji: false });
const OWN = fakeEntry({ id: "owner/own", origin: "overlay" });

Deno.test("the list says tier, id, classes, families and last day of each entry, and whose it is", () => {
  // Kills: an own entry that looks like one of the registry.
  const text = registryListText({
    models: [fakeEntry(), OWN],
    total: 5,
    findings: [],
  }, { style: STYLE });
  assert.match(
    text,
    /^abort {2}owner\/tiny-4bit\n {4}process_abort; M4; 2026-04-01\n/,
  );
  assert.match(text, /owner\/own {2}\(your own\)/);
  assert.match(text, /\n2 of 5 entries\.\n$/);
});

Deno.test("an entry without chip or date says so", () => {
  // Kills: an empty column that reads like "all".
  const bare = fakeEntry({
    lastObserved: null,
    errorClasses: [{
      type: "gpu_hang",
      signature: "x",
      hardware: [],
      gpuFamilies: [],
      source: "https://example.org/1",
    }],
  });
  assert.match(
    registryListText({ models: [bare], total: 1, findings: [] }, {
      style: STYLE,
    }),
    /GPU not named; no date/,
  );
});

Deno.test("findings and counts are in both forms", () => {
  // Kills: an own entry that was dropped and is told to people only.
  const view = {
    models: [],
    total: 3,
    findings: [finding("registry-overlay", "own.jsonc:1:1: broken")],
  };
  assert.match(
    registryListText(view, { style: STYLE }),
    /^0 of 3 entries\.\nNote {8}own\.jsonc/,
  );
  const json = registryListJson(view);
  assert.deepEqual([json["count"], json["total"]], [0, 3]);
  assert.deepEqual(json["findings"], view.findings);
  assert.deepEqual(entryJson(OWN)["gpu_families"], ["M4"]);
});
