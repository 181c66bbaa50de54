import assert from "node:assert/strict";
import { overlayEntries } from "../../lib/registry/overlay.ts";
import { registryData } from "../../lib/registry/registry_data.ts";
import { entryText } from "../fakes/registry.ts";

const OPTIONS = { today: "2026-11-24", shipped: registryData() };

function file(
  path: string,
  text: string,
): { readonly path: string; readonly bytes: Uint8Array } {
  return { path, bytes: new TextEncoder().encode(text) };
}

Deno.test("own entries are marked as such, weighed, and frozen", () => {
  // Kills: an own entry that claims to be ours, or brings evidence of its own making.
  const { models, problems } = overlayEntries([
    file("owner_own_4bit.jsonc", entryText()),
  ], OPTIONS);
  assert.deepEqual(problems, []);
  const [entry] = models;
  assert.deepEqual([entry?.origin, entry?.evidence.independentReports], [
    "overlay",
    1,
  ]);
  assert.ok(Object.isFrozen(entry?.reports[0]));
  const claimed = entryText().replace('"id"', '"origin": "registry",\n  "id"');
  assert.deepEqual(
    overlayEntries([file("owner_own_4bit.jsonc", claimed)], OPTIONS).models,
    [],
  );
});

Deno.test("a file with a fault gives a problem and no entry; the others count", () => {
  // Kills: half an entry that is merged; one fault that hides all other files.
  const { models, problems } = overlayEntries([
    file(
      "owner_bad_4bit.jsonc",
      entryText("owner/bad-4bit").replace("2026-04-01", "2036-04-01"),
    ),
    file("owner_own_4bit.jsonc", entryText()),
  ], OPTIONS);
  assert.deepEqual(models.map((entry) => entry.id), ["owner/own-4bit"]);
  assert.deepEqual(problems.map((one) => one.rule), ["future-date"]);
});
