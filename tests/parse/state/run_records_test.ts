import assert from "node:assert/strict";
import {
  decodeRunRecords,
  encodeRunRecord,
  type RunRecord,
} from "../../../lib/parse/state/run_records.ts";

const RECORD: RunRecord = {
  at: Temporal.Instant.from("2026-02-03T08:00:00.5Z"),
  kind: "signal-sent",
  details: new Map<string, string | number>([["signal", "TERM"], ["pid", 5]]),
};

Deno.test("decodeRunRecords() reads up to the line that a kill −9 tore", () => {
  // Kills: a torn last line that takes the decision before it along.
  const line = encodeRunRecord(RECORD);
  assert.equal(
    line,
    '{"at": 1770105600.5, "kind": "signal-sent", "signal": "TERM", "pid": 5}',
  );
  assert.deepEqual(decodeRunRecords(`${line}\n${line.slice(0, 30)}`), {
    records: [RECORD],
    skippedLines: 1,
  });
});

Deno.test("decodeRunRecords() counts lines that are no records", () => {
  // Kills: a record without a time or a kind.
  const text = '{"at": 1}\n{"kind": "x"}\n{"at": "1", "kind": "x"}\n[]\n';
  assert.deepEqual(decodeRunRecords(text), { records: [], skippedLines: 4 });
});

Deno.test("encodeRunRecord() lets no detail take the place of its time or kind", () => {
  // Kills: a detail named `kind` that turns one record into another.
  const details = new Map<string, string | number>([["kind", "x"], ["at", 1]]);
  assert.equal(
    encodeRunRecord({ ...RECORD, details }),
    '{"at": 1770105600.5, "kind": "signal-sent"}',
  );
});
