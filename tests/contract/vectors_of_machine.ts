/** Adapters of the vectors that are about the machine. */
import { GB, GIB } from "../../lib/core/bytes.ts";
import { known, type Observed, unknown } from "../../lib/core/observed.ts";
import type { FieldReader } from "../../lib/parse/state/field_reader.ts";
import type { JsonValue } from "../../lib/parse/state/json_text.ts";
import {
  classifyGpuFamily,
  evaluateMemoryUse,
  evaluateWiredLimit,
  recommendConfig,
} from "../../mod.ts";

/** `gpu_family`. */
export function gpuFamily(input: FieldReader): JsonValue {
  return { family: classifyGpuFamily(input.text("architecture")) };
}

/** `memory_stats`. */
export function memoryStats(input: FieldReader): JsonValue {
  const figures = {
    activeBytes: input.number("active_bytes"),
    peakBytes: input.number("peak_bytes"),
    limitBytes: input.number("limit_bytes"),
  };
  const use = evaluateMemoryUse(figures);
  return Object.fromEntries([
    ["active_gb", figures.activeBytes / GB],
    ["active_pct", use.activeRatio * 100],
    ["available_gb", use.availableBytes / GB],
    ["limit_gb", figures.limitBytes / GB],
    ["peak_gb", figures.peakBytes / GB],
    ["peak_pct", use.peakRatio * 100],
  ]);
}

/** `recommended_config`; the seed's `gpu_memory_gb` is in GiB. */
export function recommendedConfig(input: FieldReader): JsonValue {
  const config = recommendConfig(input.number("gpu_memory_gb") * GIB);
  return Object.fromEntries([
    ["cooldown_secs", config.cooldownMs / 1_000],
    ["kv_growth_rate_warn", config.kvGrowthWarnBytes / GB],
    ["kv_headroom_gb", config.kvHeadroomBytes / GB],
    ["max_concurrent_models", config.maxConcurrentModels],
    ["overhead_gb", config.overheadBytes / GB],
    ["tier", config.tier],
    ["watchdog_critical_pct", config.watchdogCriticalRatio * 100],
    ["watchdog_warn_pct", config.watchdogWarnRatio * 100],
  ]);
}

/** `wired_limit`: where the seed says a ratio of 0, ours is unknown. */
export function wiredLimit(input: FieldReader): JsonValue {
  const audit = evaluateWiredLimit({
    limitMib: wholeNumber(input.optionalText("iogpu.wired_limit_mb")),
    memoryBytes: wholeNumber(input.optionalText("hw.memsize")),
  });
  const { limitMib, memoryBytes, ratio } = audit;
  return Object.fromEntries([
    ["has_advisory", audit.advisory !== null],
    ["limit_mb", limitMib.kind === "known" ? limitMib.value : null],
    ["mode", audit.mode],
    ["ratio", ratio.kind === "known" ? ratio.value : 0],
    [
      "total_gb",
      memoryBytes.kind === "known" ? memoryBytes.value / GIB : null,
    ],
  ]);
}

function wholeNumber(text: string | undefined): Observed<number> {
  return text !== undefined && /^\d+$/.test(text)
    ? known(Number(text))
    : unknown("no whole number");
}
