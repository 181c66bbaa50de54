/** What stands in the source for a rule, and what would stand there if somebody forgot it. */
export interface Forgotten {
  /** Source file, below the project's folder. */
  readonly file: string;
  /** A piece of it that occurs once. */
  readonly from: string;
  /** What is left when the rule is not kept. */
  readonly to: string;
}

/** One rule that holds everywhere, with what proves it. */
export interface SafetyRule {
  /** Its number. */
  readonly id: string;
  /** What it says, in short. */
  readonly says: string;
  /** Tests that fail without it: file below `tests/`, then the beginnings of names. */
  readonly tests: readonly (readonly [string, ...string[]])[];
  /** Without this at least one of the tests fails; `deno task prove:rules` shows it. */
  readonly forgotten: Forgotten;
}

/** A rule's row. */
function rule(
  id: string,
  says: string,
  tests: SafetyRule["tests"],
  forgotten: readonly [string, string, string],
): SafetyRule {
  const [file, from, to] = forgotten;
  return { id, says, tests, forgotten: { file, from, to } };
}

/** Every rule on time, holds, identity, lock and appending. */
export const SAFETY_RULES: readonly SafetyRule[] = [
  rule(
    "T1",
    "a date in the future neither hides, prolongs nor renews an event",
    [
      [
        "facts/event_time_test.ts",
        "times ahead of now or before 2020 are passed over",
        "when no time can be believed the first sight counts",
      ],
      [
        "layers/panic_cooldown_time_test.ts",
        "a month: a report dated in the future",
      ],
      [
        "layers/panic_ledger_test.ts",
        "a panic whose own time cannot be believed",
      ],
    ],
    [
      "lib/core/instant.ts",
      "<= FUTURE_TOLERANCE_MS",
      "<= Infinity",
    ],
  ),
  rule("T2", "an ack is judged by its mtime, and one from the future is none", [
    [
      "facts/ack_state_test.ts",
      "a time of 60 s ahead",
      "an ack from the future",
    ],
    ["layers/panic_cooldown_time_test.ts", "a month: an ack from the future"],
    ["facts/breaker_state_test.ts", "a person's word counts by its mtime"],
  ], [
    "lib/facts/ack_state.ts",
    "if (!isSane(stat.modifiedAt, now)) {",
    "if (now === undefined) {",
  ]),
  rule("T3", "no hold outlasts its own length, counted from when it was seen", [
    [
      "parse/state/sentinel_end_test.ts",
      "sentinelEnd() caps every hold at 30 days",
      "sentinelEnd() holds a file dated 2036",
    ],
    ["layers/circuit_breaker_test.ts", "a record dated 2036"],
    ["layers/cadence_test.ts", "a load dated 2036"],
    ["policy/panic_staircase_test.ts", "a lockout ends at its maximum"],
  ], [
    "lib/parse/state/sentinel_file.ts",
    "MAX_HOLD_MS = 30 * DAY_MS",
    "MAX_HOLD_MS = 30_000 * DAY_MS",
  ]),
  rule("T4", "local times hold to the later of their readings", [
    [
      "parse/state/sentinel_end_test.ts",
      "sentinelEnd() of our own file is exact",
      "sentinelEnd() of a Python file ends no earlier",
      "sentinelEnd() counts a Python file's length from its mtime",
    ],
    ["layers/panic_cooldown_time_test.ts", "a hold of the Python tool ends"],
  ], [
    "lib/parse/state/sentinel_file.ts",
    "later(until.later, byLength)",
    "until.earlier",
  ]),
  rule(
    "T5",
    "lines that are judged after a reboot say when and in which boot",
    [
      [
        "parse/breadcrumb_line_test.ts",
        "tryParseBreadcrumb() prefers at= to the local time",
        "tryParseBreadcrumb() takes the latest reading of a doubled hour",
      ],
      ["layers/breadcrumbs_test.ts", "only lines that a reboot may cut off"],
    ],
    [
      "lib/parse/breadcrumb_line.ts",
      "if (exact !== undefined && isSane(exact, options.now)) return exact;",
      "",
    ],
  ),
  rule("T6", "within one boot a hold lasts its length on the boot clock", [
    [
      "layers/gate_clock_test.ts",
      "a step of the wall clock within a boot",
      "across a reboot",
      "the record is written when something holds",
    ],
    ["torture/clock_test.ts", "no step, sleep or reboot"],
    ["layers/panic_cooldown_test.ts", "the usual gate writes nothing"],
  ], [
    "lib/policy/gate_clock.ts",
    "  return isStep(reading, now)\n",
    "  return now === undefined\n",
  ]),
  rule("T7", "a bad number warns and keeps the default", [
    ["config_test.ts", "counts below one", "negative hours"],
    ["layers/panic_cooldown_test.ts", "bad thresholds are told"],
  ], ["lib/config.ts", "hours >= 0", "hours >= -1e9"]),
  rule(
    "H1",
    "of several causes the latest end counts, and only a person shortens",
    [
      [
        "layers/panic_cooldown_hold_test.ts",
        "a shorter hold never replaces a longer one",
        "a hold and a cooldown together end with the later one",
      ],
    ],
    [
      "lib/layers/panic_cooldown.ts",
      "Temporal.Instant.compare(before.hold.until, until) >= 0",
      "before.hold.until === undefined",
    ],
  ),
  rule("H2", "a state file that cannot be decoded or opened is strict", [
    [
      "layers/panic_cooldown_test.ts",
      "the gate fails closed: a torn hold file is a hold",
    ],
    ["facts/hold_state_test.ts", "a damaged file lets go after 24 h"],
    ["layers/cadence_test.ts", "cadence fails closed"],
    ["layers/circuit_breaker_test.ts", "circuit_breaker fails closed"],
    ["contract/denied_access_test.ts", "a denied hold file is strict"],
  ], [
    "lib/facts/hold_state.ts",
    "const DAMAGED_HOLD_MS = DAY_MS;",
    "const DAMAGED_HOLD_MS = 0 * DAY_MS;",
  ]),
  rule(
    "H3",
    "unreadable evidence alone gives exit 3; an absent folder is empty",
    [
      [
        "layers/panic_cooldown_test.ts",
        "a folder that cannot be listed gives exit 3",
        "anything to wait for wins over what cannot be read",
        "absent folders are empty",
      ],
      ["policy/panic_cooldown_test.ts", "unread evidence gives 3 only"],
      ["facts/report_files_test.ts", "a FIFO, a folder and a link to nowhere"],
    ],
    [
      "lib/policy/panic_cooldown.ts",
      "exitCode: 3,",
      "exitCode: 0,",
    ],
  ),
  rule("H4", "what root makes under another's HOME is that user's", [
    [
      "layers/panic_cooldown_test.ts",
      "under root and another's HOME",
      "where files cannot be given away",
    ],
    [
      "ports/state_folder_test.ts",
      "ownerToGive()",
      "ensureFolder() gives away",
    ],
  ], [
    "lib/ports/state_folder.ts",
    "if (userId !== 0 || owner",
    "if (userId !== -1 || owner",
  ]),
  rule("H5", "unknown keys survive an update of the same record only", [
    ["parse/state/lock_file_test.ts", "updateLock() keeps unknown fields"],
    ["parse/state/sentinel_file_test.ts", "updateSentinel() keeps unknown"],
    ["contract/state_round_trip_test.ts", "a codec that drops a field"],
  ], [
    "lib/parse/state/lock_file.ts",
    "previous.nonce !== undefined && previous.nonce === next.nonce",
    "previous.pid === next.pid",
  ]),
  rule("I1", "start tokens of different kinds are never told apart", [
    ["core/process_identity_test.ts", "compareStartTokens() fails closed"],
    ["adapters/deno/process_table_ps_test.ts", "the ps table asks one program"],
    ["policy/lock_test.ts", "evaluateLock() fails closed"],
  ], [
    "lib/core/process_identity.ts",
    " || a.kind !== b.kind",
    "",
  ]),
  rule(
    "I2",
    "a record without token holds while its pid lives, and proves little",
    [
      [
        "policy/lock_test.ts",
        "evaluateForce() signals a Python record's process only when",
      ],
      [
        "torture/lock_bad_input_test.ts",
        "force signals nobody who is not proved",
      ],
      ["torture/python_interop_test.ts", "force ends a Python holder"],
    ],
    [
      "lib/policy/lock.ts",
      "if (!facts.names.some((name) => PYTHON.test(name))) {",
      "if (facts.names === undefined) {",
    ],
  ),
  rule("I3", "another machine's pids mean nothing here", [
    ["policy/lock_test.ts", "evaluateLock() never judges another machine's"],
    ["ports/kernel_lock_test.ts", "tryKernelLock() says so where a disk"],
    ["adapters/deno/host_identity_test.ts", "a machine has one hash"],
  ], [
    "lib/policy/lock.ts",
    "return differs(claim.holder.host ?? undefined, own.host);",
    "return differs(undefined, own.host);",
  ]),
  rule("I4", "an orphan is killed only where it is proved to be that worker", [
    [
      "layers/orphans_test.ts",
      "a recycled pid is never signalled",
      "what cannot be proved is spared",
      "a log that was only found as ./logs/",
    ],
    [
      "torture/orphan_kill_test.ts",
      "orphan-scan --kill refuses a pid that belongs to another process",
      "orphan-scan --kill refuses another user's process",
    ],
  ], [
    "lib/layers/orphans.ts",
    "if (actual !== expected) {",
    "if (actual === undefined) {",
  ]),
  rule("L1", "the side file keeps its name, and its inode is compared", [
    ["ports/kernel_lock_test.ts", "tryKernelLock() never counts a lock on"],
    ["torture/lock_race_test.ts", "of processes that race for the lock"],
  ], [
    "lib/ports/kernel_lock.ts",
    "if (isStillThere(store, path, file)) {",
    "if (file !== undefined) {",
  ]),
  rule("L2", "the child does not run before the record names it", [
    [
      "layers/lock_run_test.ts",
      "LockRun lets the program go only when",
      "LockRun looks at its record every second",
    ],
    [
      "torture/lock_run_kill_test.ts",
      'a guard that is killed when it is at "${step}"',
      "a guard that is killed while its program runs",
      "a guard that is killed when its program has ended",
      "in a back-off the lock is the guard's",
    ],
  ], [
    "lib/layers/lock_run.ts",
    "await hold.name({\n        pid: child.pid,",
    "await Promise.resolve({\n        pid: child.pid,",
  ]),
  rule("L3", "the hold lasts until the recorded tree is gone", [
    [
      "layers/lock_run_test.ts",
      "LockRun holds the lock until what the program",
    ],
    ["torture/lock_run_kill_test.ts", "what a program leaves running keeps"],
  ], ["lib/layers/lock_run.ts", "    await this.#outlive();\n", ""]),
  rule("L4", "a young undecodable record is held by somebody unknown", [
    ["policy/lock_test.ts", "evaluateLock() holds a damaged record for 30 s"],
    ["layers/lock_taking_test.ts", "LockTaking fails closed"],
    ["torture/lock_bad_input_test.ts", "a record that is ${what}"],
  ], [
    "lib/policy/lock.ts",
    "return record.ageMs < YOUNG_MS &&",
    "return record.ageMs < 0 &&",
  ]),
  rule("L5", "re-entrant per isolate, counted", [
    ["layers/lock_taking_test.ts", "LockTaking counts its holds"],
    ["policy/lock_test.ts", "evaluateLock() tells our own hold"],
  ], ["lib/layers/lock_taking.ts", "        slot.held.count++;\n", ""]),
  rule("L6", "a descendant joins by nonce and descent, both", [
    ["policy/lock_test.ts", "evaluateLock() lets in who shares the nonce"],
    ["torture/lock_run_kill_test.ts", "what the program starts may share"],
  ], [
    "lib/policy/lock.ts",
    "own.ancestors.includes(guardPid);",
    "own.ancestors.length >= 0;",
  ]),
  rule(
    "L7",
    "force asks the guard where it is proved alive, else the process",
    [
      ["policy/lock_test.ts", "evaluateForce() asks the guard"],
      [
        "torture/lock_run_kill_test.ts",
        "force on a program whose guard has died",
        "force on a program whose guard lives",
      ],
      ["layers/lock_test.ts", "Lock.release() with force ends the holder"],
    ],
    [
      "lib/policy/lock.ts",
      "const target = guardPid !== null &&",
      "const target = guardPid === -1 &&",
    ],
  ),
  rule("L8", "a worker's hold is its guard's", [
    [
      "layers/lock_taking_test.ts",
      "a hold names the process that uses the GPU",
    ],
    ["parse/state/lock_record_test.ts", "newLockFile() is its own guard"],
  ], [
    "lib/parse/state/lock_record.ts",
    "guardPid: lock.pid,",
    "guardPid: undefined,",
  ]),
  rule("A1", "appended lines are whole, whatever came before", [
    [
      "ports/state_appender_test.ts",
      "appendLine() ends a torn line first",
      "a process that has the log open while it is rotated",
    ],
    ["torture/append_race_test.ts", "appendLine() and rotateIfLarge() lose"],
    ["torture/crash_points_test.ts", "appendLine() costs at most its own line"],
  ], [
    "lib/ports/state_appender.ts",
    'endsTorn(file, options) ? "\\n" : ""',
    '""',
  ]),
];
