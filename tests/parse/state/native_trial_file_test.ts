import assert from "node:assert/strict";
import {
  decodeNativeTrial,
  encodeNativeTrial,
  type NativeTrialFile,
} from "../../../lib/parse/state/native_trial_file.ts";
import { assertRefusesFields, assertRefusesHostile } from "./hostile_texts.ts";

const FILE: NativeTrialFile = {
  key: "/x/libmetalguard.dylib 140368 1795545308534 25.5.0",
  because: "its trial crashed: SIGSEGV",
  isLostInUse: true,
  triedAt: Temporal.Instant.from("2026-02-03T08:00:00Z"),
  extra: new Map([["note", "kept"]]),
};

Deno.test("decodeNativeTrial() gives back what encodeNativeTrial() wrote", () => {
  // Kills: a crash that is remembered as a success.
  assert.deepEqual(decodeNativeTrial(encodeNativeTrial(FILE)), FILE);
  const good = { ...FILE, because: undefined, isLostInUse: false };
  assert.deepEqual(decodeNativeTrial(encodeNativeTrial(good)), good);
});

Deno.test("decodeNativeTrial() refuses hostile texts and fields of another form", () => {
  // Kills: a record without its key, which would hold for every dylib.
  assertRefusesHostile(decodeNativeTrial);
  const good = JSON.parse('{"key": "a", "tried_at": 1}');
  assertRefusesFields(decodeNativeTrial, good, [
    ["key", null],
    ["key", 5],
    ["because", 5],
    ["tried_at", "now"],
    ["tried_at", null],
  ]);
});
