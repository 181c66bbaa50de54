import assert from "node:assert/strict";
import { registryData } from "../../lib/registry/registry_data.ts";

Deno.test("the registry that ships is there, built once and frozen to the last list", () => {
  // Kills: a caller that changes what the next caller is told.
  const data = registryData();
  assert.equal(registryData(), data);
  assert.ok(data.models.length > 0 && data.advisories.length > 0);
  const [first] = data.advisories;
  assert.ok(Object.isFrozen(data) && Object.isFrozen(first));
  assert.ok(Object.isFrozen(first?.recommends ?? []));
});
