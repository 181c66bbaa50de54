import assert from "node:assert/strict";
import { parseModelBuild } from "../../lib/parse/model_build.ts";
import {
  entriesOfFamily,
  entriesOfTier,
  evaluateRegistry,
  type RegistryAnswer,
} from "../../lib/policy/registry_lookup.ts";
import { fakeEntry } from "../fakes/registry.ts";

const TINY = fakeEntry();
const PANIC = fakeEntry({
  id: "owner/big-8bit",
  tier: "panic",
  errorClasses: [{
    type: "kernel_panic",
    signature: "panic",
    hardware: [],
    gpuFamilies: ["M1", "M4"],
    source: "https://example.org/1",
  }],
});
const ENTRIES = [PANIC, TINY];

function ask(
  id: string,
  gpuFamily?: string,
  entries = ENTRIES,
): RegistryAnswer {
  return evaluateRegistry(entries, id, {
    gpuFamily,
    nameOf: parseModelBuild,
    isPanicClass: (name) => name === "kernel_panic",
  });
}

Deno.test("evaluateRegistry() fails open: what nobody reported is clear", () => {
  // Kills: a registry that stops every model it does not know.
  const answer = ask("owner/unknown");
  assert.deepEqual([answer.level, answer.exact, answer.near], [
    "clear",
    null,
    [],
  ]);
});

Deno.test("evaluateRegistry() knows an exact id whatever its capitals", () => {
  // Kills: `Owner/Tiny-4bit` that passes.
  const answer = ask(" OWNER/Tiny-4BIT ");
  assert.equal(answer.level, "advisory");
  assert.equal(answer.exact?.entry, TINY);
  assert.equal(ask("owner/big-8bit").level, "panic");
});

Deno.test("a panic needs its GPU family; another family is an advisory, never clear", () => {
  // Kills: a panic on M1 told to M5 as certain, or not told at all.
  assert.equal(ask("owner/big-8bit", "M4").level, "panic");
  const other = ask("owner/big-8bit", "M5");
  assert.equal(other.exact, null);
  assert.equal(other.elsewhere, PANIC);
  assert.equal(other.level, "advisory");
});

Deno.test("a class whose reports name no GPU counts for every one", () => {
  // Kills: an entry without a chip that no chip is warned of.
  const nameless = fakeEntry({
    tier: "panic",
    errorClasses: [{
      type: "kernel_panic",
      signature: "panic",
      hardware: [],
      gpuFamilies: [],
      source: "https://example.org/1",
    }],
  });
  assert.equal(ask("owner/tiny-4bit", "M5", [nameless]).level, "panic");
});

Deno.test("other builds and owners are presumed: an advisory at most, the same name first", () => {
  // Kills: a re-quantisation that is called confirmed, or is not told at all.
  const answer = ask("unsloth/big-4bit");
  assert.equal(answer.level, "advisory");
  assert.deepEqual(answer.near.map((one) => [one.entry.id, one.kind]), [
    ["owner/big-8bit", "same_model"],
  ]);
  const both = ask("other/tiny-4bit", undefined, [
    fakeEntry({ id: "owner/tiny-8bit" }),
    TINY,
  ]);
  assert.deepEqual(both.near.map((one) => one.kind), [
    "same_name",
    "same_model",
  ]);
});

Deno.test("one report of a panic of this very model outweighs a lower tier", () => {
  // Kills: a Mac that goes down with a model that is filed as an abort.
  const reported = fakeEntry({
    reports: [
      { url: "https://example.org/1", class: "kernel_panic", gpuFamily: "M3" },
    ],
  });
  assert.equal(ask("owner/tiny-4bit", "M3", [reported]).level, "panic");
  assert.equal(ask("owner/tiny-4bit", undefined, [reported]).level, "panic");
  assert.equal(ask("owner/tiny-4bit", "M4", [reported]).level, "advisory");
  const ofAnother = fakeEntry({
    reports: [
      { url: "https://example.org/1", class: "kernel_panic", model: "x/other" },
    ],
  });
  assert.equal(ask("owner/tiny-4bit", "M4", [ofAnother]).level, "advisory");
});

Deno.test("a workflow is asked for by its own name only", () => {
  // Kills: a workflow that is taken for a build of a model.
  const flow = fakeEntry({ id: "workflow:big-4bit", idKind: "workflow" });
  assert.equal(
    ask("owner/workflow:big-8bit", undefined, [flow]).level,
    "clear",
  );
  assert.equal(ask("workflow:big-4bit", undefined, [flow]).level, "advisory");
});

Deno.test("entries are chosen by tier, and by family only where a report names it", () => {
  // Kills: a family that gets entries nobody claimed for it.
  assert.deepEqual(entriesOfTier(ENTRIES, "panic"), [PANIC]);
  assert.deepEqual(entriesOfTier(ENTRIES, "x"), []);
  assert.deepEqual(entriesOfFamily(ENTRIES, "M1"), [PANIC]);
  assert.deepEqual(entriesOfFamily(ENTRIES, "M9"), []);
});
