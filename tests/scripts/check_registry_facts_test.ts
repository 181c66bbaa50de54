import assert from "node:assert/strict";
import { registryData } from "../../lib/registry/registry_data.ts";
import {
  checkFacts,
  factsFolder,
  readFacts,
} from "../../scripts/check_registry_facts.ts";

const { facts, reports } = readFacts(factsFolder());
const DATA = registryData();

Deno.test("checkFacts() sees an entry that says something else, and one that is gone", () => {
  // Kills: a check that passes whatever the registry says.
  const models = DATA.models.map((entry) =>
    entry.id === "mlx-community/kimi-k2.5"
      ? { ...entry, tier: "panic" as const }
      : entry
  );
  assert.deepEqual(
    checkFacts(facts, reports, { ...DATA, models }).differences,
    [
      'mlx-community/kimi-k2.5 tier: "panic", but the facts say "abort"',
    ],
  );
  const fewer = DATA.models.filter((entry) =>
    entry.id !== "mlx-community/kimi-k2.5"
  );
  assert.ok(
    checkFacts(facts, [], { ...DATA, models: fewer }).differences.length >= 5,
  );
});

Deno.test("checkFacts() sees a report that was left out or has another day", () => {
  // Kills: a report that is lost on the way into an entry.
  const lost = {
    modelId: null,
    hardware: null,
    gpuFamily: "M1",
    date: "2026-01-01",
    sourceUrl: "https://example.org/1",
  };
  assert.equal(checkFacts(facts, [lost], DATA).differences.length, 1);
  const [one] = reports;
  assert.ok(one !== undefined);
  assert.equal(
    checkFacts(facts, [{ ...one, date: "2020-01-01" }], DATA).differences
      .length,
    1,
  );
  const unlinked = { ...lost, sourceUrl: "code-index file id 1" };
  assert.equal(checkFacts(facts, [unlinked], DATA).differences.length, 1);
});
