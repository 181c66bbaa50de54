import assert from "node:assert/strict";
import { Ajv } from "ajv";
import { MIB } from "../../lib/core/bytes.ts";
import { decodeRunReport } from "../../lib/parse/run_report_file.ts";
import {
  explainRunText,
  type RunEvent,
  runReport,
  type RunReportFacts,
} from "../../lib/report/run_report.ts";
import { textStyle } from "../../lib/report/text_style.ts";

const SCHEMA = new URL(
  "../../registry/schemas/run_report.schema.json",
  import.meta.url,
);
const isValid = new Ajv({ allowUnionTypes: true }).compile(
  JSON.parse(Deno.readTextFileSync(SCHEMA)),
);

function event(kind: string, details: Record<string, unknown> = {}): RunEvent {
  return {
    at: Temporal.Instant.from("2026-01-01T00:00:00Z"),
    kind,
    details: new Map(Object.entries(details)),
  };
}

const STARTED = [
  event("opened", { limit_bytes: 10 * MIB }),
  event("started", { pid: 7, command: "secret" }),
];
const ENDED = [
  ...STARTED,
  event("terminate", {
    cause: "footprint",
    reason: "footprint 11.0 MiB ≥ 10.0 MiB",
    peak_bytes: 11 * MIB,
  }),
  event("ended", { exit_code: 143, signal: "SIGTERM", left_behind: 0 }),
  event("finished", {
    exit_code: 76,
    cause: "footprint",
    peak_bytes: 12 * MIB,
  }),
];

function report(
  events: readonly RunEvent[],
  more: Partial<RunReportFacts> = {},
): Record<string, unknown> {
  return runReport({
    events,
    limitBytes: 10 * MIB,
    errorClass: undefined,
    recommendedBytes: null,
    ...more,
  });
}

Deno.test("a report follows its schema after every record", () => {
  // Kills: a report that a dashboard cannot read in the middle of a run, or after a kill −9.
  for (let count = 0; count <= ENDED.length; count++) {
    const one = report(ENDED.slice(0, count));
    assert.ok(isValid(one), JSON.stringify(isValid.errors));
    const reading = decodeRunReport(JSON.stringify(one));
    assert.equal(reading.status, count === ENDED.length ? "ended" : "running");
  }
  const details = { command: "x", errors: "y" };
  assert.ok(isValid(report(ENDED, { details, recommendedBytes: 64 * MIB })));
});

Deno.test("it says why, in words and figures, and nothing of the program", () => {
  // Kills: an argument or path of the program in a report that is shared.
  const one = report(ENDED);
  assert.equal(one["cause"], "footprint");
  assert.equal(one["peak_bytes"], 12 * MIB);
  assert.equal(one["attempts"], 1);
  assert.match(String(one["words"]), /The guard ended the program: footprint/);
  assert.ok(!JSON.stringify(one).includes("secret"));
});

Deno.test("a run that was cut off names the decision that was on the disk", () => {
  // Kills: "ended by itself" for a program whose guard was killed in the middle of its end.
  const one = report(ENDED.slice(0, 3));
  assert.equal(one["status"], "running");
  assert.equal(one["cause"], "footprint");
  assert.equal(one["exit_code"], null);
});

Deno.test("an end by a signal from outside is not blamed on the guard", () => {
  // Kills: the guard blamed for a Jetsam kill.
  const one = report([
    ...STARTED,
    event("ended", { exit_code: 137, signal: "SIGKILL" }),
    event("finished", { exit_code: 137, cause: null }),
  ]);
  assert.match(String(one["words"]), /ended by SIGKILL, not by the guard/);
});

Deno.test("a person reads it, and hostile words stay words", () => {
  // Kills: a report that draws on the terminal.
  const style = textStyle({ color: false, emoji: false });
  const reading = decodeRunReport(JSON.stringify(report(ENDED)));
  const text = explainRunText(reading, { style });
  assert.match(text, /ENDED BY THE GUARD \(footprint\)/);
  assert.match(text, /Limit +10\.0 MiB/);
  const evil = { ...reading, words: "a\u001b[2J", cause: "b\u001b[2J" };
  assert.ok(!explainRunText(evil, { style }).includes("\u001b"));
});
