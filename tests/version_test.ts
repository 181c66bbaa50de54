import assert from "node:assert/strict";
import config from "../deno.json" with { type: "json" };
import { VERSION } from "../lib/version.ts";

Deno.test("the version is that of deno.json, and semantic", () => {
  // Kills: a second place where the version stands and is forgotten.
  assert.equal(VERSION, config.version);
  assert.match(VERSION, /^\d+\.\d+\.\d+(?:-[\w.]+)?$/);
});
