import assert from "node:assert/strict";
import {
  benchJson,
  type BenchOptions,
  measure,
  parseBenchArgs,
} from "../../scripts/bench.ts";
import { HOSTILE_KINDS, measureGrowth } from "../../scripts/bench/hostile.ts";
import { median, percentile, shuffled } from "../../scripts/bench/median.ts";
import { BenchPlace } from "../../scripts/bench/place.ts";
import { measureTogether, timeOnce } from "../../scripts/bench/process.ts";
import { REPORT_BYTES, writeReports } from "../../scripts/bench/reports.ts";
import { measureSafety, measureScan } from "../../scripts/bench/safety.ts";
import { rowsOf } from "../../scripts/bench/sampling.ts";
import {
  measureDecisions,
  measureOvershoots,
} from "../../scripts/bench/supervision.ts";
import { nativeRows } from "../../scripts/bench/native.ts";
import {
  isOver,
  isUnmeasured,
  limitRow,
  mebibyteRow,
  memoryRow,
  ratioRow,
  tableText,
  timeRow,
} from "../../scripts/bench/row.ts";
import { parsePanicReport } from "../../lib/parse/panic_report.ts";
import { FAILURE_TABLES } from "../../lib/registry/failures.ts";

const PROJECT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

const OPTIONS: BenchOptions = {
  json: undefined,
  isReportOnly: false,
  rounds: 1,
  reports: 10,
};

Deno.test("median() takes the middle, not the mean, and sorts numbers as numbers", () => {
  // Kills: one slow run that moves a row over its target; "9" after "10".
  assert.equal(median([10, 9, 1_000]), 10);
  assert.equal(median([1, 2, 3, 100]), 2.5);
  assert.equal(median([]), NaN);
});

Deno.test("percentile() is a value that was measured, of the slow end", () => {
  // Kills: a p95 that is the mean, or that leaves the slowest of twenty out.
  const values = Array.from({ length: 20 }, (_, at) => at + 1);
  assert.equal(percentile(values, 0.95), 19);
  assert.equal(percentile([3, 1, 2], 0.95), 3);
  assert.throws(() => percentile([], 0.95), /nothing was measured/);
});

Deno.test("a decision and an overshoot are measured on programs that are really ended", () => {
  // Kills: a row of a program that nobody ended.
  using place = new BenchPlace(PROJECT, { gate: 1, panics: 1 });
  const [decisionMs = NaN] = measureDecisions(1);
  assert.ok(decisionMs > 0 && decisionMs < 5_000, `${decisionMs} ms`);
  const [overshoot = NaN] = measureOvershoots(
    (args) => place.unbundled(args),
    1,
  );
  assert.ok(overshoot >= 0 && overshoot < 384, `${overshoot} MiB`);
});

Deno.test("shuffled() keeps every thing once, in an order that chance decides", () => {
  // Kills: subjects that always run in one order, so that one always pays for the other's caches.
  const chances = [0.9, 0.1, 0.5];
  const order = shuffled(["a", "b", "c"], () => chances.shift() ?? 0);
  assert.deepEqual(order, ["b", "c", "a"]);
});

Deno.test("mebibyteRow() is over its limit beyond it, and says MiB", () => {
  // Kills: a guard's memory that is compared with nothing.
  assert.equal(isOver(mebibyteRow("id", "what", 60, 60)), false);
  const over = mebibyteRow("id", "what", 60.1, 60);
  assert.equal(isOver(over), true);
  assert.match(tableText([over]), /60\.1 MiB +≤ 60\.0 MiB +OVER/);
});

Deno.test("isOver() lets a row of exactly its target pass, and what is unknown or has no target", () => {
  // Kills: `>=`, and a machine without /usr/bin/time that fails the bench.
  const ratio = (time: number): boolean =>
    isOver(ratioRow("id", "what", { time, base: 100, target: 1.35 }));
  assert.equal(ratio(135), false);
  assert.equal(ratio(135.1), true);
  const unknown = memoryRow("id", "what", {
    peak: undefined,
    base: 20,
    target: 8,
  });
  assert.equal(unknown.value, null);
  assert.equal(isOver(unknown), false);
  assert.equal(isOver(timeRow("id", "what", 1e9)), false);
});

Deno.test("tableText() marks the rows that are over, and no others", () => {
  // Kills: a table in which a person has to compare the numbers.
  const text = tableText([
    ratioRow("a", "slow", { time: 30, base: 10, target: 2 }),
    ratioRow("b", "quick", { time: 15, base: 10, target: 2 }),
    memoryRow("c", "memory", { peak: undefined, base: undefined, target: 8 }),
  ]);
  const [slow = "", quick = "", memory = ""] = text.split("\n");
  assert.match(slow, /3\.00 ×.*≤ 2\.00 ×.*OVER.*30\.0 \/ 10\.0 ms/);
  assert.match(quick, /1\.50 ×.*ok/);
  assert.match(memory, /unknown.*≤ 8\.0 MiB.*NOT MEASURED/);
});

Deno.test("parseBenchArgs() takes a file after --json or none, and refuses what it does not know", () => {
  // Kills: `--json --report-only` that writes a file named --report-only.
  assert.equal(parseBenchArgs(["--json"]).json, "-");
  assert.deepEqual(
    parseBenchArgs(["--json", "--report-only", "--rounds", "3"]),
    { json: "-", isReportOnly: true, rounds: 3, reports: 2_000 },
  );
  assert.equal(parseBenchArgs(["--json", "out.json"]).json, "out.json");
  for (const bad of [["--rounds"], ["--rounds", "0"], ["--fast"]]) {
    assert.throws(() => parseBenchArgs(bad), Error, bad.join(" "));
  }
});

Deno.test("writeReports() writes different crashes of full size that take hardly any room", async () => {
  // Kills: 2,000 reports that merge into one, a head that is no panic, two gigabytes on somebody's disk.
  const folder = await Deno.makeTempDir();
  try {
    const now = Temporal.Instant.from("2026-09-14T12:00:00Z");
    writeReports(folder, { count: 3, ageHours: (number) => number * 48 }, now);
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assert.equal(names.length, 3);
    const boots = new Set<string>();
    for (const name of names) {
      const path = `${folder}/${name}`;
      const info = Deno.statSync(path);
      assert.equal(info.size, REPORT_BYTES);
      if (info.blocks !== null) assert.ok(info.blocks * 512 < 100_000);
      const head = Deno.readFileSync(path).subarray(0, 16_384);
      // Kills: a hole where the program reads, which no report has.
      assert.equal(head.includes(0), false);
      const report = parsePanicReport(
        new TextDecoder().decode(head),
        FAILURE_TABLES,
      );
      assert.equal(report.signature?.id, "prepare_count_underflow");
      assert.equal(report.hasWholePanicText, true);
      boots.add(report.bootSessionUuid ?? "");
      assert.equal(
        info.mtime?.getTime(),
        report.calendarAt?.epochMilliseconds,
      );
    }
    assert.equal(boots.size, 3);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("measureGrowth() sees a parser that looks at every pair of characters", () => {
  // Kills: a bench that calls everything linear.
  const quadratic = measureGrowth({
    name: "pairs",
    make: (length) => "x".repeat(length),
    parse: (text) => {
      let pairs = 0;
      for (let a = 0; a < text.length; a++) {
        for (let b = 0; b < text.length; b++) pairs ^= a & b;
      }
      return pairs;
    },
  }, { length: 4_000, rounds: 3 });
  assert.ok(quadratic.ratio > 3, `ratio ${quadratic.ratio}`);
});

Deno.test("HOSTILE_KINDS make texts that grow with the length asked for", () => {
  // Kills: a kind that measures the same text twice.
  for (const kind of HOSTILE_KINDS) {
    const [short, long] = [kind.make(1_000).length, kind.make(2_000).length];
    assert.ok(Math.abs(long - short - 1_000) < 10, kind.name);
    kind.parse(kind.make(1_000));
  }
});

Deno.test("nativeRows() have no value where there is no dylib, and are not over then", () => {
  // Kills: a bench that fails on a clone without compiler; a missing dylib that counts as fast.
  const rows = nativeRows(PROJECT, "/nowhere/libmetalguard.dylib");
  assert.deepEqual(rows.map((row) => [row.id, row.value, isOver(row)]), [
    ["native-load", null, false],
    ["native-reading", null, false],
    ["native-against-ioreg", null, false],
  ]);
  assert.ok(rows.every((row) => row.target !== null && row.target > 0));
  assert.equal(isOver(limitRow("id", "what", 1.01, 1)), true);
  assert.equal(isOver(limitRow("id", "what", 1, 1)), false);
});

Deno.test("rowsOf() says the share of a core, and has no value for a way that cannot be had", () => {
  // Kills: a way that is dropped in silence; a cost that is compared with another way's interval.
  const rows = rowsOf([
    { source: "proc", costMs: 0.5, shortestMs: 50 },
    { source: "ps", costMs: 15, shortestMs: 500 },
  ]);
  assert.deepEqual(
    rows.map((row) => [row.id, row.value, isOver(row), isUnmeasured(row)]),
    [
      ["sampling-proc", 0.01, false, false],
      ["sampling-native", null, false, true],
      ["sampling-cat", null, false, true],
      ["sampling-ps", 0.03, true, false],
    ],
  );
});

Deno.test("timeOnce() refuses to measure a program that did not do its work", () => {
  // Kills: a quick crash that counts as a fast program.
  const subject = {
    words: [Deno.execPath(), "eval", "--no-config", "Deno.exit(7)"],
    env: {},
    goodCodes: [0, 1],
  };
  assert.throws(() => timeOnce(subject), /ended with 7/);
  const good = { ...subject, goodCodes: [7] };
  const measured = measureTogether({ good }, { rounds: 1 });
  assert.ok(measured.good.wallMs > 0);
  assert.equal(measured.good.peakMiB, undefined);
});

Deno.test("the bench measures every row, names the ones over, and leaves nothing behind", async () => {
  // Kills: a row that is dropped in silence; 55 MB of reports left in the temporary folder after each run.
  let root = "";
  {
    using place = new BenchPlace(PROJECT, { gate: 10, panics: 10 });
    root = place.bundlePath.replace(/\/[^/]*$/, "");
    // Stands in for the bundle, which takes a package from the network the first time.
    await Deno.writeTextFile(place.bundlePath, "Deno.exitCode = 2;\n");
    const rows = measure(place, OPTIONS);
    const ids = rows.map((row) => row.id);
    for (
      const id of [
        "bare",
        "gate-empty",
        "gate-empty-memory",
        "gate-unbundled",
        "gate-reports",
        "status",
        "ack",
        "run-true",
        "panics",
        "native-load",
        "native-reading",
        "native-against-ioreg",
        "sampling-proc",
        "sampling-native",
        "sampling-cat",
        "sampling-ps",
      ]
    ) assert.ok(ids.includes(id), id);
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(
      ids.filter((id) => id.startsWith("hostile-")).length,
      HOSTILE_KINDS.length * 2,
    );
    const unbundled = rows.find((row) => row.id === "gate-unbundled");
    const empty = rows.find((row) => row.id === "gate-empty");
    assert.ok((unbundled?.value ?? 0) > (empty?.value ?? Infinity));
    const slow = ratioRow("slow", "slow", { time: 9, base: 1, target: 2 });
    const json: unknown = JSON.parse(benchJson([...rows, slow], OPTIONS));
    assert.ok(JSON.stringify(json).includes('"slow"'));
  }
  await assert.rejects(Deno.stat(root), Deno.errors.NotFound);
});

Deno.test("measureSafety() measures a long log against a short one, and the lock against two syncs", async () => {
  // Kills: a row that is dropped in silence; a lock that is measured without being had.
  const rows = await measureSafety(2);
  assert.deepEqual(rows.map((row) => row.id), ["orphan-scan", "lock"]);
  for (const row of rows) {
    assert.ok((row.measured ?? 0) > 0 && (row.base ?? 0) > 0, row.id);
  }
  assert.equal(rows[0]?.target, 1.5);
});

Deno.test("measureScan() convicts a scan that reads the whole log, and refuses one that finds nothing", async () => {
  // Kills: a log so hollow that reading all of it costs nothing.
  const folder = await Deno.makeTempDir();
  try {
    const options = { bytes: 64 * 2 ** 20, rounds: 1 };
    const { timeMs, baseMs } = await measureScan(folder, {
      ...options,
      scan: (path) =>
        Promise.resolve(
          new TextDecoder().decode(Deno.readFileSync(path)).split("\n").length >
              2
            ? 1
            : 0,
        ),
    });
    assert.ok(timeMs / baseMs > 1.5, `${timeMs} / ${baseMs}`);
    for (const name of ["long.log", "short.log"]) {
      await Deno.remove(`${folder}/${name}`);
    }
    await assert.rejects(
      measureScan(folder, { ...options, scan: () => Promise.resolve(0) }),
      /0 orphans/,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("end_timer.ts tells how long a program takes to end, and refuses one that ends badly", () => {
  // Kills: a row that shows the time of a crash, or of a program that was killed.
  const folder = Deno.makeTempDirSync();
  const time = (script: string): Deno.CommandOutput =>
    new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        `${PROJECT}/scripts/bench/end_timer.ts`,
        `${folder}/there`,
        "/bin/sh",
        "-c",
        script,
      ],
    }).outputSync();
  try {
    const begin = `: > ${folder}/there; `;
    const wait = "while :; do sleep 0.02; done";
    const good = time(`trap 'sleep 0.1; exit 0' TERM; ${begin}${wait}`);
    const ms = Number(new TextDecoder().decode(good.stdout));
    assert.ok(ms >= 100 && ms < 5_000, String(ms));
    assert.equal(time(`trap 'exit 3' TERM; ${begin}${wait}`).success, false);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
