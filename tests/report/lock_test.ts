import assert from "node:assert/strict";
import type { LockState, LockStatus } from "../../lib/core/lock_hold.ts";
import {
  conflictText,
  isStaleLock,
  lockJson,
  lockShowJson,
  lockText,
} from "../../lib/report/lock.ts";
import { textStyle } from "../../lib/report/text_style.ts";

const STYLE = textStyle({ color: false, emoji: false });

const HELD: LockStatus = {
  state: "held",
  reason: "held by process 500 (bench)",
  holder: {
    pid: 500,
    label: "bench\u001b[31m",
    startedAt: Temporal.Instant.from("2026-11-23T03:37:18Z"),
    commandLine: "python3 x.py\nrm",
    guardPid: 400,
    host: "h1",
  },
  path: "/locks/gpu.lock",
  elapsedMs: 72_000,
};
const FREE: LockStatus = {
  state: "free",
  reason: "nobody holds it",
  holder: undefined,
  path: "/locks/gpu.lock",
  elapsedMs: null,
};

Deno.test("lockJson() has the seed's keys, and only `held` where nobody is written", () => {
  // Kills: a dashboard of the Python tool's that finds no pid; a dead holder shown as holding.
  assert.deepEqual(lockJson(FREE), { held: false });
  const json = lockJson(HELD);
  assert.deepEqual(Object.keys(json).slice(0, 7), [
    "held",
    "pid",
    "label",
    "started_at",
    "elapsed_s",
    "cmdline",
    "host",
  ]);
  assert.equal(json["held"], true);
  assert.equal(json["started_at"], "2026-11-23T03:37:18Z");
  assert.equal(json["elapsed_s"], 72);
  const states: readonly (readonly [LockState, boolean])[] = [
    ["ours", true],
    ["joinable", true],
    ["unknown-held", true],
    ["stale", false],
    ["obstacle", false],
  ];
  for (const [state, held] of states) {
    assert.equal(lockJson({ ...HELD, state })["held"], held, state);
  }
  assert.equal(lockShowJson(FREE)["lock_path"], "/locks/gpu.lock");
  assert.equal(
    lockShowJson({ ...FREE, state: "unknown-held" })["state"],
    "unknown_held",
  );
});

Deno.test("isStaleLock() warns of what counts no more, and of what stands in the way", () => {
  // Kills: `status` that is content with a lock that nobody can take.
  for (
    const [state, isStale] of [
      ["stale", true],
      ["obstacle", true],
      ["free", false],
      ["held", false],
      ["unknown-held", false],
    ] as const
  ) {
    assert.equal(isStaleLock({ ...HELD, state }), isStale, state);
  }
});

Deno.test("lockText() tells a person who, since when and what to do, and obeys no terminal code", () => {
  // Kills: a label that colours the terminal; a way out that is none.
  const text = lockText(HELD, { timeZone: "UTC", style: STYLE });
  assert.match(text, /^HELD {2}held by process 500 \(bench\)\n/);
  assert.match(
    text,
    /Holder +process 500 \(bench \[31m\), guarded by process 400/,
  );
  assert.match(text, /Since +Mon 23 Nov 2026, 03:37 \(UTC\)\n +for 2 min/);
  assert.match(text, /Command +python3 x\.py rm\n/);
  assert.match(text, /lock release --force/);
  assert.match(text, /Record +\/locks\/gpu\.lock\n$/);
  assert.ok(!text.includes("\u001b"));
  const free = lockText(FREE, { timeZone: "UTC", style: STYLE });
  assert.equal(
    free,
    "FREE  nobody holds it\nRecord      /locks/gpu.lock\n",
  );
  const own = { ...HELD.holder, guardPid: 500 };
  assert.ok(HELD.holder !== undefined);
  const alone = lockText(
    { ...HELD, holder: { ...HELD.holder, ...own } },
    { timeZone: "UTC", style: STYLE },
  );
  assert.ok(!alone.includes("guarded"));
});

Deno.test("conflictText() says what can be done about each conflict", () => {
  // Kills: "use --force" to somebody who has just done so.
  const conflict = { holder: undefined, reason: "held by\u0007X" };
  assert.equal(
    conflictText(conflict),
    "metal-guard: held by X\n  Wait for it with --wait, or look at it with metal-guard lock show\n",
  );
  assert.match(
    conflictText({ ...conflict, forcePermissionDenied: true }),
    /another user/,
  );
  assert.match(conflictText({ ...conflict, forceTimedOut: true }), /lives on/);
});
