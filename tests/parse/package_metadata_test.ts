import assert from "node:assert/strict";
import {
  normalizePackageName,
  packageOfFolder,
  parsePackageMetadata,
} from "../../lib/parse/package_metadata.ts";

Deno.test("parsePackageMetadata() reads the headers and stops where they end", () => {
  // Kills: a description that quotes `Version: 9` and wins; CRLF files without an end.
  const text =
    "Metadata-Version: 2.4\r\nName: mlx-lm\r\nVersion: 0.32.2\r\nVersion: 1\r\n\r\nVersion: 9\r\n";
  assert.deepEqual(parsePackageMetadata(text), {
    name: "mlx-lm",
    version: "0.32.2",
  });
  assert.deepEqual(parsePackageMetadata("Name:\nSummary: Version: 3\n"), {
    name: undefined,
    version: undefined,
  });
});

Deno.test("packageOfFolder() knows every spelling of a package, and what pip left behind", () => {
  // Kills: `mlx` that is found in `mlx_lm-0.32.2`; pip's `~lx` taken for an installed package.
  for (
    const [folder, name] of [
      ["mlx_lm-0.32.2.dist-info", "mlx-lm"],
      ["MLX.LM-0.32.2.dist-info", "mlx-lm"],
      ["mlx-0.32.4.dist-info", "mlx"],
      ["~lx-0.32.4.dist-info", undefined],
      ["mlx-0.32.4.egg-info", undefined],
      ["mlx.dist-info", undefined],
      ["mlx", undefined],
    ] as const
  ) {
    assert.equal(packageOfFolder(folder), name, folder);
  }
  assert.equal(normalizePackageName("MLX__LM"), "mlx-lm");
});
