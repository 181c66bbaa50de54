/**
 * Reads what the Python metal-guard writes and prints. `METALGUARD_FORMATS_DIR` names a folder of real samples; without it
 * ours of the same form are read.
 */
import assert from "node:assert/strict";
import { tryParseBreadcrumb } from "../../lib/parse/breadcrumb_line.ts";
import { tryParseCivilTime } from "../../lib/parse/civil_time.ts";
import { decodeAck } from "../../lib/parse/state/ack_file.ts";
import {
  decodeBreaker,
  encodeBreaker,
} from "../../lib/parse/state/breaker_file.ts";
import {
  decodeCadence,
  encodeCadence,
} from "../../lib/parse/state/cadence_file.ts";
import { FieldReader } from "../../lib/parse/state/field_reader.ts";
import {
  isJsonObject,
  type JsonFields,
  type JsonValue,
} from "../../lib/parse/state/json_text.ts";
import { decodeLock, encodeLock } from "../../lib/parse/state/lock_file.ts";
import {
  decodePanicLedger,
  encodePanicLedgerRecord,
} from "../../lib/parse/state/panic_ledger.ts";
import {
  decodeSentinel,
  encodeSentinel,
  sentinelEnd,
} from "../../lib/parse/state/sentinel_file.ts";
import { decodeStatusFile } from "../../lib/parse/state/status_file.ts";

const folder = Deno.env.get("METALGUARD_FORMATS_DIR") ??
  new URL("../fixtures/python_tool", import.meta.url).pathname;

/** Looks at one sample and throws when it does not read as it should. */
type Reader = (text: string) => void;

const READERS: Readonly<Record<string, Reader>> = {
  "file-breaker.json": (text) => {
    const file = decodeBreaker(text);
    assert.ok(file.panicCount >= file.threshold && file.windowMs >= 60_000);
    assert.equal(
      Temporal.Instant.compare(file.enteredAt, file.cooldownUntil),
      -1,
    );
    assertSameRecord(encodeBreaker(file), text);
  },
  "file-cadence.json": (text) => {
    const file = decodeCadence(text);
    assert.ok(file.size > 0);
    assertSameRecord(encodeCadence(file), text);
  },
  "file-metal-guard-ack": (text) => {
    const ack = decodeAck(text);
    assert.equal(ack.writtenAt, text.trim());
    assert.equal(ack.reason, undefined);
  },
  "file-metal_breadcrumb.log": (text) => {
    assertBreadcrumbs(text.trimEnd().split("\n"));
  },
  "file-panic-sentinel.json": (text) => {
    const file = decodeSentinel(text);
    assert.equal(encodeSentinel(file), text);
    const readings = tryParseCivilTime(file.createdAt ?? "", "UTC");
    assert.ok(readings !== undefined);
    const fileAt = readings.later;
    const end = sentinelEnd(file, { fileAt, now: fileAt, timeZone: "UTC" });
    assert.equal(end.until.toString(), `${file.cooldownUntil}Z`);
    assert.ok(end.lengthMs > 0);
  },
  "file-panics.jsonl": assertLedger,
  "file-status.json": assertSnapshot,
  "lib-status-held.json": (text) => {
    assertSnapshot(text);
    const lock = FieldReader.open(text, "sample").optionalValue("lock") ?? null;
    assert.ok(isJsonObject(lock));
    decodeLock(JSON.stringify(lock));
  },
  "lib-lock.json": (text) => {
    assertSameRecord(encodeLock(decodeLock(text)), text);
  },
  "lib-parse-panic-reports.json": (text) => {
    const reports: JsonValue = JSON.parse(text);
    assert.ok(Array.isArray(reports) && reports.length > 0);
    assertLedger(reports.map((one) => JSON.stringify(one)).join("\n"));
  },
  "lib-breaker-status.json": (text) => {
    const fields = FieldReader.open(text, "sample");
    fields.epoch("cooldown_until");
    fields.number("cooldown_remaining_sec");
    fields.number("window_sec");
    fields.count("panic_threshold", 1);
    fields.count("recent_panic_count");
    assert.equal(fields.optionalValue("in_cooldown"), true);
    assert.deepEqual([...fields.extra().keys()], []);
  },
  "lib-describe-mode.json": (text) => {
    assertTexts(text, ["mode", "description", "env_var"]);
  },
  "lib-describe-process-mode.json": (text) => {
    assertTexts(text, ["mode", "argv0", "subprocess_worker_env"]);
    assertModeDefaults(objectAt(text, "defaults"));
  },
  "lib-mode-defaults.json": (text) => {
    const modes = FieldReader.open(text, "sample").extra();
    assert.ok(modes.size > 0);
    for (const mode of modes.keys()) assertModeDefaults(objectAt(text, mode));
  },
  "lib-gpu-family.json": (text) => assertTexts(text, ["family"]),
  "lib-wired-limit.json": (text) => {
    assertTexts(text, ["mode"]);
    FieldReader.open(text, "sample").number("ratio");
  },
  "cli-ack.json": (text) => assertTexts(text, ["ack_path", "status"]),
  "cli-status-write-once.json": (text) => assertTexts(text, ["out", "mode"]),
  "cli-postmortem.json": (text) => {
    assertTexts(text, ["status", "output_dir", "index"]);
    FieldReader.open(text, "sample").count("panic_count");
  },
  "cli-panic-gate.json": (text) => {
    assertGate(FieldReader.open(text, "sample").extra());
  },
  "cli-orphan-scan.json": (text) => {
    const fields = FieldReader.open(text, "sample");
    fields.number("threshold_sec");
    const orphans = fields.optionalValue("orphans") ?? null;
    assert.ok(Array.isArray(orphans) && orphans.length > 0);
    for (const orphan of orphans) {
      const item = readerOf(orphan);
      item.text("model_id");
      item.civil("pre_ts");
      item.number("age_sec");
      item.optionalCount("pid", 1);
    }
  },
  "cli-status.json": assertHealthObject,
  "cli-panics.json": assertHealthObject,
  "exit-codes.json": (text) => {
    const codes = FieldReader.open(text, "sample").extra();
    assert.ok(codes.size > 0);
    for (const code of codes.values()) assert.ok(Number.isSafeInteger(code));
  },
  "postmortem-bundle.txt": (text) => {
    const names = text.trim().split("\n");
    assert.ok(names.includes("index.md") && names.includes("panics.jsonl"));
  },
};

const names = [...Deno.readDirSync(folder)].map((entry) => entry.name)
  .filter((name) => name !== "README.md").sort();

Deno.test("every sample of the Python tool has a reader, and every reader a sample", () => {
  // Kills: a new sample that nobody reads, and a folder that is empty by mistake.
  assert.deepEqual(names, Object.keys(READERS).sort());
});

for (const name of names) {
  Deno.test(`the Python tool's ${name} reads as its form says`, () => {
    // Kills: a codec that reads only what we write ourselves.
    const read = READERS[name];
    assert.ok(read !== undefined, `nobody reads ${name}`);
    read(Deno.readTextFileSync(`${folder}/${name}`));
  });
}

/** Equal as JSON, times to the millisecond: what we write back is what stood there, in its order. */
function assertSameRecord(ours: string, theirs: string): void {
  const round = (_key: string, value: unknown): unknown =>
    typeof value === "number" ? Math.round(value * 1_000) / 1_000 : value;
  assert.equal(
    JSON.stringify(JSON.parse(ours, round)),
    JSON.stringify(JSON.parse(theirs, round)),
  );
}

function assertBreadcrumbs(lines: readonly string[]): void {
  assert.ok(lines.length > 0);
  const now = Temporal.Instant.from("2027-01-01T00:00:00Z");
  for (const line of lines) {
    const crumb = tryParseBreadcrumb(line, { timeZone: "UTC", now });
    assert.ok(crumb !== undefined, line);
    assert.equal(
      crumb.at.toString(),
      `${crumb.localTime.replace(" ", "T")}Z`,
    );
    const meta = [...crumb.meta].map(([key, value]) => `${key}=${value}`);
    const parts = [
      `[${crumb.localTime}] ${crumb.tag}`,
      crumb.payload === undefined ? "" : `: ${crumb.payload}`,
      meta.length === 0 ? "" : ` | ${meta.join(" ")}`,
    ];
    assert.equal(parts.join(""), line);
  }
}

function assertLedger(text: string): void {
  const { records, skippedLines } = decodePanicLedger(text);
  assert.equal(skippedLines, 0);
  assert.ok(records.length > 0);
  const lines = text.trim().split("\n");
  for (const [index, record] of records.entries()) {
    assert.equal(record.extra.size, 0);
    const theirs = JSON.parse(lines[index] ?? "");
    const ours = JSON.parse(encodePanicLedgerRecord(record));
    for (const [key, value] of Object.entries(theirs)) {
      assert.deepEqual(ours[key], value, key);
    }
  }
}

function assertSnapshot(text: string): void {
  const { schemaVersion, sections } = decodeStatusFile(text);
  assert.equal(schemaVersion, "1.0");
  const tail = sections.get("breadcrumb_tail") ?? null;
  assert.ok(Array.isArray(tail));
  assertBreadcrumbs(tail.map(String));
  assertGate(fieldsOf(sections.get("panic_cooldown") ?? null));
  assertPanics(sections.get("recent_panics") ?? null);
}

function assertHealthObject(text: string): void {
  const fields = FieldReader.open(text, "sample");
  fields.text("version");
  fields.text("health");
  fields.count("exit_code");
  const panics = fields.optionalValue("panics") ?? null;
  assertPanics(panics);
  assert.ok(
    Array.isArray(panics) && panics.length === fields.count("panics_count"),
  );
  const crumbs = objectAt(text, "breadcrumb").get("lines") ?? null;
  assert.ok(Array.isArray(crumbs));
  assertBreadcrumbs(crumbs.map(String));
}

function assertPanics(panics: JsonValue): void {
  assert.ok(Array.isArray(panics));
  if (panics.length === 0) return;
  assertLedger(panics.map((panic) => JSON.stringify(panic)).join("\n"));
}

function assertGate(gate: JsonFields): void {
  const fields = new FieldReader(gate, "sample");
  assert.ok([0, 2, 3].includes(fields.count("exit_code")));
  fields.text("reason");
  fields.count("recent_panics_24h");
  fields.count("recent_panics_72h");
  const until = fields.optionalCivil("cooldown_until");
  assert.ok(until === undefined || /^\S{10}T\d\d:\d\d:\d\d$/.test(until));
}

function assertModeDefaults(defaults: JsonFields): void {
  const fields = new FieldReader(defaults, "sample");
  fields.text("mode");
  fields.number("generate_timeout_sec");
  fields.number("periodic_flush_interval_sec");
  fields.number("kv_ceiling_gb");
  fields.number("prefill_single_alloc_ceiling_gb");
}

function assertTexts(text: string, keys: readonly string[]): void {
  const fields = FieldReader.open(text, "sample");
  for (const key of keys) assert.equal(typeof fields.text(key), "string");
}

function objectAt(text: string, key: string): JsonFields {
  return fieldsOf(FieldReader.open(text, "sample").optionalValue(key) ?? null);
}

function readerOf(value: JsonValue): FieldReader {
  return new FieldReader(fieldsOf(value), "sample");
}

function fieldsOf(value: JsonValue): JsonFields {
  assert.ok(isJsonObject(value));
  return new Map(Object.entries(value));
}
