import assert from "node:assert/strict";
import type { LockState, LockStatus } from "../../lib/core/lock_hold.ts";
import { known, unknown } from "../../lib/core/observed.ts";
import {
  hasStaleLock,
  lockHolderJson,
  processLayersJson,
  processLayersRows,
  type ProcessLayersView,
} from "../../lib/report/status_layers.ts";

const NOW = Temporal.Instant.from("2026-11-23T12:00:00Z");
const OPTIONS = { timeZone: "UTC", now: NOW };

function lockOf(state: LockState, path: string | null = "/l"): LockStatus {
  return {
    state,
    reason: "held by process 7 (night)",
    path,
    elapsedMs: 61_000,
    holder: {
      pid: 7,
      label: "night",
      startedAt: Temporal.Instant.from("2026-11-23T11:58:59Z"),
      commandLine: "python x.py",
      guardPid: null,
      host: null,
    },
  };
}

const BREAKER = {
  isInCooldown: true,
  cooldownUntil: Temporal.Instant.from("2026-11-23T12:40:00Z"),
  cooldownRemainingMs: 2_400_000,
  panicThreshold: 2,
  windowMs: 3_600_000,
  recentPanicCount: 2,
  reason: "2 kernel panics ≥ 2",
  findings: [],
};

const VIEW: ProcessLayersView = {
  lock: known(lockOf("held")),
  breaker: known(BREAKER),
  cadence: known({
    sameModelIntervalMs: 180_000,
    crossModelIntervalMs: 0,
    findings: [],
    loads: [{
      modelId: "org/\u001b[31mred",
      loadedAt: Temporal.Instant.from("2026-11-23T11:59:00Z"),
      elapsedMs: 60_000,
      clearAt: Temporal.Instant.from("2026-11-23T12:02:00Z"),
    }, {
      modelId: "org/old",
      loadedAt: Temporal.Instant.from("2026-11-23T11:00:00Z"),
      elapsedMs: 3_600_000,
      clearAt: NOW,
    }],
  }),
  guards: known([{
    isFresh: false,
    file: {
      pid: 9,
      label: "run",
      model: "org/m",
      phase: "generating",
      heartbeatAt: Temporal.Instant.from("2026-11-23T11:58:00Z"),
      kvRequests: [{ requestId: "r", bytes: 5 }],
      resourceCount: undefined,
    },
  }]),
};

Deno.test("processLayersRows() says who has the lock, and what has to wait until when", () => {
  // Kills: an open breaker without its end; a model that may load again, listed as waiting; a name that colours the terminal.
  assert.deepEqual(processLayersRows(VIEW, OPTIONS), [
    "Lock        held by process 7 (night), for 2 min",
    "Breaker     open: 2 kernel panics ≥ 2\n            until Mon 23 Nov 2026, 12:40 (UTC)",
    "Cadence     org/ [31mred: again from Mon 23 Nov 2026, 12:02 (UTC)",
    "Guards      process 9 (run, org/m): generating, without a fresh heartbeat",
  ]);
});

Deno.test("processLayersRows() shows a stale lock with its way out, and no more than five rows of a kind", () => {
  // Kills: a stale lock that reads like a held one; a thousand guards that push the rest off the screen.
  const [guard] = VIEW.guards.kind === "known" ? VIEW.guards.value : [];
  assert.ok(guard !== undefined);
  const rows = processLayersRows({
    ...VIEW,
    lock: known(lockOf("stale")),
    guards: known(Array.from({ length: 7 }, () => guard)),
  }, OPTIONS);
  assert.match(
    rows[0] ?? "",
    /^Lock {8}stale: .*\n {12}metal-guard lock release/,
  );
  assert.equal(rows[3]?.split("\n").length, 6);
  assert.match(rows[3] ?? "", /and 2 more$/);
});

Deno.test("what could not be asked is unknown in words and null in JSON", () => {
  // Kills: a free lock that nobody has looked at.
  const reading = unknown<never>("ps gave no answer");
  const blind = {
    lock: reading,
    breaker: reading,
    cadence: reading,
    guards: reading,
  };
  for (const row of processLayersRows(blind, OPTIONS)) {
    assert.match(row, /unknown: ps gave no answer$/);
  }
  assert.deepEqual(
    [...new Set(Object.values(processLayersJson(blind)))],
    [null],
  );
  assert.equal(lockHolderJson(blind.lock), null);
});

Deno.test("processLayersJson() has the keys of the seed, and figures in its units", () => {
  // Kills: milliseconds where dashboards expect seconds.
  const json = processLayersJson(VIEW);
  assert.deepEqual(json["breaker"], {
    in_cooldown: true,
    cooldown_until: 1_795_437_600,
    cooldown_remaining_sec: 2_400,
    panic_threshold: 2,
    window_sec: 3_600,
    recent_panic_count: 2,
    reason: "2 kernel panics ≥ 2",
  });
  assert.deepEqual(json["kv_monitor"], {
    running: true,
    active_requests: [{ request_id: "r", bytes: 5, pid: 9 }],
  });
  assert.deepEqual(
    Object.keys(json),
    ["lock", "breaker", "cadence", "guards", "kv_monitor"],
  );
  assert.deepEqual(json["cadence"], {
    min_interval_sec: 180,
    cross_model_interval_sec: 0,
    loads: [{
      model_id: "org/\u001b[31mred",
      loaded_at: 1_795_435_140,
      elapsed_sec: 60,
      clear_at: 1_795_435_320,
    }, {
      model_id: "org/old",
      loaded_at: 1_795_431_600,
      elapsed_sec: 3_600,
      clear_at: 1_795_435_200,
    }],
  });
  assert.equal(lockHolderJson(VIEW.lock)?.["pid"], 7);
  assert.equal(lockHolderJson(known(lockOf("stale"))), null);
});

Deno.test("hasStaleLock() is true for a record that counts no more, not for a lock that has no place", () => {
  // Kills: a warning for ever where HOME is not set.
  assert.equal(hasStaleLock(known(lockOf("stale"))), true);
  assert.equal(hasStaleLock(known(lockOf("obstacle"))), true);
  assert.equal(hasStaleLock(known(lockOf("obstacle", null))), false);
  assert.equal(hasStaleLock(known(lockOf("held"))), false);
  assert.equal(hasStaleLock(unknown("x")), false);
});
