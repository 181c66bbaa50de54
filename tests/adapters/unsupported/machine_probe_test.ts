import assert from "node:assert/strict";
import { createUnsupportedProbe } from "../../../lib/adapters/unsupported/machine_probe.ts";
import { askAll } from "../../machine_probe_suite.ts";

Deno.test("the unsupported probe names the platform that it knows nothing of", async () => {
  // Kills: "unknown" without a reason; a Mac that is told it is no Mac.
  for (const answer of await askAll(createUnsupportedProbe("plan9"))) {
    assert.ok(answer.kind === "unknown" && answer.because.includes("plan9"));
  }
  for (const answer of await askAll(createUnsupportedProbe("darwin"))) {
    assert.ok(answer.kind === "unknown" && !answer.because.includes("macOS"));
  }
});
