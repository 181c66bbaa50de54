/**
 * Both directions of the shared files: what our layers leave on a real disk reads by the description of the files alone,
 * and what the Python metal-guard left (`METALGUARD_FORMATS_DIR`) is understood by ours, and by that same small reader.
 */
import assert from "node:assert/strict";
import { decodeAck } from "../../lib/parse/state/ack_file.ts";
import { decodeBreaker } from "../../lib/parse/state/breaker_file.ts";
import { decodeCadence } from "../../lib/parse/state/cadence_file.ts";
import { decodeLock } from "../../lib/parse/state/lock_file.ts";
import { decodePanicLedger } from "../../lib/parse/state/panic_ledger.ts";
import { decodeSentinel } from "../../lib/parse/state/sentinel_file.ts";
import {
  decodeStatusFile,
  encodeStatusFile,
} from "../../lib/parse/state/status_file.ts";
import { tryParseBreadcrumb } from "../../lib/parse/breadcrumb_line.ts";
import { CAUSES, reportText } from "../cli_reports.ts";
import { RealState } from "../real_state.ts";
import { createRealLock } from "../torture/lock_run_guard.ts";
import {
  readAck,
  readBreadcrumbs,
  readBreaker,
  readCadence,
  readGateClock,
  readGuard,
  readLedger,
  readLock,
  readSentinel,
  readStatus,
  type SmallReader,
} from "./small_reader.ts";

const SAMPLES = Deno.env.get("METALGUARD_FORMATS_DIR") ??
  new URL("../fixtures/python_tool", import.meta.url).pathname;

function sample(name: string): string {
  return Deno.readTextFileSync(`${SAMPLES}/${name}`);
}

function now(): Temporal.Instant {
  return Temporal.Now.instant().round("second");
}

/** Reports of panics so many minutes ago. */
function putPanics(place: RealState, ...minutes: readonly number[]): void {
  for (const ago of minutes) {
    const name = `panic-full-${ago}.panic`;
    Deno.writeTextFileSync(
      `${place.reports}/${name}`,
      reportText({
        name,
        form: "panic_full",
        at: now().subtract({ minutes: ago }),
        cause: CAUSES.prepareCount,
        pid: 100 + ago,
      }),
    );
  }
}

/** Reads a file of ours with the small reader; it is ours alone to read. */
function assertReads(path: string, read: SmallReader): string {
  const text = Deno.readTextFileSync(path);
  assert.deepEqual(read(text), [], `${path}: ${text}`);
  assert.equal((Deno.statSync(path).mode ?? 0) & 0o777, 0o600, path);
  const folder = path.slice(0, path.lastIndexOf("/"));
  assert.equal((Deno.statSync(folder).mode ?? 0) & 0o777, 0o700, folder);
  // The Python tool may run under the C locale.
  assert.match(text, /^[\n\x20-\x7e]*$/, path);
  return text;
}

Deno.test("the loads, panics and the open breaker that our layers write down read by their description alone", async () => {
  // Kills: milliseconds for seconds, keys out of order, a line without its end, a file that others may read.
  using place = new RealState();
  putPanics(place, 5, 9);
  await place.cadence().require("mlx-community/tiny");
  await place.cadence().require("google/gemma-4-26b-it");
  const cadence = assertReads(`${place.state}/cadence.json`, readCadence);
  assert.equal(Object.keys(JSON.parse(cadence)).length, 2);
  const history = await place.guard().panics.read({ panicsWithinMs: 86_400e3 });
  assert.equal((await place.ledger().ingest(history)).appendedCount, 2);
  const ledger = assertReads(`${place.state}/panics.jsonl`, readLedger);
  const [first] = ledger.split("\n").map((line) => JSON.parse(line || "{}"));
  assert.deepEqual(
    Object.keys(first).slice(0, 5),
    ["ts", "signature", "explanation", "pid", "source_file"],
  );
  assert.equal(first.pid, 109);
  assert.equal((await place.breaker().check()).kind, "wait");
  assertReads(`${place.state}/breaker.json`, readBreaker);
});

Deno.test("the hold, the ack and the gate's clock that we write down read by their description alone", async () => {
  // Kills: a time with an offset, which the Python tool cannot compare; a reason on three lines.
  using place = new RealState();
  const { panicCooldown } = place.guard();
  await panicCooldown.hold(2 * 3_600_000, { reason: "two\nlines — é" });
  assertReads(`${place.state}/panic-sentinel.json`, readSentinel);
  assert.equal((await panicCooldown.check()).exitCode, 2);
  assertReads(`${place.state}/gate-clock.json`, readGateClock);
  await panicCooldown.ack("a smaller\nmodel");
  const ack = Deno.readTextFileSync(`${place.home}/.metal-guard-ack`);
  assert.deepEqual(readAck(ack), [], ack);
  assert.equal(ack.split("\n")[1], "a smaller model");
});

Deno.test("the lock's record, breadcrumbs and guards that we write down read by their description alone", async () => {
  // Kills: a record that names no living process; a bar or a line break that splits a line of the log.
  using place = new RealState();
  {
    const { lock } = createRealLock(place.lock);
    await using _hold = await lock.acquire("bench_scoped_load");
    const record = JSON.parse(assertReads(place.lock, readLock));
    assert.deepEqual(
      [record.pid, record.label],
      [Deno.pid, "bench_scoped_load"],
    );
    assert.deepEqual(
      Object.keys(record).slice(0, 4),
      ["pid", "label", "started_at", "cmdline"],
    );
    const age = now().epochMilliseconds - Date.parse(record.started_at);
    assert.ok(Math.abs(age) < 60_000, record.started_at);
  }
  const crumbs = place.breadcrumbs();
  await crumbs.write("LOAD", "a | b\nc", { pid: Deno.pid, ctx: 512 });
  await crumbs.write("SUBPROC_PRE", "model", { pid: 7 });
  await crumbs.write("CLEANUP");
  const log = assertReads(
    `${place.state}/metal_breadcrumb.log`,
    readBreadcrumbs,
  );
  assert.equal(log.trimEnd().split("\n").length, 3);
  await using _guard = await place.liveGuards().publish(() => ({
    label: "run",
    phase: "loading",
  }));
  assertReads(`${place.state}/guards/${Deno.pid}.json`, readGuard);
});

/** What ours makes of each of their files; it throws for what it cannot read. */
const OURS: Readonly<Record<string, readonly [SmallReader, SmallReader]>> = {
  "file-breaker.json": [readBreaker, one(decodeBreaker)],
  "file-cadence.json": [readCadence, one(decodeCadence)],
  "file-metal-guard-ack": [readAck, one(decodeAck)],
  "file-metal_breadcrumb.log": [readBreadcrumbs, (text) => {
    const options = { timeZone: "UTC", now: Temporal.Now.instant() };
    return text.trimEnd().split("\n").filter((line) =>
      tryParseBreadcrumb(line, options) === undefined
    );
  }],
  "file-panic-sentinel.json": [readSentinel, one(decodeSentinel)],
  "file-panics.jsonl": [readLedger, (text) => {
    const { records, skippedLines } = decodePanicLedger(text);
    return records.length > 0 && skippedLines === 0 ? [] : ["lines are lost"];
  }],
  "file-status.json": [readStatus, (text) => {
    const again = encodeStatusFile(decodeStatusFile(text));
    return readStatus(again);
  }],
  "lib-lock.json": [readLock, one(decodeLock)],
};

function one(decode: (text: string) => unknown): SmallReader {
  return (text) => decode(text) === undefined ? ["nothing was read"] : [];
}

Deno.test("every state file that the Python tool left is read by ours, and by the small reader", () => {
  // Kills: a small reader that is kinder or stricter than the other tool's files; a file of theirs that nobody reads.
  const names = [...Deno.readDirSync(SAMPLES)].map(({ name }) => name)
    .filter((name) => name.startsWith("file-") || name === "lib-lock.json");
  assert.deepEqual(names.sort(), Object.keys(OURS).sort());
  for (const [name, readers] of Object.entries(OURS)) {
    for (const read of readers) assert.deepEqual(read(sample(name)), [], name);
  }
});

Deno.test("the small reader convicts files of another form, and shares nothing with the program", () => {
  // Kills: a reader that finds nothing wrong with anything.
  const bad: readonly (readonly [SmallReader, string])[] = [
    [readCadence, '{"b": 1767225600, "a": 1767225600}'],
    [readCadence, '{"a": 1767225600000}'],
    [readLedger, '{"ts": 1767225600}'],
    [readLedger, "{}\n"],
    [readBreaker, '{"cooldown_until": 1767225600}'],
    [readSentinel, '{"cooldown_until": "2026-01-01T00:00:00Z"}'],
    [readAck, "yesterday\n"],
    [readAck, "2026-01-01T00:00:00\nwhy\nmore\n"],
    [readLock, '{"pid": 0, "label": "x"}'],
    [
      readLock,
      '{"pid": 1, "label": "x", "started_at": "2026-01-01T00:00:00", "cmdline": ""}',
    ],
    [readGuard, "[]"],
    [readGateClock, "{}"],
    [readBreadcrumbs, "[2026-01-01 00:00:00] LOAD: a | b | c=1\n"],
    [readBreadcrumbs, "[2026-01-01 00:00:00] LOAD: a | b=1 a=2\n"],
    [readBreadcrumbs, "[2026-01-01 00:00:00] LOAD"],
    [readStatus, '{"schema_version": "2.0"}'],
  ];
  for (const [read, text] of bad) assert.notDeepEqual(read(text), [], text);
  const source = Deno.readTextFileSync(
    new URL("./small_reader.ts", import.meta.url),
  );
  assert.doesNotMatch(source, /^import|lib\//m);
});
