import assert from "node:assert/strict";
import {
  decodeWorkingSet,
  encodeWorkingSet,
  type WorkingSetFile,
} from "../../../lib/parse/state/working_set_file.ts";
import { assertRefusesFields, assertRefusesHostile } from "./hostile_texts.ts";

const FILE: WorkingSetFile = {
  entries: [{
    host: "abc",
    osBuild: "25F84",
    limitBytes: 55_662_788_608,
    readAt: Temporal.Instant.from("2026-02-03T08:00:00Z"),
  }],
  extra: new Map([["note", "kept"]]),
};

Deno.test("decodeWorkingSet() gives back what encodeWorkingSet() wrote", () => {
  // Kills: an entry that loses the machine or the system it was read on.
  assert.deepEqual(decodeWorkingSet(encodeWorkingSet(FILE)), FILE);
});

Deno.test("decodeWorkingSet() refuses hostile texts and fields of another form", () => {
  // Kills: a limit of 0 bytes, under which nothing ever fits.
  assertRefusesHostile(decodeWorkingSet);
  const [entry] = JSON.parse(encodeWorkingSet(FILE)).entries;
  assertRefusesFields(decodeWorkingSet, { entries: [entry] }, [
    ["entries", null],
    ["entries", {}],
    ["entries", [1]],
    ["entries", [[]]],
    ["entries", [{ ...entry, limit_bytes: 0 }]],
    ["entries", [{ ...entry, limit_bytes: 1.5 }]],
    ["entries", [{ ...entry, host: null }]],
    ["entries", [{ ...entry, os_build: 25 }]],
    ["entries", [{ ...entry, read_at: "now" }]],
  ]);
});
