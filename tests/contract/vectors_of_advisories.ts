/**
 * How the vectors of version advisories are put to this program.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { FieldReader } from "../../lib/parse/state/field_reader.ts";
import {
  isJsonObject,
  type JsonValue,
} from "../../lib/parse/state/json_text.ts";
import { findAdvisories } from "../../mod.ts";

/** Group of this name. */
export function advisories(input: FieldReader): JsonValue {
  const packages = input.optionalValue("packages") ?? {};
  assert.ok(isJsonObject(packages));
  const versions = Object.fromEntries(
    Object.entries(packages).map(([name, version]) => [name, String(version)]),
  );
  return findAdvisories(versions).advisories.map(({ advisory }) =>
    `${advisory.issue}|${advisory.severity}|${advisory.package}`
  ).sort();
}

/** Group of this name: each package's own severity. */
export function blocklist(input: FieldReader): JsonValue {
  const names = ["mlx", "mlx-lm"];
  const versions = Object.fromEntries(
    names.map((name) => [name, input.text(name)]),
  );
  const { blocked } = findAdvisories(versions);
  return Object.fromEntries(names.map((name) => [
    name,
    blocked.find(({ release }) => release.package === name)?.release
      .severity ?? null,
  ]));
}
