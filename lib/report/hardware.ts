import { GB, GIB } from "../core/bytes.ts";
import type { Finding } from "../core/finding.ts";
import type { Observed } from "../core/observed.ts";
import { plainText } from "../core/plain_text.ts";
import type { MachineChecks } from "../policy/machine_checks.ts";
import type { RecommendedConfig } from "../policy/recommended_config.ts";
import { findingBlocks } from "./finding_words.ts";
import { inGb, inGib, probesJson, scaled, valueOf } from "./machine_words.ts";
import { labelled, type TextStyle } from "./text_style.ts";

/** The object that `hardware --json` prints; also the `hardware` of `status`. */
export function hardwareJson(machine: MachineChecks): Record<string, unknown> {
  const { hardware, wiredLimit, memory } = machine;
  return {
    chip: valueOf(hardware.chip),
    model: valueOf(hardware.model),
    family: valueOf(hardware.family),
    accelerator: valueOf(hardware.accelerator),
    gpu_cores: valueOf(hardware.coreCount),
    memory_gb: scaled(hardware.memoryBytes, GIB),
    tier: valueOf(hardware.tier),
    os_version: valueOf(hardware.osVersion),
    os_build: valueOf(hardware.osBuild),
    gpu_driver: valueOf(hardware.driverVersion),
    resource_limit: valueOf(hardware.resourceLimit),
    wired_limit: {
      limit_mb: valueOf(wiredLimit.limitMib),
      total_gb: scaled(wiredLimit.memoryBytes, GIB),
      ratio: valueOf(wiredLimit.ratio),
      mode: wiredLimit.mode,
      advisory: wiredLimit.advisory?.message ?? null,
    },
    limit_gb: scaled(memory.limitBytes, GB),
    limit_source: memory.limitSource,
    recommended_config: hardware.config.kind === "known"
      ? configJson(hardware.config.value)
      : null,
    probes: probesJson(machine.answers),
  };
}

/** The seed's keys. */
function configJson(config: RecommendedConfig): Record<string, unknown> {
  return {
    tier: config.tier,
    max_concurrent_models: config.maxConcurrentModels,
    cooldown_secs: config.cooldownMs / 1_000,
    overhead_gb: config.overheadBytes / GB,
    kv_headroom_gb: config.kvHeadroomBytes / GB,
    kv_growth_rate_warn: config.kvGrowthWarnBytes / GB,
    watchdog_warn_pct: config.watchdogWarnRatio * 100,
    watchdog_critical_pct: config.watchdogCriticalRatio * 100,
  };
}

/** The machine for a person. */
export function hardwareText(
  machine: MachineChecks,
  options: { readonly style: TextStyle; readonly findings: readonly Finding[] },
): string {
  return `${
    [
      ...hardwareRows(machine),
      ...findingBlocks(options.findings, options.style),
    ]
      .join("\n")
  }\n`;
}

/** One fact a line. */
export function hardwareRows(machine: MachineChecks): readonly string[] {
  const { hardware, memory } = machine;
  const text = (reading: Observed<string>): string =>
    words(reading, (value) => plainText(value, 80));
  return [
    labelled("Chip", text(hardware.chip)),
    labelled("Family", text(hardware.family)),
    labelled("GPU cores", words(hardware.coreCount, String)),
    labelled(
      "Memory",
      words(hardware.memoryBytes, inGib) + tierWords(hardware.tier),
    ),
    labelled("macOS", systemWords(machine)),
    labelled("GPU driver", text(hardware.driverVersion)),
    labelled(
      "GPU limit",
      words(memory.limitBytes, inGb) + sourceWords(machine),
    ),
    labelled("Wired limit", wiredWords(machine)),
    labelled("Recommended", words(hardware.config, configWords)),
  ];
}

function words<T>(reading: Observed<T>, say: (value: T) => string): string {
  return reading.kind === "known"
    ? say(reading.value)
    : `unknown: ${plainText(reading.because)}`;
}

function tierWords(tier: Observed<string>): string {
  return tier.kind === "known" ? `, tier ${tier.value}` : "";
}

function systemWords({ hardware }: MachineChecks): string {
  const build = hardware.osBuild.kind === "known"
    ? ` (${plainText(hardware.osBuild.value, 20)})`
    : "";
  return words(hardware.osVersion, (value) => plainText(value, 20) + build);
}

function sourceWords({ memory }: MachineChecks): string {
  switch (memory.limitSource) {
    case "wired_limit":
      return ", set in iogpu.wired_limit_mb";
    case "working_set":
      return ", as Metal said under this system";
    case "estimate":
      return ", estimated; this reads it:\n$ metal-guard doctor --metal";
    case null:
      return "";
  }
}

function wiredWords({ wiredLimit }: MachineChecks): string {
  const { mode, limitMib, ratio } = wiredLimit;
  switch (mode) {
    case "default":
      return "chosen by macOS (iogpu.wired_limit_mb is 0)";
    case "override":
      return `${words(limitMib, String)} MiB, ${
        words(ratio, (share) => `${(share * 100).toFixed(1)} % of memory`)
      }`;
    case "unknown":
      return words(ratio, String);
  }
}

function configWords(config: RecommendedConfig): string {
  const count = config.maxConcurrentModels;
  return [
    `${count} model${count === 1 ? "" : "s"} at a time`,
    `${config.cooldownMs / 1_000} s between loads`,
    `${inGb(config.overheadBytes)} beside the weights`,
    `${inGb(config.kvHeadroomBytes)} free for the cache`,
    `warn at ${Math.round(config.watchdogWarnRatio * 100)} %`,
    `act at ${Math.round(config.watchdogCriticalRatio * 100)} %`,
  ].join(", ");
}
