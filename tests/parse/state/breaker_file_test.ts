import assert from "node:assert/strict";
import {
  decodeBreaker,
  encodeBreaker,
} from "../../../lib/parse/state/breaker_file.ts";
import { assertRefusesFields, assertRefusesHostile } from "./hostile_texts.ts";

const TEXT =
  '{"cooldown_until": 1770109200.5, "entered_at": 1770105600.5, "panic_count": 3, ' +
  '"threshold": 2, "window_sec": 3600, "zz_note": "kept"}';

Deno.test("decodeBreaker() refuses hostile texts and fields of another form", () => {
  // Kills: an open breaker that reads as closed because its file is damaged; a window that is `null` when it is written again.
  assertRefusesHostile(decodeBreaker);
  assertRefusesFields(decodeBreaker, JSON.parse(TEXT), [
    ["cooldown_until", null],
    ["cooldown_until", "2026-02-03T10:00:00"],
    ["entered_at", 1e300],
    ["panic_count", -1],
    ["panic_count", 1.5],
    ["threshold", true],
    ["window_sec", -1],
    ["window_sec", Number.MAX_VALUE],
    ["window_sec", "3600"],
  ]);
});

Deno.test("decodeBreaker() turns seconds into instants and milliseconds, and back", () => {
  // Kills: a window of 3600 ms, and an unknown field that is lost on the way.
  const file = decodeBreaker(TEXT);
  assert.equal(file.cooldownUntil.toString(), "2026-02-03T09:00:00.5Z");
  assert.equal(file.enteredAt.toString(), "2026-02-03T08:00:00.5Z");
  assert.equal(file.windowMs, 3_600_000);
  assert.deepEqual([file.panicCount, file.threshold], [3, 2]);
  assert.equal(encodeBreaker(file), TEXT);
  // Kills: 265265979.99999997 ms, which a count of milliseconds is not.
  const fraction = TEXT.replace("3600", "265265.98");
  assert.equal(decodeBreaker(fraction).windowMs, 265_265_980);
});
