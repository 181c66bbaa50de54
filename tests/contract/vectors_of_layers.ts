/**
 * How the vectors of cadence, breaker, orphans, trackers and process modes are put to this program.
 *
 * @module
 */
import assert from "node:assert/strict";
import { GB } from "../../lib/core/bytes.ts";
import { RefusedError } from "../../lib/core/error.ts";
import { addMs, SECOND_MS } from "../../lib/core/instant.ts";
import { FirstSight } from "../../lib/facts/first_sight.ts";
import { Cadence } from "../../lib/layers/cadence.ts";
import { CircuitBreaker } from "../../lib/layers/circuit_breaker.ts";
import { KvGrowthTracker } from "../../lib/layers/kv.ts";
import { findOrphans } from "../../lib/layers/orphans.ts";
import { ResourceTracker } from "../../lib/layers/resources.ts";
import { BREAKER_DEFAULTS } from "../../lib/policy/circuit_breaker.ts";
import { modeDefaults } from "../../lib/policy/mode_defaults.ts";
import { isGemma4Family } from "../../lib/policy/model_family.ts";
import { detectProcessMode } from "../../lib/policy/process_mode.ts";
import { FAILURE_TABLES } from "../../lib/registry/failures.ts";
import { registry } from "../../mod.ts";
import { orphansJson } from "../../lib/report/orphans.ts";
import { MemoryFileStore } from "../fakes/file_store.ts";
import { FakeLog } from "../fakes/log.ts";
import { FieldReader } from "../../lib/parse/state/field_reader.ts";
import {
  isJsonObject,
  type JsonValue,
} from "../../lib/parse/state/json_text.ts";
import { FakeClock } from "../fakes/clock.ts";

/** A disk and a clock in memory, and what a layer of them works with. */
function machineAt(seconds: number): {
  readonly clock: FakeClock;
  readonly store: MemoryFileStore;
  readonly ports: ConstructorParameters<typeof CircuitBreaker>[0];
} {
  const clock = new FakeClock(atSeconds(seconds));
  const store = new MemoryFileStore({ clock }).putFolder("/s");
  return {
    clock,
    store,
    ports: {
      clock,
      store,
      log: new FakeLog(),
      owner: () => undefined,
      tables: FAILURE_TABLES,
      firstSight: new FirstSight(clock),
    },
  };
}

function atSeconds(seconds: number): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(
    Math.round(seconds * SECOND_MS),
  );
}

/** Group of this name. */
export async function cadence(input: FieldReader): Promise<JsonValue> {
  const loads = listAt(input, "loads").map((load) => readerOf(load));
  const { clock, store, ports } = machineAt(input.number("at"));
  const layer = new Cadence(ports, {
    path: "/s/cadence.json",
    options: {
      sameModelIntervalMs: input.number("min_interval_sec") * SECOND_MS,
      crossModelIntervalMs: input.number("cross_model_interval_sec") *
        SECOND_MS,
    },
    isObserver: false,
  });
  for (const load of loads) {
    clock.setNow(atSeconds(load.number("ts")));
    await layer.mark(load.text("model_id"));
  }
  clock.setNow(atSeconds(input.number("at")));
  const answer = await layer.check(input.text("model_id"));
  const stored: JsonValue = JSON.parse(store.text("/s/cadence.json") ?? "{}");
  if (answer.kind === "proceed") return { outcome: "clear", stored };
  assert.ok(answer.elapsedMs !== null && answer.intervalMs !== null);
  return {
    delta: answer.elapsedMs / SECOND_MS,
    interval: answer.intervalMs / SECOND_MS,
    ...(answer.cause === "cross_model"
      ? { last_model: answer.lastModelId }
      : {}),
    outcome: answer.cause,
    stored,
  };
}

/** Group of this name. */
export async function breaker(input: FieldReader): Promise<JsonValue> {
  const t0 = input.number("t0");
  const { clock, store, ports } = machineAt(t0);
  const lines = listAt(input, "panic_ages_sec").map((age, index) =>
    typeof age === "number"
      ? JSON.stringify({ ts: t0 - age, source_file: `${index}.panic` })
      : String(age)
  );
  store.put("/s/panics.jsonl", `${lines.join("\n")}\n`);
  const window = input.optionalNumber("window_sec");
  const cooldown = input.optionalNumber("cooldown_sec");
  const layer = new CircuitBreaker(ports, {
    path: "/s/breaker.json",
    ledger: "/s/panics.jsonl",
    reportFolders: [],
    options: {
      ...BREAKER_DEFAULTS,
      ...given("panicThreshold", input.optionalNumber("panic_threshold")),
      ...given("windowMs", window === undefined ? window : window * SECOND_MS),
      ...given(
        "cooldownMs",
        cooldown === undefined ? cooldown : cooldown * SECOND_MS,
      ),
    },
    isObserver: false,
  });
  const answers: JsonValue[] = [];
  for (const at of listAt(input, "checks_at")) {
    assert.ok(typeof at === "number");
    clock.setNow(addMs(atSeconds(t0), at * SECOND_MS));
    const answer = await layer.check();
    const recent = answer.recentPanicCount;
    answers.push(
      answer.kind === "proceed" ? { at, open: false, recent } : {
        at,
        cooldown_until: answer.kind === "wait"
          ? answer.until.epochMilliseconds / SECOND_MS - t0
          : null,
        open: true,
        panic_count: answer.panicCount,
        recent,
      },
    );
  }
  return answers;
}

function given(key: string, value: number | undefined): Record<string, number> {
  return value === undefined ? {} : { [key]: value };
}

/** Group of this name. */
export function orphans(input: FieldReader): JsonValue {
  const thresholdMs = input.number("threshold_sec") * SECOND_MS;
  const found = findOrphans(listAt(input, "log").map(String), {
    now: Temporal.Instant.from(`${input.text("now")}Z`),
    timeZone: "UTC",
    thresholdMs,
  });
  const json = orphansJson({ thresholdMs, orphans: found, kills: undefined });
  return JSON.parse(JSON.stringify(json["orphans"]));
}

/** Group of this name. */
export function kvTracker(input: FieldReader): JsonValue {
  const tracker = new KvGrowthTracker();
  return listAt(input, "ops").map((op): JsonValue => {
    assert.ok(Array.isArray(op));
    const [verb, id, amount] = op;
    try {
      switch (verb) {
        case "start":
          tracker.start(String(id), { ceilingBytes: Number(amount) * GB });
          return "ok";
        case "add":
          return tracker.addBytes(String(id), Number(amount));
        default: {
          const ended = tracker.finalize(String(id));
          assert.ok(verb === "finalize" && ended !== undefined);
          return {
            aborted: ended.isAborted,
            ceiling_gb: ended.ceilingBytes / GB,
            cumulative_gb: ended.cumulativeBytes / GB,
            request_id: ended.requestId,
            step_count: ended.stepCount,
          };
        }
      }
    } catch (error) {
      assert.ok(error instanceof RefusedError && error.layer === "kv");
      return "oom";
    }
  });
}

/** Group of this name. */
export function resourceTracker(input: FieldReader): JsonValue {
  const env = input.optionalValue("env") ?? {};
  assert.ok(isJsonObject(env));
  const asked = env["METALGUARD_COLD_RESTART_AFTER_N"];
  const tracker = new ResourceTracker({
    threshold: asked === undefined ? input.number("after") : Number(asked),
    isDisabled: env["METALGUARD_COLD_RESTART_DISABLED"] === "1",
  });
  tracker.record(input.number("n"));
  const advice = tracker.snapshot();
  return {
    should_cold_restart: tracker.shouldColdRestart,
    snapshot: {
      current_count: advice.currentCount,
      fraction_used: advice.usedRatio,
      kill_switch_active: advice.isDisabled,
      last_restart_at_count: advice.lastRestartAtCount,
      threshold: advice.threshold,
    },
  };
}

/** Group of this name. */
export function modeDefaultsOf(input: FieldReader): JsonValue {
  const defaults = modeDefaults(input.text("mode"));
  return {
    generate_timeout_sec: defaults.generateTimeoutMs / SECOND_MS,
    kv_ceiling_gb: defaults.kvCeilingBytes / GB,
    mode: defaults.mode,
    periodic_flush_interval_sec: defaults.periodicFlushIntervalMs / SECOND_MS,
    prefill_single_alloc_ceiling_gb: defaults.prefillCeilingBytes / GB,
    ...(defaults.skipsProcessLock ? { skip_process_lock: true } : {}),
  };
}

/** Group of this name. */
export function processMode(input: FieldReader): JsonValue {
  const env = input.optionalValue("env") ?? {};
  assert.ok(isJsonObject(env));
  const flag = env["METALGUARD_SUBPROCESS_WORKER"];
  return {
    mode: detectProcessMode({
      argv: listAt(input, "argv").map(String),
      subprocessWorker: flag === undefined ? undefined : String(flag),
    }),
  };
}

/** Group of this name. */
export function gemma4Family(input: FieldReader): JsonValue {
  return { is_gemma4: isGemma4Family(input.text("model_id")) };
}

/** A list of the input. */
export function listAt(input: FieldReader, key: string): readonly JsonValue[] {
  const list = input.optionalValue(key);
  assert.ok(Array.isArray(list), key);
  return list;
}

/** Reads one object of the vectors. */
export function readerOf(value: JsonValue): FieldReader {
  assert.ok(isJsonObject(value));
  return new FieldReader(new Map(Object.entries(value)), "vectors");
}

/** Ids of entries that the Python metal-guard has too, sorted: ours are more, and the vectors speak of those. */
function pythonIds(
  entries: readonly { readonly id: string; readonly isInPython?: boolean }[],
): JsonValue {
  return entries.filter((entry) => entry.isInPython === true)
    .map((entry) => entry.id).sort();
}

/** Group of this name. */
export function registryTier(input: FieldReader): JsonValue {
  return pythonIds(registry.byTier(input.text("tier")));
}

/** Group of this name. */
export function registryFamily(input: FieldReader): JsonValue {
  return pythonIds(registry.affecting(input.text("gpu_family")));
}

/** Group of this name. */
export function registryModelGpu(input: FieldReader): JsonValue {
  const found = registry.find(input.text("model_id"), {
    gpuFamily: input.text("gpu_family"),
  });
  return found === undefined ? null : found.classes.map((one) => one.type);
}
