import assert from "node:assert/strict";
import { buildGpuFamilies } from "../../scripts/build_gpu_families.ts";

const FOLDER = new URL("../../registry/", import.meta.url);
const SCHEMA = Deno.readTextFileSync(
  new URL("schemas/gpu_families.schema.json", FOLDER),
);

const M1 = {
  name: "M1",
  generation: 13,
  accelerators: ["AGXAcceleratorG13X"],
  architectures: ["applegpu_g13s"],
  sources: ["https://example.invalid/"],
};

function build(...families: readonly Record<string, unknown>[]): string {
  return buildGpuFamilies(JSON.stringify({ families }), SCHEMA);
}

Deno.test("the file that the program imports is the one that the sources make", () => {
  // Kills: an edited source that never reaches the program.
  const source = Deno.readTextFileSync(new URL("gpu_families.jsonc", FOLDER));
  assert.equal(
    buildGpuFamilies(source, SCHEMA),
    Deno.readTextFileSync(new URL("gpu_families.json", FOLDER)),
  );
});

Deno.test("buildGpuFamilies() keeps name and number only", () => {
  // Kills: sources that every start of the program has to read.
  assert.deepEqual(JSON.parse(build(M1)), {
    families: [{ generation: 13, name: "M1" }],
  });
});

Deno.test("buildGpuFamilies() refuses each fault, and names it", () => {
  // Kills: a family without source, twice, or with another one's spelling.
  assert.throws(() => build({ ...M1, sources: [] }), /sources/);
  assert.throws(() => build({ ...M1, name: "Intel" }), /name/);
  assert.throws(() => build({ ...M1, extra: 1 }), /additional/);
  assert.throws(() => build(M1, { ...M1, name: "M2" }), /M2: stands .* twice/);
  assert.throws(
    () => build({ ...M1, accelerators: ["AGXAcceleratorG14X"] }),
    /AGXAcceleratorG14X is of another family/,
  );
  assert.throws(
    () => build({ ...M1, architectures: ["applegpu_g14s"] }),
    /applegpu_g14s is of another family/,
  );
  assert.throws(
    () => buildGpuFamilies('{\n"families": [}', SCHEMA),
    /gpu_families\.jsonc:2/,
  );
});
