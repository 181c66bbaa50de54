import assert from "node:assert/strict";
import {
  decodeStatusFile,
  encodeStatusFile,
} from "../../../lib/parse/state/status_file.ts";
import { assertRefusesFields, assertRefusesHostile } from "./hostile_texts.ts";

const SNAPSHOT = JSON.parse(`{
  "schema_version": "1.0",
  "captured_at": "2026-02-03T09:20:30.123456+00:00",
  "memory": {"available": false, "reason": "none"},
  "kv_monitor": {"running": false, "active_requests": []},
  "recent_panics": [{"ts": 1}],
  "breadcrumb_path": null,
  "breadcrumb_tail": ["[2026-02-03 08:00:01] FLUSH"],
  "lock": {"held": false},
  "mode": {"current": "observer"},
  "panic_cooldown": {"exit_code": 0},
  "later_section": [1]
}`);

Deno.test("decodeStatusFile() reads a snapshot with sections that it does not know", () => {
  // Kills: a reader that refuses what a newer writer has added, or that reads `+00:00` as local time.
  const file = decodeStatusFile(JSON.stringify(SNAPSHOT));
  assert.equal(file.capturedAt.epochMilliseconds, 1_770_110_430_123);
  assert.deepEqual([...file.sections.keys()], Object.keys(SNAPSHOT).slice(2));
  const newer = JSON.stringify({ ...SNAPSHOT, schema_version: "1.12" });
  assert.equal(decodeStatusFile(newer).schemaVersion, "1.12");
});

Deno.test("encodeStatusFile() writes two spaces a level and a time that every Python reads", () => {
  // Kills: "Z", which `datetime.fromisoformat` refuses before 3.11, and sections out of order.
  const text = encodeStatusFile(decodeStatusFile(JSON.stringify(SNAPSHOT)));
  assert.equal(
    text,
    JSON.stringify(
      { ...SNAPSHOT, "captured_at": "2026-02-03T09:20:30.123+00:00" },
      null,
      2,
    ),
  );
});

Deno.test("decodeStatusFile() refuses hostile texts, other schemas and sections of another form", () => {
  // Kills: a snapshot of schema 2 read as if it were 1, and a section that is missing.
  assertRefusesHostile(decodeStatusFile);
  assertRefusesFields(decodeStatusFile, SNAPSHOT, [
    ["schema_version", "2.0"],
    ["schema_version", 1],
    ["schema_version", "1.0\n"],
    ["captured_at", 1770110430],
    ["captured_at", null],
    ["memory", "0 GB"],
    ["kv_monitor", []],
    ["recent_panics", {}],
    ["recent_panics", [1]],
    ["breadcrumb_tail", [1]],
    ["lock", undefined],
    ["mode", []],
    ["panic_cooldown", 0],
  ]);
});
