import assert from "node:assert/strict";
import {
  classifyGpuFamily,
  familyOfAccelerator,
} from "../../lib/parse/gpu_family.ts";
import { GPU_FAMILIES } from "../../lib/registry/gpu_families.ts";

Deno.test("classifyGpuFamily() reads the generation's number as a number", () => {
  // Kills: generation 130 or 1 taken for 13; an unknown one taken for the newest.
  const family = (text: string): string =>
    classifyGpuFamily(text, GPU_FAMILIES);
  assert.equal(family("applegpu_g17s"), "M5");
  assert.equal(family("applegpu_g130s"), "applegpu_g130s");
  assert.equal(family("applegpu_g1"), "applegpu_g1");
  assert.equal(family("xapplegpu_g13"), "xapplegpu_g13");
  assert.equal(family("applegpu_g13 s"), "applegpu_g13 s");
  assert.equal(family("  "), "unknown");
  assert.equal(classifyGpuFamily("applegpu_g13s", []), "applegpu_g13s");
});

Deno.test("familyOfAccelerator() says the same by the driver's class", () => {
  // Kills: a Metal device made only to learn the family.
  const family = (text: string): string | undefined =>
    familyOfAccelerator(text, GPU_FAMILIES)?.name;
  assert.deepEqual(
    ["G13X", "G14G", "G15G", "G16X", "G17X"].map((name) =>
      family(`AGXAccelerator${name}`)
    ),
    ["M1", "M2", "M3", "M4", "M5"],
  );
  for (
    const other of [
      "AGXAcceleratorG99X",
      "AGXAcceleratorG131X",
      "AMDRadeonX6000_AMDNavi21GraphicsAccelerator",
      "AGXAcceleratorG",
      "",
      "IOAccelerator AGXAcceleratorG16X",
    ]
  ) assert.equal(family(other), undefined, other);
});
