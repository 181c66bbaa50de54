import assert from "node:assert/strict";
import {
  decodeLastGood,
  encodeLastGood,
  type LastGoodFile,
} from "../../../lib/parse/state/last_good_file.ts";
import { assertRefusesFields, assertRefusesHostile } from "./hostile_texts.ts";

const FILE: LastGoodFile = {
  endedAt: Temporal.Instant.from("2026-02-03T08:00:00Z"),
  bootSessionUuid: "0A1B2C3D-0000-4000-8000-000000000000",
  osBuild: "25F84",
  kextVersion: "130.15.2",
  model: "someone/small-4bit",
  interpreter: "/opt/venv/bin/python3",
  versions: new Map([["mlx", "0.31.2"], ["__proto__", "1"]]),
  extra: new Map([["note", "kept"]]),
};

Deno.test("decodeLastGood() gives back what encodeLastGood() wrote", () => {
  // Kills: a version that is lost, so that the comparison after a panic shows no change.
  assert.deepEqual(decodeLastGood(encodeLastGood(FILE)), FILE);
  const bare = { ...FILE, model: undefined, versions: new Map() };
  assert.deepEqual(decodeLastGood(encodeLastGood(bare)), bare);
});

Deno.test("decodeLastGood() reads a record of the form before versions were kept", () => {
  // Kills: an update of this program after which the record of the last good run is damaged.
  const old = decodeLastGood(
    '{"ended_at": 1770105600, "model": "org/m", "versions": {}}',
  );
  assert.deepEqual([old.interpreter, old.versions.size, old.model], [
    undefined,
    0,
    "org/m",
  ]);
});

Deno.test("decodeLastGood() refuses hostile texts and fields of another form", () => {
  // Kills: a number for a version, which compares unequal to every text.
  assertRefusesHostile(decodeLastGood);
  assertRefusesFields(decodeLastGood, JSON.parse(encodeLastGood(FILE)), [
    ["ended_at", null],
    ["os_build", 25],
    ["interpreter", ["python"]],
    ["versions", []],
    ["versions", "0.31"],
    ["versions", { mlx: 0.31 }],
    ["versions", { mlx: null }],
  ]);
});
