import assert from "node:assert/strict";
import {
  decodeGateClock,
  encodeGateClock,
  type GateClockFile,
} from "../../../lib/parse/state/gate_clock_file.ts";
import { assertRefusesFields, assertRefusesHostile } from "./hostile_texts.ts";

const FILE: GateClockFile = {
  wallAt: Temporal.Instant.from("2026-02-03T08:00:00.123Z"),
  bootClockMs: 81_000,
  bootSessionUuid: "0A1B2C3D-0000-4000-8000-000000000000",
  holds: [{ key: "sentinel 1770105600000", remainingMs: 7_200_000 }],
  lastWallAt: Temporal.Instant.from("2026-02-03T08:01:00.123Z"),
  lastPassedMs: 60_000,
  wasSet: true,
  extra: new Map([["note", null]]),
};

Deno.test("decodeGateClock() gives back what encodeGateClock() wrote", () => {
  // Kills: an unknown boot clock that comes back as 0, "just booted".
  assert.deepEqual(decodeGateClock(encodeGateClock(FILE)), FILE);
  const bare = { ...FILE, bootClockMs: undefined, bootSessionUuid: undefined };
  assert.deepEqual(decodeGateClock(encodeGateClock(bare)), bare);
});

Deno.test("decodeGateClock() refuses hostile texts and fields of another form", () => {
  // Kills: a negative boot clock, by which every hold is over.
  assertRefusesHostile(decodeGateClock);
  assertRefusesFields(decodeGateClock, JSON.parse(encodeGateClock(FILE)), [
    ["wall_epoch", null],
    ["wall_epoch", 1e300],
    ["boot_clock_ms", -1],
    ["boot_clock_ms", "81000"],
    ["boot_session_uuid", 1],
    ["last_passed_ms", -1],
    ["last_wall_epoch", "now"],
    ["remaining_ms", [1]],
    ["remaining_ms", { a: -1 }],
    ["remaining_ms", { a: 1e12 }],
  ]);
});
