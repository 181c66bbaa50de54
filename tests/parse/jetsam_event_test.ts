import assert from "node:assert/strict";
import {
  type JetsamEvent,
  parseJetsamEvent,
} from "../../lib/parse/jetsam_event.ts";
import { FAILURE_TABLES } from "../../lib/registry/failures.ts";

function parse(text: string): JetsamEvent {
  return parseJetsamEvent(text, FAILURE_TABLES);
}

interface Row {
  readonly pid: number;
  readonly name: string;
  readonly rpages: number;
  readonly reason?: string;
}

function report(...rows: readonly Row[]): string {
  const processes = rows.map(({ reason, ...row }) => ({
    states: ["active"],
    physicalPages: { internal: [1, 2], note: "} ] \\ { [" },
    "freeze_skip_reason:": "none",
    ...(reason === undefined ? {} : { reason }),
    ...row,
  }));
  return `{"bug_type":"298","timestamp":"2026-07-20 23:58:46.00 +0200","os_version":"macOS 26.5 (25F71)"}\n${
    JSON.stringify(
      { memoryStatus: { pageSize: 16384 }, largestProcess: "node", processes },
      null,
      1,
    )
  }`;
}

Deno.test("parseJetsamEvent() names who was ended for memory, the largest first", () => {
  // Kills: the largest process, or the first in the list, named as the one that was ended.
  const event = parse(report(
    { pid: 1, name: "quietd", rpages: 5, reason: "idle-exit" },
    { pid: 2, name: "node", rpages: 9_000 },
    { pid: 3, name: "helper", rpages: 10, reason: "per-process-limit" },
    {
      pid: 4,
      name: "python3.13",
      rpages: 4_000,
      reason: "vm-compressor-space-shortage",
    },
  ));
  assert.equal(event.errorClass?.name, "jetsam_kill");
  assert.equal(event.pid, 4);
  assert.equal(event.process, "python3.13");
  assert.equal(event.largestProcess, "node");
  assert.deepEqual(
    event.kills.map((kill) => [kill.pid, kill.reason, kill.residentBytes]),
    [
      [4, "vm-compressor-space-shortage", 4_000 * 16_384],
      [3, "per-process-limit", 10 * 16_384],
    ],
  );
  assert.equal(event.timestamp, "2026-07-20 23:58:46.00 +0200");
  assert.equal(event.osBuild, "25F71");
});

Deno.test("parseJetsamEvent() does not count housekeeping", () => {
  // Kills: a daemon that left when idle, or a full disk, counted as memory run out.
  for (
    const reason of [
      "idle-exit",
      "memory-idle-exit",
      "disk-space-shortage",
      "none",
      "",
    ]
  ) {
    const event = parse(report({ pid: 1, name: "quietd", rpages: 5, reason }));
    assert.equal(event.errorClass, undefined, reason);
    assert.deepEqual(event.kills, [], reason);
  }
  assert.equal(
    parse(report({ pid: 1, name: "a", rpages: 5 })).errorClass,
    undefined,
  );
});

Deno.test("parseJetsamEvent() reads a list that was cut at any place, and throws at none", () => {
  // Kills: a report of several MB whose kill stands before the cut and is lost.
  const text = report(
    { pid: 4, name: "python3.13", rpages: 4_000, reason: "vm-pageshortage" },
    { pid: 5, name: "other", rpages: 1 },
  );
  const whole = text.indexOf('"vm-pageshortage"') + '"vm-pageshortage"'.length;
  for (let end = 0; end <= text.length; end++) {
    const event = parse(text.slice(0, end));
    if (end >= whole) {
      assert.equal(event.errorClass?.name, "jetsam_kill", `${end}`);
    }
  }
});
