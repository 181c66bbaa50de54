import assert from "node:assert/strict";
import { DAY_MS, HOUR_MS } from "../../lib/core/instant.ts";
import { FirstSight } from "../../lib/facts/first_sight.ts";
import {
  type FailureHistory,
  readFailureHistory,
} from "../../lib/facts/panic_history.ts";
import { FAILURE_TABLES } from "../../lib/registry/failures.ts";
import { FakeClock } from "../fakes/clock.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";
import {
  abortText,
  BOOT_B,
  OTHER_STATEMENT,
  panicText,
} from "../fakes/reports.ts";

const NOW = "2026-11-23T12:00:00Z";
const AN_HOUR_AGO = "2026-11-23T11:00:00Z";

class Machine {
  readonly clock: FakeClock;
  readonly store: MemoryFileStore;
  readonly #firstSight: FirstSight;

  constructor(zone = "UTC", now = NOW) {
    this.clock = new FakeClock(now, zone);
    this.store = new MemoryFileStore({ clock: this.clock });
    this.#firstSight = new FirstSight(this.clock);
  }

  read(isEvidence = true, abortsWithinMs = DAY_MS): FailureHistory {
    return readFailureHistory(
      {
        store: this.store,
        clock: this.clock,
        tables: FAILURE_TABLES,
        firstSight: this.#firstSight,
      },
      {
        folders: [{ path: "/r", isEvidence }],
        panicsWithinMs: 72 * HOUR_MS,
        abortsWithinMs,
      },
    );
  }

  times(): string[] {
    return this.read().panics.map((panic) =>
      `${panic.time.source} ${panic.time.at}`
    );
  }
}

Deno.test("one crash in two files counts once", () => {
  // Kills: panic-full and panic-base+socd of one crash counted as two, which locks the machine.
  const text = panicText({ calendarAt: AN_HOUR_AGO });
  const machine = new Machine();
  machine.store.put("/r/panic-full-2026-11-23-110200.0002.panic", text);
  machine.store.put("/r/panic-base+socd-2026-11-23-110201.000.panic", text);
  assert.equal(machine.read().panics.length, 1);
  assert.equal(machine.read().panics[0]?.sourceFiles.length, 2);
});

Deno.test("time comes from the report, not from the file", () => {
  // Kills: a copy or a `touch` that renews or hides a panic (SPEC 2.4).
  const machine = new Machine("Europe/Paris");
  const put = (text: string, modifiedAt: string): void => {
    machine.store.put("/r/panic-full-2026-11-23-080000.panic", text, {
      modifiedAt,
    });
  };
  const header = "2026-11-23 10:00:00.00 +0100";
  put(panicText({ calendarAt: AN_HOUR_AGO, header }), NOW);
  assert.deepEqual(machine.times(), ["calendar 2026-11-23T11:00:00Z"]);
  put(panicText({ header }), NOW);
  assert.deepEqual(machine.times(), ["header 2026-11-23T09:00:00Z"]);
  put(panicText(), NOW);
  assert.deepEqual(machine.times(), ["file-name 2026-11-23T07:00:00Z"]);
});

Deno.test("a report without any time of its own has the file's", () => {
  // Kills: a panic text that a user saved by hand, dropped.
  const machine = new Machine();
  machine.store.put("/r/saved.panic", panicText(), {
    modifiedAt: "2026-11-23T06:00:00Z",
  });
  assert.deepEqual(machine.times(), ["modified 2026-11-23T06:00:00Z"]);
  machine.store.put("/r/saved.panic", panicText(), {
    modifiedAt: "2036-01-01T00:00:00Z",
    changedAt: "2026-11-23T05:00:00Z",
  });
  assert.deepEqual(machine.times(), ["changed 2026-11-23T05:00:00Z"]);
});

Deno.test("a date in the future is settled once and stays there when it comes to pass", async () => {
  // Kills: a report dated next week that is a fresh panic next week (SAFETY T1).
  const machine = new Machine();
  machine.store.put(
    "/r/panic.panic",
    panicText({ calendarAt: "2026-11-25T12:00:00Z" }),
    { modifiedAt: AN_HOUR_AGO },
  );
  assert.deepEqual(machine.times(), ["modified 2026-11-23T11:00:00Z"]);
  await machine.clock.advance(2 * DAY_MS);
  assert.deepEqual(machine.times(), ["modified 2026-11-23T11:00:00Z"]);
});

Deno.test("in the doubled hour of autumn a panic does not move when the later hour has come", async () => {
  // Kills: a cooldown that grows by an hour when the clock passes the second reading.
  const machine = new Machine("Europe/Paris", "2026-10-25T00:40:00Z");
  machine.store.put(
    "/r/panic.panic",
    panicText({ header: "2026-10-25 02:30:00" }),
  );
  assert.deepEqual(machine.times(), ["header 2026-10-25T00:30:00Z"]);
  await machine.clock.advance(2 * HOUR_MS);
  assert.deepEqual(machine.times(), ["header 2026-10-25T00:30:00Z"]);
});

Deno.test("in the doubled hour a process that starts later takes the later reading", () => {
  // Kills: a panic that counts as an hour older than it may be.
  const machine = new Machine("Europe/Paris", "2026-10-25T01:40:00Z");
  machine.store.put(
    "/r/panic.panic",
    panicText({ header: "2026-10-25 02:30:00" }),
  );
  assert.deepEqual(machine.times(), ["header 2026-10-25T01:30:00Z"]);
});

Deno.test("a panic of exactly the window's age is told, an older one is not", () => {
  // Kills: the other edge of the window.
  const machine = new Machine();
  const put = (name: string, calendarAt: string, boot: string | null): void => {
    machine.store.put(`/r/${name}.panic`, panicText({ calendarAt, boot }));
  };
  put("edge", "2026-11-20T12:00:00Z", BOOT_B);
  put("old", "2026-11-20T11:59:59Z", null);
  assert.deepEqual(machine.times(), ["calendar 2026-11-20T12:00:00Z"]);
});

Deno.test("a *.panic that cannot be opened is unread evidence when it changed within 72 h, else a finding", () => {
  // Kills: "no panics" out of a report that was never read; exit 3 for ever because of one of last year (SPEC 4.3).
  const machine = new Machine();
  const put = (modifiedAt: string): FailureHistory => {
    machine.store.put("/r/x.panic", panicText(), { modifiedAt, mode: 0 });
    return machine.read();
  };
  const edge = put("2026-11-20T12:00:00Z");
  assert.equal(edge.unreadable.length, 1);
  assert.match(edge.unreadable[0]?.fix ?? "", /sudo chmod o\+r \/r\/x\.panic/);
  const old = put("2026-11-20T11:59:59Z");
  assert.deepEqual(old.unreadable, []);
  assert.deepEqual(old.findings.map((one) => one.code), ["report-unreadable"]);
});

Deno.test("what cannot be opened where no panic is expected is a finding only", () => {
  // Kills: exit 3 on every Mac, because /var/db/PanicReporter holds a file of root's.
  const machine = new Machine();
  machine.store.put("/r/current.panic", panicText(), { mode: 0 });
  const { unreadable, findings } = machine.read(false);
  assert.deepEqual(unreadable, []);
  assert.deepEqual(findings.map((one) => one.code), ["report-unreadable"]);
});

Deno.test("Jetsam and process reports that cannot be opened are one finding, however many", () => {
  // Kills: exit 3, or a page of notes, because reports of another group are closed.
  const machine = new Machine();
  for (let index = 0; index < 5; index++) {
    machine.store.put(`/r/JetsamEvent-${index}.ips`, "", { mode: 0 });
    machine.store.put(`/r/python-${index}.ips`, "", { mode: 0 });
  }
  const { unreadable, findings } = machine.read();
  assert.deepEqual(unreadable, []);
  assert.equal(findings.length, 1);
  assert.match(findings[0]?.message ?? "", /^10 reports/);
});

Deno.test("a report that is gone when it is opened is nothing", () => {
  // Kills: exit 3 because macOS moved a report to Retired meanwhile.
  const machine = new Machine();
  machine.store.list = () => [{ name: "x.panic", kind: "file" }];
  const { panics, unreadable, findings } = machine.read();
  assert.deepEqual([panics, unreadable, findings], [[], [], []]);
});

Deno.test("aborts are counted within their own window, once a file name, never as panics", () => {
  // Kills: one abort reached by two folders counted twice; aborts among the panics.
  const machine = new Machine();
  const at = "2026-11-23 11:00:00.00 +0000";
  machine.store.put("/r/python3-1.ips", abortText(at));
  machine.store.put("/r/old.ips", abortText("2026-11-22 11:59:59.00 +0000"));
  machine.store.put("/r/edge.ips", abortText("2026-11-22 12:00:00.00 +0000"));
  const { aborts, panics } = machine.read();
  assert.deepEqual(panics, []);
  assert.deepEqual(aborts.map((abort) => abort.sourceFile), [
    "/r/python3-1.ips",
    "/r/edge.ips",
  ]);
  assert.deepEqual(machine.read(true, 0).aborts, []);
});

Deno.test("a kernel panic of another driver is told, but does not blame the GPU", () => {
  // Kills: `panics` that hides every panic without a signature.
  const machine = new Machine();
  const text = panicText({
    calendarAt: AN_HOUR_AGO,
    statement: OTHER_STATEMENT,
  });
  machine.store.put("/r/x.panic", text);
  const [panic] = machine.read().panics;
  assert.deepEqual(
    [panic?.signature, panic?.record.signature, panic?.record.explanation],
    [undefined, "unknown", null],
  );
  assert.equal(panic?.record.bootSessionUuid?.length, 36);
});

Deno.test("a file named like a panic that says nothing of one is told", () => {
  // Kills: a torn report taken for a panic in silence.
  const machine = new Machine();
  machine.store.put("/r/x.panic", "");
  assert.deepEqual(machine.read().findings.map((one) => one.code), [
    "report-without-panic",
  ]);
});
