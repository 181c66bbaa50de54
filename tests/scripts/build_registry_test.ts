import assert from "node:assert/strict";
import {
  buildFailures,
  type FailureSources,
  readSources,
} from "../../scripts/build_registry.ts";

const folder = new URL("../../registry/", import.meta.url);
const sources = readSources(folder);

function rejects(change: Partial<FailureSources>, message: RegExp): void {
  assert.throws(() => buildFailures({ ...sources, ...change }), message);
}

Deno.test("buildFailures() writes what the program imports, byte for byte", () => {
  // Kills: a signature that was added to the source and never reached the program.
  const text = Deno.readTextFileSync(new URL("failures.json", folder));
  assert.equal(buildFailures(sources), text);
  assert.equal(buildFailures(sources), buildFailures(sources));
  assert.doesNotMatch(text, /"samples"/);
});

Deno.test("buildFailures() refuses a sample that does not match, and one that must not", () => {
  // Kills: a pattern changed without its samples noticing.
  rejects(
    {
      signatures: sources.signatures.replace(
        '"IOGPUMemory.cpp:550",',
        '"IOGPUMemory.cpp:550 completeMemory() prepare count underflow",',
      ),
    },
    /prepare_count_underflow: matches what it must not/,
  );
  rejects(
    {
      errorClasses: sources.errorClasses.replace(
        '"RuntimeError: [malloc] Unable to allocate 1099511627776 bytes."',
        '"something else"',
      ),
    },
    /malloc_failed: sample gives undefined/,
  );
});

Deno.test("buildFailures() refuses what breaks its schema, and says where", () => {
  // Kills: a hint that no program knows, an upper-case word that can never be found.
  rejects({
    errorClasses: sources.errorClasses.replace('"respawn_now"', '"respawn"'),
  }, /error_classes\.jsonc\/classes\/\d+\/recoveryHint/);
  rejects({
    signatures: sources.signatures.replace(
      '"fpendingmemoryset"',
      '"fPendingMemorySet"',
    ),
  }, /signatures\.jsonc\/signatures\/\d+/);
  rejects({ signatures: "{" }, /signatures\.jsonc:1: /);
});

Deno.test("buildFailures() refuses a class that is missing or stands there twice", () => {
  // Kills: a signature without words and hint at 3 in the morning.
  rejects({
    signatures: sources.signatures.replace(
      '"errorClass": "gpu_firmware"',
      '"errorClass": "gpu_hardware"',
    ),
  }, /signature gpu_firmware: no class gpu_hardware/);
  rejects({
    errorClasses: sources.errorClasses.replace(
      '"name": "gpu_hang"',
      '"name": "gpu_timeout"',
    ),
  }, /class gpu_timeout: stands there twice/);
});
