import assert from "node:assert/strict";
import { registryData } from "../../lib/registry/registry_data.ts";
import {
  buildRegistryData,
  readRegistryFiles,
  sorted,
} from "../../scripts/registry_data.ts";

const FOLDER = new URL("../../registry/", import.meta.url);
const TODAY = Temporal.Now.plainDateISO("UTC").toString();
const FILES = readRegistryFiles(FOLDER);

Deno.test("buildRegistryData() writes what the program imports, byte for byte, whatever the order of the files", () => {
  // Kills: an entry that was added to the source and never reached the program; a file that depends on the disk's order.
  const text = Deno.readTextFileSync(new URL("registry.json", FOLDER));
  assert.equal(buildRegistryData(FILES, TODAY), text);
  assert.equal(buildRegistryData(FILES.toReversed(), TODAY), text);
});

Deno.test("buildRegistryData() puts each entry on one line, keys sorted", () => {
  // Kills: two people's entries that collide in the generated file.
  const lines = buildRegistryData(FILES, TODAY).split("\n");
  const { models } = registryData();
  assert.equal(
    lines.filter((line) => line.startsWith('{"errorClasses"')).length,
    0,
  );
  for (const entry of models) {
    assert.ok(
      lines.some((line) => line.includes(`"id":${JSON.stringify(entry.id)},`)),
      entry.id,
    );
  }
  assert.deepEqual(
    JSON.stringify(sorted({ b: [{ d: 1, c: 2 }], a: 1 })),
    '{"a":1,"b":[{"c":2,"d":1}]}',
  );
});

Deno.test("buildRegistryData() refuses a set with a fault, and names the place", () => {
  // Kills: a generated file out of sources that nobody can validate.
  const [first] = FILES;
  assert.ok(first !== undefined);
  const broken = {
    path: "registry/models/x.jsonc",
    bytes: new TextEncoder().encode("{\n,"),
  };
  assert.throws(
    () => buildRegistryData([...FILES, broken], TODAY),
    /registry\/models\/x\.jsonc:2:1: /,
  );
  const without = FILES.filter((file) => !file.path.endsWith("/drivers.jsonc"));
  assert.throws(
    () => buildRegistryData(without, TODAY),
    /No drivers in drivers\.jsonc/,
  );
});
