import assert from "node:assert/strict";
import { KNOBS, resolveConfig } from "../lib/config.ts";
import { HOUR_MS } from "../lib/core/instant.ts";
import { fakeEnv } from "./fakes/env.ts";

const COUNTS = [
  ["METALGUARD_PANIC_LOCKOUT_24H_N", "lockoutCount24h"],
  ["METALGUARD_PANIC_LOCKOUT_72H_N", "lockoutCount72h"],
] as const;
const HOURS = [
  ["METALGUARD_PANIC_COOLDOWN_STAGE1_H", "stage1CooldownMs"],
  ["METALGUARD_PANIC_LOCKOUT_MAX_H", "lockoutMaxMs"],
] as const;

Deno.test("without an environment every knob has its default and nothing is out of order", () => {
  // Kills: a default that nobody pinned; an empty variable taken for a bad one.
  const unset = resolveConfig(fakeEnv());
  const empty = resolveConfig(() => "");
  assert.deepEqual(unset, {
    config: {
      mode: "defensive",
      panicGateEnabled: true,
      stage1CooldownMs: 2 * HOUR_MS,
      lockoutCount24h: 2,
      lockoutCount72h: 3,
      lockoutMaxMs: 72 * HOUR_MS,
      stateFolder: undefined,
      reportFolders: undefined,
      breadcrumbPath: undefined,
      lockPath: undefined,
      forceWaitMs: 30_000,
      reclaimCooldownMs: 8_000,
      sharedLockNonce: undefined,
      crossModelIntervalMs: 0,
      orphanThresholdMs: 90_000,
      orphanWatchEnabled: true,
      coldRestartAfter: undefined,
      coldRestartEnabled: true,
      gemma4SleepMs: 3_000,
      gemma4FlushEnabled: true,
      subprocessWorker: undefined,
      hubCache: undefined,
      hubHome: undefined,
      libraryPath: undefined,
      safePythonProgram: undefined,
      safePythonForced: false,
      postmortemEnabled: true,
      postmortemHoldMs: 2 * HOUR_MS,
      registryOverlay: undefined,
    },
    findings: [],
  });
  assert.deepEqual(empty, unset);
});

Deno.test("counts below one, fractions, NaN and ∞ are told and the default holds", () => {
  // Kills: `0` panics that lock at once, `NaN` that never locks (SAFETY T7).
  for (const [env, key] of COUNTS) {
    for (
      const bad of ["0", "-1", "1.5", "NaN", "Infinity", "1e999", "two", " "]
    ) {
      const { config, findings } = resolveConfig(fakeEnv({ [env]: bad }));
      assert.equal(config[key], KNOBS[key].fallback, `${env}=${bad}`);
      assert.deepEqual(findings.map((one) => one.code), ["knob-bad-value"]);
      assert.ok(findings[0]?.message.includes(env));
    }
    assert.equal(resolveConfig(fakeEnv({ [env]: "1" })).config[key], 1);
    assert.equal(resolveConfig(fakeEnv({ [env]: " 7 " })).config[key], 7);
  }
});

Deno.test("negative hours, NaN and ∞ are told; zero and fractions are hours", () => {
  // Kills: a cooldown of -1 h, which is none; hours taken for milliseconds.
  for (const [env, key] of HOURS) {
    for (const bad of ["-0.1", "NaN", "Infinity", "-Infinity", "2h", "\t"]) {
      const { config, findings } = resolveConfig(fakeEnv({ [env]: bad }));
      assert.equal(config[key], KNOBS[key].fallback, `${env}=${bad}`);
      assert.equal(findings.length, 1);
    }
    assert.equal(resolveConfig(fakeEnv({ [env]: "0" })).config[key], 0);
    assert.equal(
      resolveConfig(fakeEnv({ [env]: "1.5" })).config[key],
      1.5 * HOUR_MS,
    );
  }
});

Deno.test("negative seconds, NaN and ∞ are told; zero and fractions are seconds", () => {
  // Kills: a force that waits for ever, seconds taken for milliseconds (SAFETY T7).
  const seconds = [
    ["METALGUARD_CROSS_MODEL_INTERVAL", "crossModelIntervalMs"],
    ["METALGUARD_SUBPROC_ORPHAN_THRESHOLD_SEC", "orphanThresholdMs"],
    ["MLX_FORCE_WAIT_SEC", "forceWaitMs"],
    ["MLX_RECLAIM_COOLDOWN_SEC", "reclaimCooldownMs"],
  ] as const;
  for (const [env, key] of seconds) {
    for (const bad of ["-1", "NaN", "Infinity", "2s", " "]) {
      const { config, findings } = resolveConfig(fakeEnv({ [env]: bad }));
      assert.equal(config[key], KNOBS[key].fallback, `${env}=${bad}`);
      assert.equal(findings.length, 1);
    }
    assert.equal(resolveConfig(fakeEnv({ [env]: "0" })).config[key], 0);
    assert.equal(resolveConfig(fakeEnv({ [env]: "1.5" })).config[key], 1_500);
  }
});

Deno.test("only 1 switches the orphan watch or cold restarts off, and a worn-out count is one or more", () => {
  // Kills: `true` that switches a watch off; a threshold of 0 that restarts before every use.
  const read = (
    env: Record<string, string>,
  ): ReturnType<typeof resolveConfig> => resolveConfig(fakeEnv(env));
  for (
    const [word, isOn] of [["1", false], ["true", true], ["0", true]] as const
  ) {
    const { config } = read({
      METALGUARD_SUBPROC_ORPHAN_WATCH_DISABLED: word,
      METALGUARD_COLD_RESTART_DISABLED: word,
      METALGUARD_GEMMA4_FIRSTGEN_DISABLED: word,
    });
    assert.equal(config.orphanWatchEnabled, isOn, word);
    assert.equal(config.coldRestartEnabled, isOn, word);
    assert.equal(config.gemma4FlushEnabled, isOn, word);
  }
  const zero = read({ METALGUARD_COLD_RESTART_AFTER_N: "0" });
  assert.equal(zero.config.coldRestartAfter, undefined);
  assert.equal(zero.findings.length, 1);
  assert.equal(
    read({ METALGUARD_COLD_RESTART_AFTER_N: "7" }).config.coldRestartAfter,
    7,
  );
});

Deno.test("only 1 switches the gate off", () => {
  // Kills: `0`, `false` or a typing mistake that opens the gate.
  for (const word of ["0", "false", "true", "yes", "11", "2"]) {
    const { config } = resolveConfig(
      fakeEnv({ METALGUARD_PANIC_GATE_DISABLED: word }),
    );
    assert.equal(config.panicGateEnabled, true, word);
  }
  assert.equal(
    resolveConfig(fakeEnv({ METALGUARD_PANIC_GATE_DISABLED: "1" })).config
      .panicGateEnabled,
    false,
  );
});

Deno.test("an unknown mode is told and means defensive", () => {
  // Kills: a typing mistake that lets everything through.
  const bad = resolveConfig(fakeEnv({ METALGUARD_MODE: "observe" }));
  assert.equal(bad.config.mode, "defensive");
  assert.equal(bad.findings.length, 1);
  const good = resolveConfig(fakeEnv({ METALGUARD_MODE: " Observer " }));
  assert.equal(good.config.mode, "observer");
  assert.deepEqual(good.findings, []);
});

Deno.test("report folders come with colons; nothing but colons is a bad value", () => {
  // Kills: an empty name, which is the folder of whoever calls.
  const read = (raw: string): ReturnType<typeof resolveConfig> =>
    resolveConfig(fakeEnv({ METALGUARD_REPORT_DIRS: raw }));
  assert.deepEqual(read("/a::/b:").config.reportFolders, ["/a", "/b"]);
  assert.equal(read("::").config.reportFolders, undefined);
  assert.equal(read("::").findings.length, 1);
});

Deno.test("overrides win over the environment", () => {
  // Kills: a library option that a variable undoes.
  const env = fakeEnv({ METALGUARD_MODE: "defensive" });
  assert.equal(
    resolveConfig(env, { mode: "observer" }).config.mode,
    "observer",
  );
});

Deno.test("a bad value is repeated cut and without control characters", () => {
  // Kills: a variable of a megabyte, or one that colours the terminal, in a finding.
  const [told] = resolveConfig(fakeEnv({
    METALGUARD_PANIC_LOCKOUT_24H_N: `\u001b[31m${"9".repeat(10_000)}`,
  })).findings;
  assert.ok(told !== undefined && told.message.length < 300);
  assert.doesNotMatch(told.message, /\p{Cc}/u);
});

Deno.test("each knob has a name of its own, help, and a default it would parse", () => {
  // Kills: two knobs that read one variable; a help that doctor prints empty.
  const rows = Object.values(KNOBS);
  assert.equal(new Set(rows.map((row) => row.env)).size, rows.length);
  for (const row of rows) {
    assert.match(row.env, /^(?:METALGUARD|MLX|HF)_[A-Z0-9_]+$/);
    assert.ok(row.help.length > 10);
  }
});
