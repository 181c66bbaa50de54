import assert from "node:assert/strict";
import { addMs, epochSeconds, HOUR_MS } from "../../lib/core/instant.ts";
import { FirstSight } from "../../lib/facts/first_sight.ts";
import type { FailurePorts } from "../../lib/facts/panic_history.ts";
import {
  firstSeenInLedger,
  type LedgerReading,
  panicsInLedger,
  panicsNotIn,
  readPanicLedger,
} from "../../lib/facts/panic_ledger.ts";
import type { PanicEvent } from "../../lib/facts/panic_merge.ts";
import { FAILURE_TABLES } from "../../lib/registry/failures.ts";
import { FakeClock } from "../fakes/clock.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";
import { BOOT_A, BOOT_B, panicText } from "../fakes/reports.ts";

const NOW = Temporal.Instant.from("2026-11-23T12:00:00Z");
const SECONDS = epochSeconds(NOW);
const WRITTEN = "2026-11-23T11:59:00Z";
const LEDGER = "/s/panics.jsonl";
const REPORTS = "/r";
const FOLDERS = [{ path: REPORTS, isEvidence: true }];
const NAMED = "panic-full-2026-11-23-115000.0002.panic";

type Line = Readonly<Record<string, string | number | null>>;

class Machine {
  readonly clock = new FakeClock(NOW);
  readonly store = new MemoryFileStore({ clock: this.clock }).putFolder("/s");
  readonly ports: FailurePorts = {
    clock: this.clock,
    store: this.store,
    tables: FAILURE_TABLES,
    firstSight: new FirstSight(this.clock),
  };

  lines(...lines: readonly (Line | string)[]): this {
    const text = lines.map((line) =>
      `${typeof line === "string" ? line : JSON.stringify(line)}\n`
    ).join("");
    this.store.put(LEDGER, text, { modifiedAt: WRITTEN });
    return this;
  }

  read(): LedgerReading {
    return readPanicLedger(this.ports, LEDGER);
  }

  events(): readonly PanicEvent[] {
    return panicsInLedger(this.ports, this.read(), {
      folders: FOLDERS,
      since: addMs(NOW, -HOUR_MS),
    });
  }
}

function event(fields: Partial<PanicEvent["record"]>): PanicEvent {
  const record = {
    ts: SECONDS - 100,
    signature: "unknown",
    explanation: null,
    pid: null,
    sourceFile: "/r/new.panic",
    bootSessionUuid: null,
    process: null,
    osBuild: null,
    kextVersion: null,
    ...fields,
  };
  return {
    time: { at: addMs(NOW, -100_000), source: "calendar" },
    signature: undefined,
    record,
    sourceFiles: [record.sourceFile],
  };
}

Deno.test("readPanicLedger() reads both tools' lines and reports the number of those that are none", () => {
  // Kills: a torn line that hides the others, or is passed over in silence.
  const machine = new Machine().lines(
    {
      ts: SECONDS - 60,
      signature: "prepare_count_underflow",
      explanation: "x",
      pid: 1,
      source_file: "a60.panic",
    },
    "not json",
    "[]",
    { ts: "x" },
    { ts: SECONDS - 30, boot_session_uuid: BOOT_A.toLowerCase() },
    {
      ts: SECONDS - 20,
      boot_session_uuid: "00000000-0000-0000-0000-000000000000",
    },
  );
  const { entries, findings } = machine.read();
  assert.deepEqual(entries.map((one) => one.record.bootSessionUuid), [
    null,
    BOOT_A,
    null,
  ]);
  assert.match(findings[0]?.message ?? "", /^3 lines /);
});

Deno.test("an absent ledger says nothing; one that cannot be read is dated by when that came to be so", () => {
  // Kills: a ledger of root's taken for "no panics"; one that is strict for ever (SAFETY H2).
  assert.deepEqual(new Machine().read().findings, []);
  const changedAt = "2026-11-23T11:45:00Z";
  const ways: readonly ((store: MemoryFileStore) => void)[] = [
    (store) => store.put(LEDGER, "", { mode: 0, changedAt }),
    (store) => store.putFolder(LEDGER, { modifiedAt: changedAt }),
    (store) => store.putOther(LEDGER, { modifiedAt: changedAt }),
    (store) => store.putFolder("/s", { mode: 0, changedAt }),
  ];
  for (const [index, put] of ways.entries()) {
    const machine = new Machine();
    put(machine.store);
    const { unreadableSince, findings } = machine.read();
    assert.equal(unreadableSince?.toString(), changedAt, `way ${index}`);
    assert.deepEqual(findings.map((one) => one.code), ["ledger-unreadable"]);
  }
});

Deno.test("of a large ledger only the end is read, from a whole line on", () => {
  // Kills: a ledger of hundreds of megabytes that stops the machine; its half first line told as a damaged one.
  const machine = new Machine();
  const filler = `{"ts": 1, "x": "${"y".repeat(90)}"}\n`.repeat(15_000);
  machine.store.put(LEDGER, `${filler}{"ts": ${SECONDS}}\n`);
  const { entries, findings } = machine.read();
  assert.ok(entries.length > 5_000 && entries.length < 15_000);
  assert.deepEqual(findings, []);
  assert.equal(entries.at(-1)?.record.ts, SECONDS);
});

Deno.test("a line dated ahead of now counts from the ledger's last write, or from when it was first seen", () => {
  // Kills: a panic of 2036 that keeps the breaker open until then; one that is thrown away (SAFETY T1).
  const ahead = (more: Line = {}): Line => ({
    ts: SECONDS + 61,
    source_file: "/r/x.panic",
    ...more,
  });
  const [unsettled] = new Machine().lines(ahead()).read().entries;
  assert.deepEqual(
    [unsettled?.at.toString(), unsettled?.isUnsettled],
    [WRITTEN, true],
  );
  const both = new Machine().lines(
    ahead(),
    ahead({ first_seen: SECONDS - 600 }),
  );
  assert.deepEqual(
    both.read().entries.map((one) => [one.at.toString(), one.isUnsettled]),
    [["2026-11-23T11:50:00Z", false], ["2026-11-23T11:50:00Z", false]],
  );
  assert.equal(both.events().length, 1);
  both.clock.setNow("2036-01-01T00:00:00Z");
  assert.equal(both.read().entries[0]?.at.toString(), "2026-11-23T11:50:00Z");
});

Deno.test("firstSeenInLedger() answers the earliest moment that was written down", () => {
  // Kills: a panic that is renewed whenever its report is read again (SAFETY T1).
  const seen = firstSeenInLedger(
    new Machine().lines(
      { ts: SECONDS, source_file: "/r/a", first_seen: SECONDS - 10 },
      { ts: SECONDS, source_file: "/r/a", first_seen: SECONDS - 20 },
      { ts: SECONDS, source_file: "/r/b" },
      {
        ts: SECONDS,
        source_file: "/r/d",
        first_seen: SECONDS,
        boot_session_uuid: BOOT_A,
      },
    ).read(),
  );
  assert.equal(seen("/r/a", BOOT_A)?.toString(), "2026-11-23T11:59:40Z");
  assert.deepEqual([seen("/r/b", null), seen("/r/c", null)], [
    undefined,
    undefined,
  ]);
  assert.notEqual(seen("/r/d", BOOT_A), undefined);
  assert.notEqual(seen("/r/d", null), undefined);
  assert.equal(seen("/r/d", BOOT_B), undefined, "another panic by now");
});

Deno.test("panicsNotIn() knows a panic by its boot, its report, and its second and pid", () => {
  // Kills: a panic that is written down at each start; two boots taken for one because their seconds agree.
  const reading = new Machine().lines(
    {
      ts: SECONDS - 50.9,
      pid: 7,
      source_file: `/r/${NAMED}`,
      boot_session_uuid: BOOT_A,
    },
    { ts: SECONDS - 900, pid: 8, source_file: "/old/python.panic" },
  ).read();
  const isNew = (fields: Partial<PanicEvent["record"]>): boolean =>
    panicsNotIn(reading, [event(fields)]).length === 1;
  assert.equal(isNew({ bootSessionUuid: BOOT_A }), false);
  assert.equal(
    isNew({ bootSessionUuid: BOOT_B, ts: SECONDS - 50.9, pid: 7 }),
    true,
  );
  assert.equal(isNew({ ts: SECONDS - 51.1, pid: 7 }), true, "another second");
  assert.equal(isNew({ ts: SECONDS - 50.95, pid: 7 }), false);
  assert.equal(isNew({ ts: SECONDS - 50.9, pid: null }), true);
  assert.equal(isNew({ sourceFile: `/r/Retired/${NAMED}` }), false, "moved");
  assert.equal(isNew({ sourceFile: "/old/python.panic" }), false);
  assert.equal(
    isNew({ sourceFile: "/new/python.panic" }),
    true,
    "a name without a time",
  );
});

Deno.test("one crash is one event: by boot, and by second and pid, none equals none", () => {
  // Kills: two reports of one crash that open the breaker.
  const machine = new Machine().lines(
    {
      ts: SECONDS - 60,
      pid: 1,
      source_file: "/r/full.panic",
      boot_session_uuid: BOOT_A,
    },
    {
      ts: SECONDS - 58,
      pid: 2,
      source_file: "/r/base.panic",
      boot_session_uuid: BOOT_A,
    },
    { ts: SECONDS - 30.2, source_file: "/r/c" },
    { ts: SECONDS - 30.1, source_file: "/r/d" },
    { ts: SECONDS - 30.1, pid: 3, source_file: "/r/e" },
  );
  assert.equal(machine.events().length, 3);
  assert.equal(
    new Machine().lines({ ts: SECONDS - 3_600 }, { ts: SECONDS - 3_601 })
      .events()
      .length,
    1,
  );
});

Deno.test("a line without a boot has its report asked, in the report folders and nowhere else", () => {
  // Kills: two lines of the Python tool about one crash that open the breaker; any file of the disk opened by a line.
  const lines = (folder: string): Line[] =>
    ["a", "b"].map((mark, index) => ({
      ts: SECONDS - 60 + index,
      pid: 1,
      source_file:
        `${folder}/panic-full-2026-11-23-11590${index}.${mark}.panic`,
    }));
  const machine = (folder: string): Machine => {
    const made = new Machine().lines(...lines(folder));
    for (const line of lines(folder)) {
      made.store.put(String(line["source_file"]), panicText({ boot: BOOT_A }));
    }
    return made;
  };
  assert.equal(machine(REPORTS).events().length, 1);
  const elsewhere = machine("/etc");
  assert.equal(elsewhere.events().length, 2);
  assert.deepEqual(elsewhere.store.opened, [LEDGER]);
  const gone = new Machine().lines(...lines(REPORTS));
  assert.equal(gone.events().length, 2);
});
